/** What agents have told at their hooks of the permission that they ask for. */
import type { Told } from '../escalation/policy/read-question.ts'
import type { HookInbox } from '../signals/hooks/hook-inbox.ts'
import type { HookSignal } from '../signals/hooks/hook-signal.ts'

export class ToldAtHooks {
  readonly #last = new Map<string, HookSignal>()

  constructor(hooks: HookInbox) {
    hooks.on('signal', (signal) => this.#heard(signal))
  }

  /** Undefined where the agent's last word was about something else. */
  of(session: string): Told | undefined {
    return this.#last.get(session)
  }

  /** A hook that tells of no question means that the agent went on. */
  #heard(signal: HookSignal): void {
    const { session, blocker } = signal
    if (session === undefined) return
    if (blocker === undefined) this.#last.delete(session)
    else this.#last.set(session, signal)
  }
}
