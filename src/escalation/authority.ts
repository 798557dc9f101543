/** Who may give which answer. */
import { OrchError } from '../lib/errors.ts'
import { sameParticipant } from '../mail/identity.ts'
import { desktopMailbox } from '../mail/names.ts'
import { type Choice, type Escalation, Level, type Via, wantsSecret } from './escalation.ts'
import { communicationOf } from './open-escalation.ts'
import { person } from './person.ts'

export interface Answerer {
  /** A mailbox, `human`, or the name of a rule. */
  from: string
  via: Via
  /** The message that it stands in, and whose mailbox that is in. */
  message?: string | undefined
  mailbox?: string | undefined
  rule?: string | undefined
  /** The answer is a secret, given where it leaves no trace. */
  secret?: boolean | undefined
}

/** What has to be known of what is asked. */
export type Asked = 'id' | 'session' | 'mailbox' | 'kind' | 'prompt' | 'orchestrator' | 'peer'

/** The reason why this answer is not accepted from there; undefined when it is. */
export function authority(
  escalation: Pick<Escalation, Asked>,
  choice: Choice,
  who: Answerer,
  mayGrant: readonly Level[],
): OrchError | undefined {
  if (isAsker(escalation, who)) {
    return new OrchError('not-allowed', `${who.from} asks this itself; others answer it.`, {
      hint: 'A session passes a question on with `iterm-orch ask`, or waits.',
    })
  }
  const denies = declines(choice, escalation)
  if (who.secret !== true && givesSecret(escalation, choice)) return secretRefused(escalation.id)
  const level = levelOf(escalation, who)
  if (communicationOf(escalation.kind) !== 'permission' || mayGrant.includes(level) || denies)
    return undefined
  return new OrchError('not-allowed', `${who.from} (${level}) may not grant a permission.`, {
    hint: 'It may deny it, or pass it up with `iterm-orch escalate`. `escalation.may_grant` names those who may.',
  })
}

/** Whether the answer itself is the secret: what is chosen of what stands on the screen is none. */
export function givesSecret(asked: Pick<Escalation, 'kind' | 'prompt'>, choice: Choice): boolean {
  return wantsSecret(asked) && !declines(choice, asked) && !choosesOption(choice, asked.prompt)
}

function secretRefused(id: string): OrchError {
  const reason = 'A secret is asked for; it must not go through a file, a command line or its history.'
  return new OrchError('not-allowed', reason, {
    hint: `Answer in the terminal, or with \`iterm-orch answer ${id.slice(-8)} --secret\`, which asks without echo.`,
  })
}

/**
 * At which level somebody answers. Anyone may write any name into a mailbox that is theirs: what stands in
 * one counts as the word of its owner at most.
 */
export function levelOf(
  escalation: Pick<Escalation, 'orchestrator' | 'peer'>,
  { from, via, mailbox }: Answerer,
): Level {
  if (via === 'policy') return 'policy'
  const said = levelOfName(escalation, from)
  if (mailbox === undefined) return said
  const owned = levelOfName(escalation, mailbox)
  return Level.options.indexOf(owned) < Level.options.indexOf(said) ? owned : said
}

function levelOfName({ orchestrator, peer }: Pick<Escalation, 'orchestrator' | 'peer'>, from: string): Level {
  if (peer !== undefined && sameParticipant(from, peer)) return 'peer'
  if (orchestrator !== undefined && sameParticipant(from, orchestrator)) return 'orchestrator'
  if (sameParticipant(from, desktopMailbox)) return 'desktop'
  // The orchestrator of others knows nothing of this one.
  return isPerson(from) ? 'human' : 'peer'
}

/** How people call themselves who have no mailbox. */
export function isPerson(from: string): boolean {
  return from === 'human' || from === 'user'
}

function isAsker(
  { session, mailbox }: Pick<Escalation, 'session' | 'mailbox'>,
  { from, via }: Answerer,
): boolean {
  if (via === 'policy') return false
  return from === `session_${session}` || (mailbox !== undefined && sameParticipant(from, mailbox))
}

/** It says no, in whatever way: by a word, or by the number or label of an option that means no. */
export function declines({ choice, options, text }: Choice, { prompt }: Pick<Escalation, 'prompt'>): boolean {
  if (text !== undefined) return false
  if (options === undefined) return choice === 'deny' || choice === 'cancel'
  const chosen = options.map((number) => prompt?.options.find((option) => option.number === number)?.meaning)
  return chosen.length > 0 && chosen.every((meaning) => meaning === 'deny' || meaning === 'cancel')
}

function choosesOption({ choice, options }: Choice, prompt: Escalation['prompt']): boolean {
  const offered = prompt?.options ?? []
  if (options !== undefined) return offered.length > 0
  return offered.some(({ number, label }) => choice === String(number) || choice === label)
}

/** Whether somebody, a mailbox or `human`, is asked at the present level. */
export function isAsked(escalation: Escalation, who: string): boolean {
  return who === person ? escalation.level === 'human' : mailboxesOf(escalation).includes(who)
}

/** The mailboxes that are asked at the present level. */
function mailboxesOf({ level, orchestrator, peer }: Escalation): string[] {
  if (level === 'desktop') return [desktopMailbox]
  const mailbox = level === 'orchestrator' ? orchestrator : level === 'peer' ? peer : undefined
  return mailbox === undefined ? [] : [mailbox]
}
