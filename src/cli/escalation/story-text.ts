/** The story of an escalation, for people. */
import type { Escalation } from '../../escalation/escalation.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Output } from '../output.ts'
import { since } from '../session-text.ts'
import { shortEscalation } from './escalation-id.ts'
import { nextText, questionOf } from './escalation-table.ts'
import { commandsFor } from './question-text.ts'
import { type StoryStep, storyOf } from './story.ts'

export function storyText(escalation: Escalation, now: number, { style }: Output): string {
  const { id, outcome, level, kind, urgency, name, agent, session, task, prompt, noticedAt } = escalation
  const state = outcome === undefined ? style.yellow(`open, at the level ${level}`) : style.green(outcome)
  const lines = [
    `${style.bold(shortEscalation(escalation))}  ${state}  ${style.faint(id)}`,
    `session  ${shownText(name)} (${shownText(agent)}, ${session.slice(0, 8)})`,
    `task     ${shownText(task)}`,
    `kind     ${kind}, ${urgency}`,
    `asks     ${shownText(questionOf(escalation))}`,
    ...(prompt?.options ?? []).map(({ number, label }) => `         ${number}. ${shownText(label)}`),
    '',
    ...storyOf(escalation).map((step) => stepText(step, Date.parse(noticedAt), style)),
    '',
    ...(outcome === undefined
      ? [`next     ${shownText(nextText(escalation, now))}`, `answer   ${commandsFor(escalation).answer}`]
      : [`took     ${since(noticedAt, Date.parse(escalation.closedAt ?? noticedAt))}`]),
  ]
  return `${lines.join('\n')}\n`
}

const styleOf = { event: undefined, good: 'green', bad: 'red' } as const

function stepText({ at, what, detail, kind }: StoryStep, start: number, style: Output['style']): string {
  const after = `+${((Date.parse(at) - start) / 1_000).toFixed(1)}s`
  const name = styleOf[kind]
  const shown = name === undefined ? shownText(what) : style[name](shownText(what))
  return `${style.faint(`${at}  ${after.padStart(9)}`)}  ${shown}${detail === '' ? '' : style.faint(`: ${shownText(detail)}`)}`
}
