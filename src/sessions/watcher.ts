/** Follows one session in its terminal: screen and program status become states, blockers and events. */

import type { PatternMatcher } from '../agents/blocker-pattern.ts'
import type { Picture as TrackedPicture } from '../agents/screen-changes.ts'
import type { Blocker, BlockerKind, ExplainedState } from '../agents/session-state.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { redact } from '../lib/redact.ts'
import type { Picture, Terminal } from '../terminal/terminal.ts'
import { BlockerTracker, type Finding, type Reading } from './blocker-tracker.ts'
import { type ProgramStatus, programStatusVariable, readProgramStatus } from './program-status.ts'
import type { SessionEvent } from './session-info.ts'
import type { SessionRecord } from './session-record.ts'
import { tellBlocker, tellCompletion } from './tell-thread.ts'

export interface WatcherHooks {
  matcher: PatternMatcher
  comms: string
  log: Logger
  update(changes: Partial<SessionRecord>): void
  setState(state: Omit<ExplainedState, 'since'>): void
  state(): ExplainedState
  tell(event: SessionEvent): void
  picture(picture: Picture): void
  /** The terminal says that the program has ended, or the session is gone. */
  ended(): Promise<void>
}

/** Lines that are read at most of those that scrolled by between two pictures. */
const maxMissedLines = 2_000

export class Watcher {
  readonly #terminal: Terminal
  readonly #session: string
  readonly #hooks: WatcherHooks
  readonly #tracker: BlockerTracker
  readonly #stop = new AbortController()
  #record: SessionRecord
  #status: ProgramStatus | undefined

  constructor(terminal: Terminal, session: string, record: SessionRecord, hooks: WatcherHooks) {
    this.#terminal = terminal
    this.#session = session
    this.#record = record
    this.#hooks = hooks
    this.#tracker = new BlockerTracker(hooks.matcher, record.reported)
  }

  start(): void {
    const { waitsFor, reported } = this.#record
    if (waitsFor) this.#resume(waitsFor, reported)
    void this.#follow()
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Text on its way into the session: its echo is not the program speaking. */
  typed(text: string): void {
    this.#tracker.typed(text, Date.now())
  }

  /** What the session waited for was answered. */
  answered(): void {
    this.#tracker.answered()
    if (this.#status === undefined) this.#unblock('it was answered')
  }

  /** A blocker of an earlier service: it may have stopped before it could tell the thread. */
  #resume(blocker: Blocker, reported: SessionRecord['reported']): void {
    tellBlocker(this.#hooks.comms, this.#record, blocker, this.#hooks.log)
    const pattern = { name: blocker.source, pattern: '.', ignoreCase: false, kind: blocker.kind }
    const y = reported.findLast((line) => line.text === blocker.text)?.y
    if (y !== undefined) this.#tracker.restore({ text: blocker.text, y, pattern }, Date.now())
    this.#hooks.setState(waiting(blocker))
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop
    try {
      await this.#followStatus(signal)
      for await (const picture of this.#terminal.screens(this.#session, signal)) {
        await this.#see(picture)
        if (signal.aborted) return
      }
      if (!signal.aborted) await this.#hooks.ended()
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof OrchError && error.code === 'session-gone') return this.#checkEnded()
      this.#hooks.log.error({ error: errorMessage(error), session: this.#record.id }, 'watching stopped')
      const reason = `its screen cannot be read: ${errorMessage(error)}`
      this.#hooks.setState({ state: 'unknown', reason, source: 'terminal', evidence: '' })
    }
  }

  async #checkEnded(): Promise<void> {
    try {
      await this.#hooks.ended()
    } catch (error) {
      this.#hooks.log.warn({ error: errorMessage(error) }, 'could not see whether the program has ended')
    }
  }

  /** A terminal that knows nothing of program status is no reason not to watch the screen. */
  async #followStatus(signal: AbortSignal): Promise<void> {
    const terminal = this.#terminal
    try {
      const stop = await terminal.watchVariable(this.#session, programStatusVariable, (value) => {
        if (!signal.aborted) this.#onStatus(readProgramStatus(value))
      })
      const leave = () => void stop().catch(() => undefined)
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave)
      this.#onStatus(readProgramStatus(await terminal.variable(this.#session, programStatusVariable)))
    } catch (error) {
      if (error instanceof OrchError && error.code !== 'failed') throw error
      this.#hooks.log.warn({ error: errorMessage(error) }, 'the status of the program cannot be followed')
    }
  }

  #onStatus(status: ProgramStatus | undefined): void {
    const before = this.#status
    this.#status = status
    if (status === undefined) {
      if (before !== undefined) this.#unblock('the program takes back its report')
      return
    }
    if (before?.state === status.state && before.message === status.message) return
    if (status.blocker !== undefined) {
      this.#block(status.blocker, status.message || status.reason, 'program-status')
      return
    }
    this.#endBlocker()
    const { state, reason, message } = status
    this.#hooks.setState({ state, reason, source: 'program-status', evidence: message })
  }

  async #see(picture: Picture): Promise<void> {
    this.#hooks.picture(picture)
    const reading = this.#tracker.update(await this.#withMissed(picture), Date.now())
    if (reading.changed.length > 0) {
      this.#hooks.tell({ type: 'screen', lines: reading.changed.map((line) => line.text) })
    }
    this.#judge(reading)
  }

  #judge(reading: Reading): void {
    if (reading.resolved && this.#status === undefined) this.#unblock('the program went on')
    for (const finding of reading.found) this.#report(finding)
    const { state, source } = this.#hooks.state()
    const unknown = state === 'starting' || (state === 'unknown' && this.#status === undefined)
    if (unknown && source !== 'program-status' && (reading.changed.length > 0 || state === 'unknown')) {
      this.#works('the program runs; nothing on its screen asks for anything')
    }
  }

  #report({ pattern, text }: Finding): void {
    if (pattern.kind === 'complete') {
      this.#hooks.tell({ type: 'complete', text })
      tellCompletion(this.#hooks.comms, this.#record, text, this.#hooks.log)
      this.#save({})
    } else {
      this.#block(pattern.kind, text, pattern.name)
    }
  }

  /** Record first, then event and thread: a crash in between is made good when the record is read. */
  #block(kind: BlockerKind, text: string, source: string): void {
    this.#endBlocker()
    const blocker: Blocker = {
      id: newTimeOrderedId(),
      kind,
      text: redact(text),
      source,
      since: new Date().toISOString(),
    }
    // What a program says of itself comes first; its screen may quote anything.
    const waits = this.#status === undefined || source === 'program-status'
    this.#save(waits ? { waitsFor: blocker } : {})
    this.#hooks.tell({ type: 'blocker', blocker })
    tellBlocker(this.#hooks.comms, this.#record, blocker, this.#hooks.log)
    if (waits) this.#hooks.setState(waiting(blocker))
  }

  #unblock(reason: string): void {
    if (this.#endBlocker()) this.#works(reason)
  }

  #endBlocker(): boolean {
    const blocker = this.#record.waitsFor
    if (!blocker) return false
    this.#save({ waitsFor: undefined })
    this.#hooks.tell({ type: 'unblocked', blocker })
    return true
  }

  #works(reason: string): void {
    this.#hooks.setState({ state: 'working', reason, source: 'screen', evidence: '' })
  }

  #save(changes: Partial<SessionRecord>): void {
    const reported = this.#tracker.handled.map((line) => ({ ...line }))
    const all = { ...changes, reported, seenThrough: this.#tracker.resumeAt }
    this.#record = { ...this.#record, ...all }
    this.#hooks.update(all)
  }

  /** The picture with the lines before it that nobody has looked at yet. */
  async #withMissed(picture: Picture): Promise<TrackedPicture> {
    const shown = toRows(picture)
    const resumeAt = this.#tracker.resumeAt ?? this.#record.seenThrough
    if (resumeAt === undefined || resumeAt >= picture.first) return shown
    const start = Math.max(resumeAt, picture.first - maxMissedLines)
    const missed = await this.#terminal.readLines(this.#session, start, picture.first - start)
    // Lines may have been forgotten between the two readings; then the picture alone has to do.
    if (missed.first + missed.lines.length !== picture.first) return shown
    return { first: missed.first, columns: picture.columns, rows: [...toRows(missed).rows, ...shown.rows] }
  }
}

function toRows(picture: Picture): TrackedPicture {
  const rows = picture.lines.map((line) => ({ text: line.text, wrapped: line.wrapped }))
  return { first: picture.first, columns: picture.columns, rows }
}

function waiting(blocker: Blocker): Omit<ExplainedState, 'since'> {
  const source = blocker.source === 'program-status' ? 'program-status' : 'screen'
  return { state: 'waiting', reason: `${blocker.kind}: ${blocker.text}`, source, evidence: blocker.text }
}
