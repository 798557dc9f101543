/** Escalations as a table: who asks what, who was told, what comes next. */
import type { Escalation } from '../../escalation/escalation.ts'
import { heldUntil } from '../../escalation/ladder.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Output } from '../output.ts'
import { since } from '../session-text.ts'
import { type Column, renderTable } from '../table.ts'
import { shortEscalation } from './escalation-id.ts'

export function escalationTable(
  escalations: readonly Escalation[],
  now: number,
  { style, width }: Output,
): string[] {
  const columns: Column[] = [
    { title: 'ID' },
    { title: 'AGE' },
    { title: 'SESSION', least: 8 },
    { title: 'KIND' },
    { title: 'LEVEL' },
    { title: 'QUESTION', least: 16 },
    { title: 'TOLD', least: 10 },
    { title: 'NEXT', least: 10 },
  ]
  const rows = escalations.map((escalation) => {
    const { noticedAt, closedAt, name, kind, level, outcome } = escalation
    return [
      { text: shortEscalation(escalation), style: style.bold },
      { text: since(noticedAt, closedAt === undefined ? now : Date.parse(closedAt)) },
      { text: shownText(name) },
      { text: kind },
      { text: outcome ?? level, style: outcome === undefined ? style.yellow : style.green },
      { text: shownText(questionOf(escalation)) },
      { text: shownText(toldText(escalation)), style: style.faint },
      { text: shownText(nextText(escalation, now)), style: style.faint },
    ]
  })
  return renderTable(columns, rows, width, style.faint)
}

/** What is asked, in the words of the prompt where it was read. */
export function questionOf({ text, prompt }: Pick<Escalation, 'text' | 'prompt'>): string {
  const { question = '', subject = '' } = prompt ?? {}
  if (question === '') return text
  return subject === '' || question.includes(subject) ? question : `${question} ${subject}`
}

/** Everybody once, with the last result. */
function toldText({ told }: Escalation): string {
  const last = new Map(told.map((one) => [`${one.channel} ${one.to}`, one]))
  return [...last.values()]
    .map(({ channel, to, state }) => {
      const who = channel === 'mail' ? to : channel === '-' ? 'nobody' : channel
      return state === 'failed' ? `${who} (failed)` : state === 'intended' ? `${who} …` : who
    })
    .join(', ')
}

/** What happens when nobody does anything, and when. */
export function nextText(escalation: Escalation, now: number): string {
  const { outcome, closing = '', due, ack, level, ladder } = escalation
  if (outcome !== undefined) return closing
  const held = heldUntil(escalation)
  if (ack && Date.parse(ack.until) > now) return `${ack.by} is on it, for ${duration(ack.until, now)}`
  if (held > now) return `snoozed for ${duration(new Date(held).toISOString(), now)}`
  if (escalation.parked) return escalation.parked.why
  if (!due) return level === 'policy' ? 'the policy decides' : 'waits for an answer'
  const when = duration(due.at, now)
  const above = ladder[ladder.indexOf(level) + 1] ?? level
  if (due.move === 'raise') return `${above} in ${when}`
  return due.move === 'remind' ? `again in ${when}` : `announced in ${when}`
}

function duration(until: string, now: number): string {
  return since(new Date(now).toISOString(), Date.parse(until))
}
