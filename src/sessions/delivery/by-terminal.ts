/** Types by the API of the terminal and, when that cannot be reached, through AppleScript; keeps why. */
import { OrchError } from '../../lib/errors.ts'
import { isInterrupted, isPromptGone, isUnreachable, type Way } from '../typing/way.ts'

/** One attempt to bring something to an agent, with what was seen, or why the next one was made. */
export interface DeliveryAttempt {
  step: Way | 'mailbox'
  confirmed: boolean
  why: string
}

export interface TypedDelivery<T> {
  step: Way
  result: T
  attempts: DeliveryAttempt[]
}

const ways: readonly Way[] = ['api', 'applescript']

/**
 * @param type types by one way, and proves it
 * @param whenGone only for what is bound to a prompt, and does no harm when it is typed again: the result when
 * the terminal was lost while it was typed, and the next way shows that the prompt is gone
 * @param interruptedBefore an earlier attempt was cut off while it typed
 * @throws {NotReached} when no way into the terminal is left; else what `type` throws, when the program is the matter
 */
export async function byTerminal<T extends { evidence: string }>(
  type: (way: Way) => Promise<T>,
  whenGone?: (evidence: string) => T,
  interruptedBefore = false,
): Promise<TypedDelivery<T>> {
  const attempts: DeliveryAttempt[] = []
  let interrupted = interruptedBefore
  let last: OrchError | undefined
  for (const step of ways) {
    try {
      const result = await type(step)
      attempts.push({ step, confirmed: true, why: result.evidence })
      return { step, result, attempts }
    } catch (error) {
      if (interrupted && whenGone && isPromptGone(error)) {
        const result = whenGone('the terminal was lost while it was typed; then the prompt was seen to be gone')
        attempts.push({ step, confirmed: true, why: result.evidence })
        return { step, result, attempts }
      }
      if (!(isUnreachable(error) || (whenGone && isInterrupted(error)))) throw error
      interrupted ||= isInterrupted(error)
      attempts.push({ step, confirmed: false, why: error.message })
      last ??= error
    }
  }
  throw new NotReached(last, attempts, interrupted)
}

/** Nothing could be typed, because the terminal cannot be reached in any way. */
export class NotReached extends OrchError {
  readonly attempts: readonly DeliveryAttempt[]
  /** It was lost while something was typed. */
  readonly interrupted: boolean

  constructor(first: OrchError | undefined, attempts: readonly DeliveryAttempt[], interrupted: boolean) {
    const details = { typed: interrupted, attempts }
    const hint = first?.hint === undefined ? {} : { hint: first.hint }
    super(first?.code ?? 'terminal-unavailable', first?.message ?? 'The terminal cannot be reached.', {
      ...hint,
      details,
    })
    this.attempts = attempts
    this.interrupted = interrupted
  }
}
