/** Follows one session in its terminal: everything that is heard and seen becomes states, blockers and events. */
import { setMaxListeners } from 'node:events'
import type { CompiledProfile } from '../agents/compiled-profile.ts'
import type { Reading } from '../agents/reading/reading.ts'
import type { AskedPrompt, Blocker } from '../agents/session-state.ts'
import type { Settled } from '../agents/settle.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { redact } from '../lib/redact.ts'
import type { HookSignal } from '../signals/hooks/hook-signal.ts'
import type { JoinedState } from '../signals/join-signals.ts'
import { usesCpu } from '../signals/process-activity.ts'
import { SignalBoard } from '../signals/signal-board.ts'
import type { TapFact } from '../signals/tap-message.ts'
import type { Picture, Terminal } from '../terminal/terminal.ts'
import { BlockerDesk } from './blocker-desk.ts'
import { wantedBlocker } from './blocker-keeper.ts'
import type { Explanation } from './explanation.ts'
import { FrontProgram } from './front-program.ts'
import { LineBlockers } from './line-blockers.ts'
import { withMissedLines } from './missed-lines.ts'
import { speaksFor } from './reported-conversation.ts'
import { ScreenReader } from './screen-reader.ts'
import { running, screenWord } from './screen-word.ts'
import type { SessionRecord } from './session-record.ts'
import { followSignals } from './signal-feed.ts'
import { StateKeeper } from './state-keeper.ts'
import type { StuckVerdict } from './stuck.ts'
import type { TapView } from './tap-view.ts'
import { tellCompletion } from './tell-thread.ts'
import type { WatcherHooks } from './watcher-hooks.ts'

/** More than all variables, marks, screens and the tap together. */
const mostFollowed = 32
/** A terminal that forgot to tell of a change is found out by a look this often. */
const heartbeatMs = 30_000

export class Watcher {
  readonly #terminal: Terminal
  readonly #session: string
  readonly #hooks: WatcherHooks
  readonly #clock: Clock
  readonly #board = new SignalBoard()
  readonly #reader: ScreenReader
  readonly #keeper: StateKeeper
  readonly #lines: LineBlockers
  readonly #front: FrontProgram
  readonly #blockers: BlockerDesk
  readonly #stop = new AbortController()
  #record: SessionRecord
  #aliveAt: number
  #cancelHeartbeat: (() => void) | undefined

  constructor(terminal: Terminal, session: string, record: SessionRecord, hooks: WatcherHooks) {
    this.#terminal = terminal
    this.#session = session
    this.#record = record
    this.#hooks = hooks
    this.#clock = hooks.clock ?? systemClock
    setMaxListeners(mostFollowed, this.#stop.signal)
    this.#aliveAt = this.#clock.now()
    this.#lines = new LineBlockers(hooks.matcher, record)
    this.#blockers = new BlockerDesk({
      clock: this.#clock,
      present: () => this.#record.waitsFor,
      save: (waitsFor) => this.#save({ waitsFor }),
      tell: hooks.tell,
      again: () => this.#keeper.refresh(),
    })
    this.#front = new FrontProgram({
      ...{ terminal, session, program: record.tapProgram, board: this.#board, clock: this.#clock },
      own: hooks.profile,
      profiles: hooks.profiles,
      onChange: (agent, reason) => {
        this.#lines.answered(this.#lines.blocker)
        this.#reader.restart()
        hooks.tell({ type: 'in-front', agent, reason })
      },
    })
    this.#reader = new ScreenReader({
      profile: () => this.#front.profile,
      title: () => this.#board.title || undefined,
      onSettled: (settled, at) => this.#onSettled(settled, at),
      clock: this.#clock,
    })
    const { state, reason, since } = hooks.state()
    this.#keeper = new StateKeeper(
      {
        board: this.#board,
        clock: this.#clock,
        limits: hooks.limits,
        facts: () => ({
          aliveAt: this.#aliveAt,
          openTask: this.#hasOpenTask(),
          sleepsUntil: this.#reader.settled?.reading.resetAt?.getTime(),
          shellSince: this.#front.shellSince,
        }),
        isAlive: async () => {
          const pid = await this.#front.job.pid()
          return pid === undefined || usesCpu(pid)
        },
        onState: (joined, stuck) => this.#onState(joined, stuck),
      },
      { state, reason, since: Date.parse(since) },
    )
  }

  start(): void {
    const { waitsFor } = this.#record
    // An earlier service may have stopped before it could tell the thread.
    if (waitsFor) this.#resume(waitsFor, this.#clock.now())
    void this.#follow()
  }

  stop(): void {
    this.#stop.abort()
    this.#reader.stop()
    this.#keeper.stop()
    this.#cancelHeartbeat?.()
    this.#blockers.stop()
  }

  /** Text on its way into the session: its echo is not the program speaking. */
  typed(text: string): void {
    this.#lines.typed(text, this.#clock.now())
  }

  /** The result is called when what the session waits for now was answered. A dialog is over when it is gone. */
  answering(): () => void {
    const asked = this.#lines.blocker
    return () => {
      if (this.#lines.answered(asked)) this.#showScreen(this.#clock.now())
    }
  }

  /** What a hook of the agent has reported. */
  hook(signal: HookSignal): void {
    // An agent may run another one as a tool, whose hooks report under the same session.
    if (!speaksFor(signal.agent, this.profile.profile)) return
    this.#board.hook(signal)
    this.#heard()
  }

  /** When the program itself last said that it had begun to work, in ms. */
  get workReportedAt(): number | undefined {
    return this.#board.workReportedAt
  }

  /** Name of the agent in front, where it is not the session's own. */
  get inFront(): string | undefined {
    return this.#front.inFront
  }

  /** Of the agent in front. */
  get profile(): CompiledProfile {
    return this.#front.profile
  }

  /** What the tap tells of the program. */
  get tap(): TapView {
    return this.#front.tap
  }

  /** The prompt of the line that blocks, where no dialog does. */
  get linePrompt(): AskedPrompt | undefined {
    return this.#front.isAgent ? undefined : this.#lines.blocker?.prompt
  }

  explain(): Explanation {
    const settled = this.#reader.settled
    return {
      joined: this.#keeper.joined,
      ...(this.#keeper.stuck ? { stuck: this.#keeper.stuck } : {}),
      ...(settled ? { reading: settled.reading } : {}),
      ...(this.#reader.picture ? { picture: this.#reader.picture } : {}),
      profile: this.profile.profile.name,
      recognisedBy: this.#front.because,
      signals: this.#board.signals,
      tapSilent: this.#record.tapIdentity !== undefined && !this.tap.present,
    }
  }

  /** What an earlier service knew holds until the screen was read. */
  #resume(blocker: Blocker, now: number): void {
    this.#lines.restore(blocker, now)
    const { kind, text, prompt } = blocker
    this.#board.set(
      'screen',
      {
        ...{ state: 'waiting', reason: `${kind}: ${text}`, evidence: text, blocker: kind },
        promptInFront: prompt !== undefined,
      },
      now,
    )
    this.#keeper.refresh()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop
    try {
      await this.#followSignals(signal)
      await this.#askTap()
      this.#beat()
      for await (const picture of this.#terminal.screens(this.#session, signal, this.#reader.pace.changed)) {
        await this.#see(picture)
        if (signal.aborted) return
      }
      if (!signal.aborted) await this.#hooks.ended()
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof OrchError && error.code === 'session-gone') return this.#checkEnded()
      this.#hooks.log.error({ error: errorMessage(error), session: this.#record.id }, 'watching stopped')
      this.#keeper.stop()
      const reason = `its screen cannot be read: ${errorMessage(error)}`
      this.#hooks.setState({ state: 'unknown', reason, source: 'terminal', evidence: '' })
    }
  }

  async #followSignals(signal: AbortSignal): Promise<void> {
    await Promise.all([
      followSignals({
        terminal: this.#terminal,
        session: this.#session,
        tapIdentity: this.#record.tapIdentity,
        board: this.#board,
        clock: this.#clock,
        log: this.#hooks.log,
        changed: () => this.#heard(),
        onFact: (fact) => this.#onFact(fact),
        signal,
      }),
      this.#front.follow(signal, () => this.#keeper.refresh(), this.#hooks.log),
    ])
  }

  async #checkEnded(): Promise<void> {
    try {
      await this.#hooks.ended()
    } catch (error) {
      this.#hooks.log.warn({ error: errorMessage(error) }, 'could not see whether the program has ended')
    }
  }

  #heard(): void {
    this.#aliveAt = this.#clock.now()
    this.#reader.pace.hurry()
    this.#keeper.refresh()
  }

  #onFact(fact: TapFact): void {
    this.#front.hear(fact)
    if (fact.type === 'start' && fact.pid !== this.#record.tapProgram) this.#save({ tapProgram: fact.pid })
    if (fact.type === 'exit') void this.#checkEnded()
  }

  async #askTap(): Promise<void> {
    if (this.#record.tapIdentity !== undefined) await this.tap.ask()
  }

  /** A look although nobody told of a change; what was told is confirmed by it. */
  #beat(): void {
    this.#cancelHeartbeat = this.#clock.after(heartbeatMs, async () => {
      try {
        await this.#see(await this.#terminal.readScreen(this.#session))
        await this.#askTap()
        await this.#front.lookAtProcess(this.#keeper.joined.source)
      } catch (error) {
        this.#hooks.log.debug({ error: errorMessage(error) }, 'a heartbeat found no screen')
      }
      if (!this.#stop.signal.aborted) this.#beat()
    })
  }

  async #see(picture: Picture): Promise<void> {
    this.#hooks.picture(picture)
    const resumeAt = this.#lines.resumeAt ?? this.#record.seenThrough
    const whole = await withMissedLines(this.#terminal, this.#session, picture, resumeAt)
    if (this.#stop.signal.aborted) return
    const now = this.#clock.now()
    this.#front.see(picture)
    const { changed, told, over } = this.#lines.update(whole, now, !this.#front.isAgent)
    if (changed.length > 0) {
      this.#aliveAt = now
      this.#hooks.tell({ type: 'screen', lines: changed })
    }
    const first = this.#board.of('output') === undefined
    if (!this.#front.isAgent && (first || changed.length > 0)) this.#board.set('output', running, now)
    for (const text of told.completed) this.#complete(text)
    this.#reader.see(picture)
    if (told.blocked || over) this.#showScreen(now)
  }

  #complete(text: string): void {
    this.#hooks.tell({ type: 'complete', text: redact(text) })
    tellCompletion(this.#hooks.comms(), this.#record, text, this.#hooks.log)
    this.#save({ completed: true })
  }

  #onSettled({ reading, since }: Settled, at: number): void {
    const spoken = this.#front.isAgent && reading.state === 'idle' ? this.#lines.spoken(reading) : undefined
    if (spoken !== undefined) this.#complete(spoken)
    this.#showScreen(at, since)
  }

  /** A line that matches a pattern is followed as a line, echo and all; it is no prompt besides. */
  #readingBesideLines(): Reading | undefined {
    const reading = this.#reader.settled?.reading
    return reading && !this.#front.isAgent && this.#lines.isMarked(reading) ? undefined : reading
  }

  /** What the screen says goes onto the board: a line that blocks, else what was read of it. */
  #showScreen(at: number, since = at): void {
    this.#board.set('screen', screenWord(this.#readingBesideLines(), this.#lines.blocker, since), at)
    this.#keeper.refresh()
  }

  #onState(joined: JoinedState, stuck: StuckVerdict | undefined): void {
    if (joined.state === 'exited') return
    this.#keep(joined)
    const { state, reason, source, evidence } = joined
    const told = this.#hooks.state()
    const judged = stuck ? { state: 'stuck' as const, reason: stuck.reason } : { state, reason }
    const next = { ...judged, source, evidence }
    const same = next.state === told.state && next.reason === told.reason && next.evidence === told.evidence
    if (!same || next.source !== told.source) this.#hooks.setState(next)
  }

  #keep(joined: JoinedState): void {
    if (!this.#reader.settled && !this.#lines.blocker && this.#record.waitsFor) return
    const reading = this.#readingBesideLines()
    const line = joined.source === 'screen' && !reading?.prompt ? this.#lines.blocker : undefined
    this.#blockers.want(line ?? wantedBlocker(joined, reading), this.#front.isAgent)
  }

  #save(changes: Partial<SessionRecord>): void {
    const all = { ...changes, ...this.#lines.progress }
    this.#record = { ...this.#record, ...all }
    this.#hooks.update(all)
  }

  #hasOpenTask(): boolean {
    const reported = this.#board.of('program-status')
    const done = this.#record.completed === true || reported?.reason.endsWith('done') === true
    return this.#front.isLaunchedAgent && !done
  }
}
