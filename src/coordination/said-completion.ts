/** What an agent says in mailboxes about the end of its work: a task handed in, or a `completion` message. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Comms, insidePath } from '../mail/comms.ts'
import { sameParticipant } from '../mail/identity.ts'
import { reading } from '../mail/mail-error.ts'
import { type Mailbox, mailboxAt } from '../mail/mailbox.ts'
import { desktopMailbox } from '../mail/names.ts'
import { threadName } from '../mail/thread.ts'
import { type Cursor, newCursor, readNew } from '../mail/thread-log.ts'
import { openThreads, type ThreadPlace } from '../mail/threads.ts'
import { readEntries } from './claim-place.ts'
import { failureFile, isCompleted, isFailed } from './outcome.ts'
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

/** A reason stands on one line of a record. */
const maxReason = 500

/** Looks for the completion of one session; what was read once is not read again. */
export class CompletionWatch {
  readonly #comms: Comms
  readonly #who: Completer
  readonly #own: Mailbox
  readonly #cursors = new Map<string, Cursor>()

  constructor(comms: Comms, who: Completer) {
    this.#comms = comms
    this.#who = who
    this.#own = mailboxAt(comms, who.mailbox)
  }

  /** @throws {OrchError} `mail-unreadable`, `outside-mailboxes` */
  look(): SaidCompletion | undefined {
    return this.#handedIn() ?? this.#message()
  }

  /** What others completed for it are links there; its subtasks are only parts. */
  #handedIn(): SaidCompletion | undefined {
    const completed = insidePath(this.#comms, this.#own.completed)
    const own = readEntries(completed).filter(
      (entry) => entry.isDirectory() && parentOf(entry.name) === undefined,
    )
    for (const { name } of own) {
      if (isFailed(completed, name)) {
        return { ok: false, text: `${name} has failed: ${failureIn(completed, name)}` }
      }
      if (isCompleted(completed, name)) return { ok: true, text: `${name} is completed` }
    }
    return undefined
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

/** The first line of the report that is not empty. */
function failureIn(completed: string, task: string): string {
  const path = join(completed, task, failureFile(task))
  const report = reading(path, () => readFileSync(path, 'utf8'))
  return (/\S.*/.exec(report)?.[0] ?? 'it says nothing').slice(0, maxReason)
}
