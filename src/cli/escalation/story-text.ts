/** The story of an escalation, for people. */
import type { Escalation } from '../../escalation/escalation.ts'
import type { Output } from '../output.ts'
import { plainText } from '../plain-text.ts'
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
    `session  ${plainText(name)} (${plainText(agent)}, ${session.slice(0, 8)})`,
    `task     ${plainText(task)}`,
    `kind     ${kind}, ${urgency}`,
    `asks     ${plainText(questionOf(escalation))}`,
    ...(prompt?.options ?? []).map(({ number, label }) => `         ${number}. ${plainText(label)}`),
    '',
    ...storyOf(escalation).map((step) => stepText(step, Date.parse(noticedAt), style)),
    '',
    ...(outcome === undefined
      ? [`next     ${plainText(nextText(escalation, now))}`, `answer   ${commandsFor(escalation).answer}`]
      : [`took     ${since(noticedAt, Date.parse(escalation.closedAt ?? noticedAt))}`]),
  ]
  return `${lines.join('\n')}\n`
}

const styleOf = { event: undefined, good: 'green', bad: 'red' } as const

function stepText({ at, what, detail, kind }: StoryStep, start: number, style: Output['style']): string {
  const after = `+${((Date.parse(at) - start) / 1_000).toFixed(1)}s`
  const name = styleOf[kind]
  const shown = name === undefined ? plainText(what) : style[name](plainText(what))
  return `${style.faint(`${at}  ${after.padStart(9)}`)}  ${shown}${detail === '' ? '' : style.faint(`: ${plainText(detail)}`)}`
}
