/** What happened to an escalation, in the order in which it did. */
import type { Announcement, Choice, Escalation, ReceivedAnswer } from '../../escalation/escalation.ts'

export interface StoryStep {
  /** ISO time. */
  at: string
  what: string
  /** How it went, or why. */
  detail: string
  kind: 'event' | 'good' | 'bad'
}

export function storyOf(escalation: Escalation): StoryStep[] {
  const { noticedAt, openedAt, kind, ladder, policy, told, raises, holds, answers, deliveries } = escalation
  const steps: StoryStep[] = [
    { at: noticedAt, what: `noticed (${kind})`, detail: '', kind: 'event' },
    { at: openedAt, what: 'on record', detail: `levels: ${ladder.join(' → ')}`, kind: 'event' },
    ...(policy ? [policyStep(policy)] : []),
    ...told.map(toldStep),
    ...raises.map(({ at, from, to, by, reason }): StoryStep => {
      return { at, what: `up from ${from} to ${to}`, detail: `${by}: ${reason}`, kind: 'event' }
    }),
    ...holds.map(({ at, by, how, until }): StoryStep => {
      const what = how === 'ack' ? `${by} is on it` : `${by} snoozed it`
      return { at, what, detail: `until ${until}`, kind: 'event' }
    }),
    ...forgottenStep(escalation),
    ...answers.map(answerStep),
    ...deliveries.map(({ at, step, confirmed, why }): StoryStep => {
      const what = `${confirmed ? 'delivered' : 'not delivered'} through ${step}`
      return { at, what, detail: why, kind: confirmed ? 'good' : 'bad' }
    }),
    ...closingStep(escalation),
  ]
  // Those of the same millisecond stay as they are here: what causes comes before what follows.
  return steps.sort((left, right) => left.at.localeCompare(right.at))
}

function policyStep({ at, action, rule, reason, dryRun }: NonNullable<Escalation['policy']>): StoryStep {
  const by = rule === undefined ? '' : ` (rule "${rule}")`
  const what = `policy: ${dryRun ? `would ${action}, is only tried out` : action}${by}`
  return { at, what, detail: reason, kind: 'event' }
}

function toldStep({ at, level, channel, to, state, why = '', repeat }: Announcement): StoryStep {
  const again = repeat === 0 ? '' : `, reminder ${repeat}`
  if (channel === '-') return { at, what: `nobody told (${level}${again})`, detail: why, kind: 'bad' }
  const verb = state === 'told' ? 'told' : state === 'failed' ? 'could not tell' : 'about to tell'
  const whom = channel === 'mail' ? `${to} in its thread` : `${to} through ${channel}`
  return {
    at,
    what: `${verb} ${whom} (${level}${again})`,
    detail: why,
    kind: state === 'failed' ? 'bad' : 'event',
  }
}

function forgottenStep({ forgotten, openedAt }: Escalation): StoryStep[] {
  if (!forgotten) return []
  const what = `${forgotten.count} answers that were not taken are only counted`
  return [{ at: openedAt, what, detail: '', kind: 'bad' }]
}

function answerStep({ at, from, via, choice, verdict, why, rule, chosen }: ReceivedAnswer): StoryStep {
  const said = choice === undefined ? 'a secret, not kept' : JSON.stringify(choiceText(choice))
  const by = rule === undefined ? '' : ` by the rule "${rule}"`
  const meant = chosen === undefined || chosen === '' ? '' : chosen
  return {
    at,
    what: `${from} answered ${said} (${via}${by}): ${verdict}`,
    detail: why ?? meant,
    kind: verdict === 'taken' ? 'good' : verdict === 'delivering' ? 'event' : 'bad',
  }
}

function choiceText({ choice, options, text }: Choice): string {
  return text ?? choice ?? options?.join(', ') ?? ''
}

function closingStep({ closedAt, outcome, closing = '' }: Escalation): StoryStep[] {
  if (closedAt === undefined || outcome === undefined) return []
  return [
    { at: closedAt, what: outcome, detail: closing, kind: outcome.startsWith('answered') ? 'good' : 'event' },
  ]
}
