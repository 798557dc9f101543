/** Asks the policy about an escalation, and does what it says. */
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Announcer } from './announcer.ts'
import type { AnswerDesk } from './answer-desk.ts'
import { type Escalation, ruleCutOff } from './escalation.ts'
import type { EscalationDesk } from './escalation-desk.ts'
import type { EscalationStore } from './escalation-store.ts'
import type { PolicyDesk } from './policy-desk.ts'

export interface ConsultParts {
  policy: PolicyDesk
  store: EscalationStore
  desk: EscalationDesk
  answers: AnswerDesk
  announcer: Announcer
  log: Logger
}

export function consultPolicy(parts: ConsultParts, escalation: Escalation): void {
  const { policy: rules, store, desk, answers, announcer, log } = parts
  const word = rules.consult(escalation)
  const { id } = escalation
  if (!word) {
    if (escalation.level === 'policy') desk.raise(id, 'policy', 'there is no policy')
    return
  }
  const { choice, level, notify, ...policy } = word
  desk.update(id, { policy })
  if (notify && !escalation.told.some((told) => told.level === 'human')) {
    void announcer.announce({ ...escalation, level: 'human' }).catch((error: unknown) => {
      log.error({ error: errorMessage(error) }, 'an escalation could not be announced')
    })
  }
  const cutOff = ruleCutOff(escalation)
  if (choice !== undefined && policy.dryRun !== true && !cutOff) {
    const who = { from: policy.rule ?? 'policy', via: 'policy' as const, rule: policy.rule }
    void answers.receive(id, choice, who).catch((error: unknown) => {
      log.warn({ error: errorMessage(error), escalation: id }, 'the policy’s answer was not taken')
      if (store.get(id)?.level === 'policy') desk.raise(id, 'policy', errorMessage(error))
    })
    return
  }
  if (escalation.level === 'policy' || (level !== undefined && level !== escalation.level))
    desk.raise(id, 'policy', cutOff?.why ?? policy.reason, level)
}
