/** Brings an answer to an agent that waits at its hook; all others get theirs as before. */
import type { Deliverer } from '../deliver.ts'
import type { HeadlessAsks } from './headless-asks.ts'

export function deliverToAsk(asks: Pick<HeadlessAsks, 'subject'>, otherwise: Deliverer): Deliverer {
  return async (escalation, answer, choice, typing) => {
    const subject = asks.subject(escalation.session)
    if (!subject) return otherwise(escalation, answer, choice, typing)
    const { fingerprint } = escalation.prompt ?? {}
    const { evidence, chosen } = await subject.answer({ ...choice, fingerprint, typing })
    const attempts = [{ step: 'hook' as const, confirmed: true, why: evidence }]
    return { step: 'hook', evidence, chosen, attempts }
  }
}
