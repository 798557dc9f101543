/** Reads the answers that are written into the threads where escalations were announced. */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { type Comms, commsAt } from '../mail/comms.ts'
import { mailboxAt } from '../mail/mailbox.ts'
import type { Message } from '../mail/message.ts'
import { threadPath } from '../mail/thread.ts'
import { type Cursor, newCursor, readNew, readThread } from '../mail/thread-log.ts'
import { archivedThreads } from '../mail/threads.ts'
import { watchDirectories } from '../mail/watch.ts'
import type { Escalation } from './escalation.ts'
import { type Reply, repliesIn } from './thread-reply.ts'

export interface ThreadWatchOptions {
  comms(): string
  log: Logger
  /** Everything that was announced in a thread, open or not. */
  announcedIn(mailbox: string, thread: string): ReadonlyMap<string, Escalation>
  /** A reply; the same one may come again after a restart. Does not reject. */
  replied(reply: Reply, mailbox: string): Promise<void>
}

interface Watched {
  mailbox: string
  thread: string
  cursor: Cursor
  /** All that was read: who is meant depends on what came before. */
  messages: Message[]
  handled: number
  /** Of the directory that was read last: a thread that is closed is moved, with all that was written until then. */
  inode: string
}

/** A thread that cannot be read now is tried again at the next change or sweep, and at the latest after this. */
const retryMs = 2_000

export class ThreadWatch {
  readonly #options: ThreadWatchOptions
  readonly #threads = new Map<string, Watched>()
  readonly #stop = new AbortController()
  #changed = new AbortController()
  #running: Promise<void> | undefined

  constructor(options: ThreadWatchOptions) {
    this.#options = options
  }

  listen(mailbox: string, thread: string): void {
    const key = `${mailbox}/${thread}`
    if (this.#threads.has(key)) return
    this.#threads.set(key, { mailbox, thread, cursor: newCursor(), messages: [], handled: 0, inode: '' })
    this.#changed.abort()
    this.#running ??= this.#run()
  }

  /** Threads in which nothing stands open are left alone. */
  forget(mailbox: string, thread: string): void {
    if (this.#threads.delete(`${mailbox}/${thread}`)) this.#changed.abort()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#changed.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log } = this.#options
    while (!this.#stop.signal.aborted) {
      this.#changed = new AbortController()
      const signal = AbortSignal.any([this.#changed.signal, this.#stop.signal])
      const watch = watchDirectories(this.#directories(), {
        onProblem: (reason) => log.warn({ reason }, 'threads are looked at every two seconds only'),
      })
      try {
        while (!signal.aborted) {
          this.#readAll()
          await watch.next(signal)
        }
      } catch (error) {
        log.error({ error: errorMessage(error) }, 'threads cannot be watched')
        await delay(retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      } finally {
        await watch.close()
      }
    }
  }

  #directories(): string[] {
    const comms = this.#options.comms()
    return [...this.#threads.values()].map(({ mailbox, thread }) =>
      dirname(threadPath(comms, mailbox, thread)),
    )
  }

  #readAll(): void {
    for (const watched of [...this.#threads.values()]) this.#read(watched)
  }

  #read(watched: Watched): void {
    const { comms, announcedIn, replied, log } = this.#options
    const { mailbox, thread, cursor, messages } = watched
    try {
      const root = commsAt(comms())
      const directory = dirname(threadPath(root.root, mailbox, thread))
      const inode = inodeOf(directory)
      if (inode !== watched.inode) this.#readClosed(root, watched)
      watched.inode = inode
      const found = readNew(root, directory, cursor)
      messages.push(...found.messages)
      if (found.damage.length > 0)
        log.warn({ mailbox, thread, lines: found.damage.length }, 'lines of a thread cannot be read')
      if (messages.length === watched.handled) return
      const fresh = new Set(messages.slice(watched.handled).map(({ id }) => id))
      watched.handled = messages.length
      const replies = repliesIn(messages, mailbox, announcedIn(mailbox, thread))
      // Typing takes its time; the answers to other sessions do not wait for it.
      for (const reply of replies) if (fresh.has(reply.message.id)) void replied(reply, mailbox)
    } catch (error) {
      log.warn({ mailbox, thread, error: errorMessage(error) }, 'a thread cannot be read')
    }
  }

  /** Replies that were written right before their thread was closed. What was answered there was handled there. */
  #readClosed(root: Comms, { mailbox, thread, messages }: Watched): void {
    const { announcedIn, replied } = this.#options
    const known = announcedIn(mailbox, thread)
    const handled = new Set(messages.map(({ id }) => id))
    for (const place of archivedThreads(root, mailboxAt(root, mailbox))) {
      if (place.task !== thread && !place.task.startsWith(`${thread}@`)) continue
      const closed = readThread(root, place.directory).messages
      const answered = new Set(closed.map(({ reply_to }) => reply_to))
      for (const reply of repliesIn(closed, mailbox, known)) {
        const { id } = reply.message
        if (!handled.has(id) && !answered.has(id)) void replied(reply, mailbox)
      }
    }
  }
}

/** `none` where there is no such directory. */
function inodeOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? 'none' : String(stat.ino)
}
