/** Who may give which answer. */
import { OrchError } from '../lib/errors.ts'
import { sameParticipant } from '../mail/identity.ts'
import { desktopMailbox, isOrchestrator } from '../mail/names.ts'
import { type Choice, type Escalation, type Level, type Via, wantsSecret } from './escalation.ts'
import { communicationOf } from './open-escalation.ts'

export interface Answerer {
  /** A mailbox, `human`, or the name of a rule. */
  from: string
  via: Via
  /** The message that it stands in. */
  message?: string | undefined
  rule?: string | undefined
  /** The answer is a secret, given where it leaves no trace. */
  secret?: boolean | undefined
}

/** The reason why this answer is not accepted from there; undefined when it is. */
export function authority(
  escalation: Escalation,
  choice: Choice,
  who: Answerer,
  mayGrant: readonly Level[],
): OrchError | undefined {
  if (wantsSecret(escalation) && who.secret !== true && !declines(choice)) {
    const id = escalation.id.slice(-8)
    return new OrchError(
      'not-allowed',
      'A secret is asked for; it must not go through a file or a command line.',
      {
        hint: `Answer in the terminal, or with \`iterm-orch answer ${id} --secret\`.`,
      },
    )
  }
  const level = levelOf(escalation, who)
  if (communicationOf(escalation.kind) !== 'permission' || mayGrant.includes(level) || declines(choice))
    return undefined
  return new OrchError('not-allowed', `${who.from} (${level}) may not grant a permission.`, {
    hint: 'It may deny it, or pass it up with `iterm-orch escalate`. `escalation.may_grant` names those who may.',
  })
}

/** At which level somebody answers. */
export function levelOf({ orchestrator, peer }: Escalation, { from, via }: Answerer): Level {
  if (via === 'policy') return 'policy'
  if (peer !== undefined && sameParticipant(from, peer)) return 'peer'
  if (orchestrator !== undefined && sameParticipant(from, orchestrator)) return 'orchestrator'
  if (sameParticipant(from, desktopMailbox)) return 'desktop'
  if (from === 'human') return 'human'
  return isOrchestrator(from) ? 'orchestrator' : 'peer'
}

function declines({ choice }: Choice): boolean {
  return choice === 'deny' || choice === 'cancel'
}

/** The mailboxes that are asked at the present level. */
export function mailboxesOf({ level, orchestrator, peer }: Escalation): string[] {
  if (level === 'desktop') return [desktopMailbox]
  const mailbox = level === 'orchestrator' ? orchestrator : level === 'peer' ? peer : undefined
  return mailbox === undefined ? [] : [mailbox]
}
