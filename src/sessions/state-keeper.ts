/** The state of one session, of everything that is heard: joined, and watched by the clocks of being stuck. */
import type { Clock } from '../lib/clock.ts'
import { type JoinedState, joinSignals } from '../signals/join-signals.ts'
import type { SignalBoard } from '../signals/signal-board.ts'
import { judgeStuck, type StuckFacts, type StuckLimits, type StuckVerdict } from './stuck.ts'

export interface StateKeeperOptions {
  board: SignalBoard
  clock: Clock
  limits(): StuckLimits
  /** What the clocks need beside the state. */
  facts(): Omit<StuckFacts, 'state' | 'since' | 'reason'>
  /** Whether a working program shows signs of life that no terminal tells: CPU time, children. */
  isAlive(): Promise<boolean>
  onState(joined: JoinedState, stuck: StuckVerdict | undefined): void
}

export class StateKeeper {
  readonly #options: StateKeeperOptions
  #joined: JoinedState
  #stuck: StuckVerdict | undefined
  #cancel: (() => void) | undefined
  /** When the process table last spoke against being wedged, in ms. */
  #vetoedAt = 0
  #asking = false
  #stopped = false

  constructor(options: StateKeeperOptions, first: Pick<JoinedState, 'state' | 'since' | 'reason'>) {
    this.#options = options
    this.#joined = { ...first, source: 'none', evidence: '', others: [] }
  }

  get joined(): JoinedState {
    return this.#joined
  }

  get stuck(): StuckVerdict | undefined {
    return this.#stuck
  }

  /** Something was heard, or it is time to look again. */
  refresh(): void {
    if (this.#stopped) return
    const { board, clock, onState } = this.#options
    const now = clock.now()
    this.#joined = joinSignals(board.signals, this.#joined, now)
    const stuckAgain = this.#judge(now)
    onState(this.#joined, this.#stuck)
    const times = [this.#joined.againAt, stuckAgain].filter((time) => time !== undefined)
    this.#cancel?.()
    this.#cancel = undefined
    if (times.length > 0 && !this.#stopped) {
      this.#cancel = clock.after(Math.max(1, Math.min(...times) - now), () => this.refresh())
    }
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  #judge(now: number): number | undefined {
    const { limits, facts } = this.#options
    const { state, since, reason } = this.#joined
    const known = facts()
    const aliveAt = Math.max(known.aliveAt, this.#vetoedAt)
    const { stuck, againAt } = judgeStuck({ state, since, reason, ...known, aliveAt }, limits(), now)
    if (stuck?.class !== 'wedged' || this.#stuck?.class === 'wedged') {
      this.#stuck = stuck
      return againAt
    }
    // Silence alone is no proof: the process table has a veto.
    void this.#askProcess(stuck)
    return againAt
  }

  async #askProcess(verdict: StuckVerdict): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    // What could not be read is no proof either.
    const alive = await this.#options.isAlive().catch(() => true)
    this.#asking = false
    if (this.#stopped) return
    if (alive) this.#vetoedAt = this.#options.clock.now()
    else if (this.#joined.state === 'working') this.#stuck = verdict
    this.refresh()
  }
}
