/** What a mailbox has for one of its readers: everything once, however the reading ends. */
import { basename, join } from 'node:path'
import { errorMessage } from '../lib/errors.ts'
import type { Comms } from './comms.ts'
import { type DroppedFile, droppedFiles, markDelivered } from './dropped-files.ts'
import { sameParticipant } from './identity.ts'
import type { Mailbox } from './mailbox.ts'
import type { Message } from './message.ts'
import { Receipts } from './receipts.ts'
import { isTypedUnlessRead, takeMessage, takerOf } from './taker.ts'
import { type Cursor, type NewMessages, readNew, readThread, seenKey } from './thread-log.ts'
import { archivedThreads, openThreads, type ThreadPlace } from './threads.ts'

/** Directories whose files are told of once and stay where they are. */
const fileKinds = ['notes', 'tasks', 'responses'] as const
export type FileKind = (typeof fileKinds)[number]

export interface UnreadThread extends ThreadPlace {
  /** From others; without those that the reader has seen. */
  messages: Message[]
  log: NewMessages
}

export interface Unread {
  threads: UnreadThread[]
  notifications: DroppedFile[]
  files: { kind: FileKind; file: DroppedFile }[]
  /** Parts of the mailbox that could not be read: what is above is not all. */
  problems: { path: string; reason: string }[]
}

/** One reader's view of a mailbox. Look and acknowledge inside of {@link Inbox.locked}. */
export class Inbox {
  readonly #comms: Comms
  readonly #mailbox: Mailbox
  readonly #receipts: Receipts
  readonly #cursors = new Map<string, Cursor>()

  constructor(comms: Comms, mailbox: Mailbox, reader = 'inbox') {
    this.#comms = comms
    this.#mailbox = mailbox
    this.#receipts = new Receipts(comms, mailbox, reader)
  }

  /** Runs `action` while no other process reads as this reader. */
  locked<T>(action: () => Promise<T>): Promise<T> {
    return this.#receipts.locked(action)
  }

  /**
   * What was not acknowledged yet. A thread that cannot be read is among the problems.
   *
   * @param options.toShow false: nobody will see it, so what may still be typed instead is left to be typed
   * @throws {OrchError} `mail-unreadable` when the mailbox itself cannot be read
   */
  look({ toShow = true }: { toShow?: boolean } = {}): Unread {
    // Another process may have read meanwhile.
    this.#cursors.clear()
    const problems: Unread['problems'] = []
    const unreadable = (path: string, error: unknown) => {
      problems.push({ path, reason: errorMessage(error) })
    }
    const guarded = <T>(path: string, read: () => T[]): T[] => {
      try {
        return read()
      } catch (error) {
        unreadable(path, error)
        return []
      }
    }
    const threads = this.#places().flatMap((place) =>
      guarded(place.directory, () => this.#unreadOf(place, toShow)),
    )
    const pending = this.#mailbox.pendingNotifications
    const notifications = guarded(pending, () =>
      droppedFiles(this.#comms, pending, (name) => name.endsWith('.txt'), unreadable),
    )
    const files = fileKinds.flatMap((kind) =>
      guarded(this.#mailbox[kind], () => this.#unseenFiles(kind, unreadable).map((file) => ({ kind, file }))),
    )
    return { threads, notifications, files, problems }
  }

  /** Everything in the open threads, also what was seen; nothing is acknowledged by it. */
  lookAtAll(): Unread {
    const unread = this.look()
    const threads = openThreads(this.#comms, this.#mailbox).flatMap((place) => {
      try {
        const log = readThread(this.#comms, place.directory)
        return [{ ...place, messages: log.messages, log }]
      } catch {
        // It is among the problems of the first look.
        return []
      }
    })
    return { ...unread, threads }
  }

  /** Records that what {@link Inbox.look} gave was shown. Call it when it really was. */
  acknowledge(unread: Unread): void {
    for (const { directory, task, messages, archived } of unread.threads) {
      const cursor = this.#cursors.get(directory)
      const name = receiptName(task, archived)
      if (cursor)
        this.#receipts.record(
          name,
          messages.map(({ id }) => id),
          cursor.positions,
        )
    }
    for (const { name } of unread.notifications) markDelivered(this.#comms, this.#mailbox, name)
    for (const kind of fileKinds) {
      const seen = unread.files.filter((entry) => entry.kind === kind).map(({ file }) => fileKey(file))
      if (seen.length > 0) this.#receipts.record(`files.${kind}`, seen)
    }
  }

  /** Open threads, and closed ones that this reader has read: something may have come with the closing. */
  #places(): ThreadPlace[] {
    const known = this.#receipts.names()
    const closed = archivedThreads(this.#comms, this.#mailbox).filter((place) =>
      known.has(receiptName(place.task, true)),
    )
    return [...openThreads(this.#comms, this.#mailbox), ...closed]
  }

  #unreadOf(place: ThreadPlace, toShow: boolean): UnreadThread[] {
    const name = receiptName(place.task, place.archived)
    const cursor = this.#cursors.get(place.directory) ?? this.#receipts.cursor(name)
    this.#cursors.set(place.directory, cursor)
    const before = [...cursor.positions].map(([inode, { offset }]) => `${inode}:${offset}`).join()
    const log = readNew(this.#comms, place.directory, cursor)
    const after = [...cursor.positions].map(([inode, { offset }]) => `${inode}:${offset}`).join()
    const messages = log.messages.filter(
      (message) => !sameParticipant(message.from, this.#mailbox.name) && this.#getsHere(message, toShow),
    )
    return messages.length > 0 || before !== after ? [{ ...place, messages, log }] : []
  }

  /** What the service types into the terminal of this participant is not told here, too. */
  #getsHere(message: Message, toShow: boolean): boolean {
    if (!isTypedUnlessRead(message)) return true
    if (!toShow) return takerOf(this.#comms, this.#mailbox, message.id) !== 'terminal'
    return takeMessage(this.#comms, this.#mailbox, message.id, 'inbox') === 'inbox'
  }

  #unseenFiles(kind: FileKind, unreadable: (path: string, error: unknown) => void): DroppedFile[] {
    const { seen } = this.#receipts.cursor(`files.${kind}`)
    const files = droppedFiles(this.#comms, this.#mailbox[kind], undefined, unreadable)
    return files.filter((file) => !seen.has(seenKey(fileKey(file))))
  }
}

/** A closed thread has the receipts of when it was open; `@…` tells several of one name apart. */
function receiptName(task: string, archived: boolean): string {
  return archived ? task.replace(/@[0-9a-z]{20}$/, '') : task
}

/** A file that is written anew is told of again. */
function fileKey(file: DroppedFile): string {
  return `${join('/', basename(file.name))}|${file.changed}`
}
