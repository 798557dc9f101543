/** What an agent says in mailboxes about the end of its work: a task handed in, or a `completion` message. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Comms, insidePath } from '../mail/comms.ts'
import { sameParticipant } from '../mail/identity.ts'
import { reading } from '../mail/mail-error.ts'
import { listMailboxes, type Mailbox, mailboxAt } from '../mail/mailbox.ts'
import { desktopMailbox } from '../mail/names.ts'
import { threadName } from '../mail/thread.ts'
import { type Cursor, newCursor, readNew } from '../mail/thread-log.ts'
import { openThreads, type ThreadPlace } from '../mail/threads.ts'
import { readEntries } from './claim-place.ts'
import { failureFile, isCompleted, isFailed } from './outcome.ts'
import { readOwner } from './owner.ts'
import { parentOf } from './subtask-name.ts'

export interface SaidCompletion {
  ok: boolean
  text: string
}

/** Whose completion it is; `task` as the session has it. */
export interface Completer {
  session: string
  mailbox: string
  task: string
}

/** Times of files are as coarse as this on the file systems there are (FAT). */
const coarseTimeMs = 2_000
/** A reason stands on one line of a record. */
const maxReason = 500

/** Looks for the completion of one session; what was read once is not read again. */
export class CompletionWatch {
  readonly #comms: Comms
  readonly #who: Completer
  readonly #own: Mailbox
  readonly #cursors = new Map<string, Cursor>()
  /** Tasks in other mailboxes that were looked at. */
  readonly #others = new Set<string>()
  readonly #changedAt = new Map<string, number>()

  constructor(comms: Comms, who: Completer) {
    this.#comms = comms
    this.#who = who
    this.#own = mailboxAt(comms, who.mailbox)
  }

  /** @throws {OrchError} `mail-unreadable`, `outside-mailboxes` */
  look(): SaidCompletion | undefined {
    return this.#handedIn(this.#own) ?? this.#message() ?? this.#handedInElsewhere()
  }

  #handedIn(mailbox: Mailbox): SaidCompletion | undefined {
    const completed = insidePath(this.#comms, mailbox.completed)
    for (const name of ownTasks(completed)) {
      const outcome = outcomeIn(completed, name)
      if (outcome) return outcome
    }
    return undefined
  }

  /** One that leads others works with another mailbox; who claimed a task stands beside it. */
  #handedInElsewhere(): SaidCompletion | undefined {
    const others = listMailboxes(this.#comms).filter((name) => name !== this.#own.name)
    for (const mailbox of others) {
      const completed = insidePath(this.#comms, mailboxAt(this.#comms, mailbox).completed)
      if (!this.#isChanged(completed)) continue
      for (const name of ownTasks(completed)) {
        const path = join(completed, name)
        // A task gets there in one step, with all that belongs to it.
        if (this.#others.has(path)) continue
        const isIts = readOwner(path)?.session === this.#who.session
        const outcome = isIts ? outcomeIn(completed, name) : undefined
        if (outcome) return outcome
        this.#others.add(path)
      }
    }
    return undefined
  }

  #isChanged(directory: string): boolean {
    const found = reading(directory, () => statSync(directory, { throwIfNoEntry: false }))
    if (!found) return false
    const before = this.#changedAt.get(directory)
    this.#changedAt.set(directory, found.mtimeMs)
    // Another change right after this one may have got the same time.
    return before !== found.mtimeMs || Date.now() - found.mtimeMs < coarseTimeMs
  }

  #message(): SaidCompletion | undefined {
    for (const { directory } of this.#threads()) {
      const cursor = this.#cursors.get(directory) ?? newCursor()
      this.#cursors.set(directory, cursor)
      const { messages } = readNew(this.#comms, directory, cursor)
      const said = messages.find(
        ({ type, from, session }) => type === 'completion' && this.#isFromIt(from, session),
      )
      if (said) return { ok: true, text: said.text.replace(/\s+/g, ' ').slice(0, maxReason) }
    }
    return undefined
  }

  /** Its own, with copies of what it sent, and its thread with the coordinator, where the service writes. */
  #threads(): ThreadPlace[] {
    const coordinator = openThreads(this.#comms, mailboxAt(this.#comms, desktopMailbox))
    const name = threadName(this.#who.task)
    return [...openThreads(this.#comms, this.#own), ...coordinator.filter(({ task }) => task === name)]
  }

  #isFromIt(from: string, session: unknown): boolean {
    return session === this.#who.session || sameParticipant(from, this.#own.name)
  }
}

/** What others completed for its owner are links there; subtasks are only parts. */
function ownTasks(completed: string): string[] {
  return readEntries(completed).flatMap((entry) =>
    entry.isDirectory() && parentOf(entry.name) === undefined ? [entry.name] : [],
  )
}

function outcomeIn(completed: string, name: string): SaidCompletion | undefined {
  if (isFailed(completed, name)) {
    return { ok: false, text: `${name} has failed: ${failureIn(completed, name)}` }
  }
  return isCompleted(completed, name) ? { ok: true, text: `${name} is completed` } : undefined
}

/** The first line of the report that is not empty. */
function failureIn(completed: string, task: string): string {
  const path = join(completed, task, failureFile(task))
  const report = reading(path, () => readFileSync(path, 'utf8'))
  return (/\S.*/.exec(report)?.[0] ?? 'it says nothing').slice(0, maxReason)
}
