/** Opens, completes and closes the blocker of one session: in its record first, then as event. */
import type { Blocker } from '../agents/session-state.ts'
import type { Clock } from '../lib/clock.ts'
import { keepBlocker, type Wanted } from './blocker-keeper.ts'
import type { SessionEvent } from './session-info.ts'

/** So long a reported dialog may take to be drawn, before it is told without its options (measured: 75 to 375 ms). */
const dialogDelayMs = 600

export interface BlockerDeskOptions {
  clock: Clock
  present(): Blocker | undefined
  /** A crash after this is made good when the record is read. */
  save(blocker: Blocker | undefined): void
  tell(event: SessionEvent): void
  /** It is time to say again what is wanted. */
  again(): void
}

export class BlockerDesk {
  readonly #options: BlockerDeskOptions
  /** Since when a report has told of a dialog that nobody has seen, in ms. */
  #unseenSince: number | undefined
  #cancel: (() => void) | undefined

  constructor(options: BlockerDeskOptions) {
    this.#options = options
  }

  /**
   * Brings the present blocker in line with what is the case.
   *
   * @param drawsDialogs the program will draw what it has reported
   */
  want(wanted: Wanted | undefined, drawsDialogs: boolean): void {
    const { clock, present, again } = this.#options
    const now = clock.now()
    this.#cancel?.()
    const unseen = wanted !== undefined && wanted.prompt === undefined && wanted.source !== 'screen'
    if (!unseen || !drawsDialogs || present()) {
      this.#unseenSince = undefined
      this.#reconcile(wanted, now)
      return
    }
    this.#unseenSince ??= now
    const left = this.#unseenSince + dialogDelayMs - now
    if (left <= 0) this.#reconcile(wanted, now)
    else this.#cancel = clock.after(left, again)
  }

  stop(): void {
    this.#cancel?.()
  }

  #reconcile(wanted: Wanted | undefined, now: number): void {
    const { present, save, tell } = this.#options
    const open = (blocker: Blocker) => {
      save(blocker)
      tell({ type: 'blocker', blocker })
    }
    const learn = (blocker: Blocker) => {
      save(blocker)
      tell({ type: 'prompt', blocker })
    }
    const close = () => {
      const blocker = present()
      if (!blocker) return
      save(undefined)
      tell({ type: 'unblocked', blocker })
    }
    keepBlocker(wanted, { present, open, learn, close }, now)
  }
}
