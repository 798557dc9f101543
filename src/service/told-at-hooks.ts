/** What agents have told at their hooks of the permission that they ask for. */
import type { Told } from '../escalation/policy/read-question.ts'
import type { HookSignal } from '../signals/hooks/hook-signal.ts'

interface Reports {
  on(event: 'signal', listener: (signal: HookSignal) => void): unknown
}

export class ToldAtHooks {
  /** By session: what it was last told to ask for. */
  readonly #last = new Map<string, HookSignal>()
  /** By session: the permissions that were asked for and of which nothing else was heard yet. */
  readonly #asked = new Map<string, readonly HookSignal[]>()

  constructor(hooks: Reports) {
    hooks.on('signal', (signal) => this.#heard(signal))
  }

  /** Undefined where the agent's last word was about something else. */
  of(session: string): Told | undefined {
    const asked = this.#asked.get(session) ?? []
    const last = asked.at(-1) ?? this.#last.get(session)
    return last && { ...last, several: asked.length > 1 }
  }

  #heard(signal: HookSignal): void {
    const { session, blocker, event } = signal
    if (session === undefined) return
    const asked = (this.#asked.get(session) ?? []).filter((one) => !isOver(one, signal))
    this.#asked.set(session, event === 'PermissionRequest' ? [...asked, signal] : asked)
    // A hook that tells of no question means that the agent went on.
    if (blocker === undefined) this.#last.delete(session)
    else this.#last.set(session, signal)
  }
}

/**
 * Tools that are called at once ask at once: only what is heard of this very call, or the end of the whole turn,
 * tells that its question is over.
 */
function isOver(asked: HookSignal, { id, tool, command, state, subagent, blocker }: HookSignal): boolean {
  if (asked.id === id) return true
  if (blocker !== undefined) return false
  if (tool === undefined) return state !== undefined && subagent === undefined
  return asked.tool === tool && asked.command === command
}
