/**
 * What is known about a launched session on disk: `sessions/<uuid>.json`, and what its watching has come to,
 * which changes often, in `<uuid>.seen.json`.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Blocker } from '../agents/session-state.ts'
import { writeFileAtomic, writeFileUnsynced } from '../lib/atomic-file.ts'
import { errorMessage } from '../lib/errors.ts'
import { ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { namesIn } from '../lib/names-in.ts'
import { Account } from './account.ts'
import { SessionRun } from './session-info.ts'

/**
 * What the watching of a running program has come to. A new service goes on from it; a machine that stops
 * ends the program too, so it is written without a wait for the disk.
 */
const SeenRecord = z.object({
  waitsFor: Blocker.optional(),
  /** It has said that its task is done. */
  completed: z.boolean().optional(),
  /** Lines that were reported as blockers, so that a new service does not report them again. */
  reported: z.array(z.object({ text: z.string(), y: z.int() })).default([]),
  /** Lines up to this one were looked at when the record was written. */
  seenThrough: z.int().optional(),
})
type SeenRecord = z.infer<typeof SeenRecord>

export const SessionRecord = z.object({
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  agent: z.string(),
  /** The task as people call it. */
  task: z.string(),
  /** Name of the thread's directory. */
  thread: z.string(),
  /** Its mailbox, which stays when it is renamed; absent in records of earlier versions. */
  mailbox: z.string().optional(),
  /** Mailbox of the orchestrator from whose environment it was launched. */
  orchestrator: z.string().optional(),
  cwd: z.string(),
  /** The step that it is opened for: whoever finds it can tell whether anybody still needs it. */
  run: SessionRun.optional(),
  /** With what it is logged in; absent for programs without accounts, and in records of earlier versions. */
  account: Account.optional(),
  /** Program and arguments, without the task's text. */
  command: z.array(z.string()),
  terminal: z.enum(['iterm2', 'host']),
  terminalSession: z.string().optional(),
  /** `intent`: written before the terminal is asked; `opened`: the terminal has it; `exited`: it ended. */
  stage: z.enum(['intent', 'opened', 'exited']),
  launchedAt: z.iso.datetime(),
  /** When its program was started again. */
  startedAt: z.iso.datetime().optional(),
  /** A task that is typed: `pending` until the first byte is on its way, so that it is never typed twice. */
  typedTask: z.enum(['none', 'pending', 'typing', 'done']),
  /** What whoever launched it said of the tap; absent: as the agent's profile has it. */
  tap: z.boolean().optional(),
  /** Secret by which the messages of this start's tap are known; absent without a tap. */
  tapIdentity: z.string().optional(),
  /** Process id of the program, as the tap has told it. */
  tapProgram: z.int().optional(),
  ...SeenRecord.shape,
  /** The agent's own id of the conversation, by which it can be continued. */
  conversation: z.string().optional(),
  /** The id that its script gives to a new conversation. The agent may have gone on to another one since. */
  givenConversation: z.string().optional(),
  /** Its script continues the conversation instead of beginning one. */
  resumed: z.boolean().optional(),
  /** The agent's arguments that continue a conversation; `{id}` is its id. */
  resume: z.array(z.string()).optional(),
  /** The answer that was taken last, so that its repetition does no harm. No secrets. */
  lastAnswer: z.object({ fingerprint: z.string(), chosen: z.string(), at: z.iso.datetime() }).optional(),
  exit: z
    .object({
      code: z.int().optional(),
      reason: z.string(),
      at: z.iso.datetime(),
      /** The end of its last screen, redacted. */
      lastScreen: z.array(z.string()),
    })
    .optional(),
})
export type SessionRecord = z.infer<typeof SessionRecord>

/** Keeps the records, and the files that belong to a session. */
export class RecordStore {
  readonly #directory: string
  readonly #run: string

  constructor(home: Home) {
    this.#directory = home.sessions
    this.#run = home.run
  }

  prepare(): void {
    ensurePrivateDirectory(this.#directory)
    ensurePrivateDirectory(this.#run)
  }

  /** Writes the record; what of it `changes` leaves alone is on the disk already. */
  save(record: SessionRecord, changes: Partial<SessionRecord> = record): void {
    const { waitsFor, completed, reported, seenThrough, ...launched } = record
    const names = Object.keys(changes)
    const seen = names.filter((name) => Object.hasOwn(SeenRecord.shape, name))
    // First: a program that has ended must not be read back as one that waits.
    if (seen.length > 0) {
      const content: SeenRecord = { waitsFor, completed, reported, seenThrough }
      writeFileUnsynced(this.#path(record.id, '.seen.json'), `${JSON.stringify(content, null, 2)}\n`)
    }
    if (seen.length === names.length) return
    writeFileAtomic(this.#path(record.id, '.json'), `${JSON.stringify(launched, null, 2)}\n`)
  }

  /** All records, and what could not be read, which stays where it is. */
  load(): { records: SessionRecord[]; unreadable: { path: string; reason: string }[] } {
    const records: SessionRecord[] = []
    const unreadable: { path: string; reason: string }[] = []
    for (const name of this.#names()) {
      const path = join(this.#directory, name)
      try {
        const record = readJsonFile(path, SessionRecord)
        if (record) records.push({ ...record, ...this.#loadSeen(record.id, unreadable) })
      } catch (error) {
        unreadable.push({ path, reason: errorMessage(error) })
      }
    }
    records.sort((left, right) => left.launchedAt.localeCompare(right.launchedAt))
    return { records, unreadable }
  }

  /** Forgets a session that was closed, with everything that was written for it. */
  remove(id: string): void {
    for (const name of namesIn(this.#directory)) {
      if (name.startsWith(`${id}.`)) rmSync(join(this.#directory, name), { force: true })
    }
    rmSync(this.environmentPath(id), { force: true })
    this.removeTapKey(id)
  }

  /** Of a program that has ended; the tap itself takes the key with its first act. */
  removeTapKey(id: string): void {
    rmSync(this.tapKeyPath(id), { force: true })
  }

  /** The script that starts the program; its path is the mark by which a session is found again. */
  scriptPath(id: string): string {
    return this.#path(id, '.launch.sh')
  }

  /** The task's text, when it is typed or too long for an argument. */
  taskPath(id: string): string {
    return this.#path(id, '.task.md')
  }

  /** The operating instructions that it was started with. */
  briefPath(id: string): string {
    return this.#path(id, '.brief.md')
  }

  /** Writes a text that is too long to be typed into a file of the session; gives its path. */
  keepText(id: string, text: string): string {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
    const path = this.#path(id, `.text-${hash}.md`)
    writeFileAtomic(path, text)
    return path
  }

  /** The environment with its secrets: read and deleted by the script at once. */
  environmentPath(id: string): string {
    return join(this.#run, `env-${id}`)
  }

  /** The secret of the session's tap, which reads and deletes it. */
  tapKeyPath(id: string): string {
    return join(this.#run, `tap-${id}`)
  }

  /** Undefined where none was written; one that a power failure has emptied does not cost the session. */
  #loadSeen(id: string, unreadable: { path: string; reason: string }[]): SeenRecord | undefined {
    const path = this.#path(id, '.seen.json')
    try {
      const seen = readJsonFile(path, SeenRecord)
      if (!seen) return undefined
      // What it leaves out is not the case, whatever the other file says.
      const { waitsFor, completed, reported, seenThrough } = seen
      return { waitsFor, completed, reported, seenThrough }
    } catch (error) {
      unreadable.push({ path, reason: errorMessage(error) })
      return undefined
    }
  }

  #path(id: string, suffix: string): string {
    return join(this.#directory, `${id}${suffix}`)
  }

  #names(): string[] {
    return namesIn(this.#directory).filter((name) => /^[0-9A-F-]{36}\.json$/.test(name))
  }
}
