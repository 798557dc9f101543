/** Types by the API of the terminal and, when that cannot be reached, through AppleScript; keeps why. */
import { OrchError } from '../../lib/errors.ts'
import { isUnreachable, type Way } from '../typing/way.ts'

/** One attempt to bring something to an agent, with what was seen, or why the next one was made. */
export interface DeliveryAttempt {
  step: Way | 'mailbox' | 'hook'
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
 * @throws {NotReached} when no way into the terminal is left, and nothing was typed; else what `type` throws: the
 * program is the matter, or the terminal was lost in the middle
 */
export async function byTerminal<T extends { evidence: string }>(
  type: (way: Way) => Promise<T>,
): Promise<TypedDelivery<T>> {
  const attempts: DeliveryAttempt[] = []
  let first: OrchError | undefined
  for (const step of ways) {
    try {
      const result = await type(step)
      attempts.push({ step, confirmed: true, why: result.evidence })
      return { step, result, attempts }
    } catch (error) {
      if (!isUnreachable(error)) throw error
      attempts.push({ step, confirmed: false, why: error.message })
      first ??= error
    }
  }
  throw new NotReached(first, attempts)
}

/** Nothing could be typed, because the terminal cannot be reached in any way. */
export class NotReached extends OrchError {
  readonly attempts: readonly DeliveryAttempt[]

  constructor(first: OrchError | undefined, attempts: readonly DeliveryAttempt[]) {
    const hint = first?.hint === undefined ? {} : { hint: first.hint }
    super(first?.code ?? 'terminal-unavailable', first?.message ?? 'The terminal cannot be reached.', {
      ...hint,
      details: { typed: false, attempts },
    })
    this.attempts = attempts
  }
}
