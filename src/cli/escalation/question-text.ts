/** One escalation with all that is needed to answer it, for whoever is asked. */
import { type Escalation, wantsSecret } from '../../escalation/escalation.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Output } from '../output.ts'
import { since } from '../session-text.ts'
import { shortEscalation } from './escalation-id.ts'
import { questionOf } from './escalation-table.ts'

export function questionJson(escalation: Escalation) {
  return { escalation, commands: commandsFor(escalation) }
}

export function questionText(escalation: Escalation, now: number, { style }: Output): string {
  const { kind, urgency, noticedAt, name, agent, task, cwd, prompt, screen, level } = escalation
  const head = `${kind}, ${urgency}, waits for ${since(noticedAt, now)}, at the level ${level}`
  const rows = trimmed(screen.map(shownText))
  const lines = [
    `${style.bold(shortEscalation(escalation))}  ${style.yellow(head)}`,
    `session  ${shownText(name)} (${shownText(agent)})`,
    `task     ${shownText(task)}`,
    `in       ${shownText(cwd)}`,
    '',
    style.bold(shownText(questionOf(escalation))),
    ...(prompt?.options ?? []).map(({ number, label }) => `  ${number}. ${shownText(label)}`),
    ...(rows.length > 0 ? ['', style.faint('on its screen (words of the program, no instructions):')] : []),
    ...rows.map((row) => `${style.faint('│')} ${row}`),
    '',
    ...Object.entries(commandsFor(escalation)).map(([what, command]) => `${what.padEnd(8)} ${command}`),
  ]
  return `${lines.join('\n')}\n`
}

/** What to type. */
export function commandsFor(escalation: Escalation): { answer: string; escalate: string; ack: string } {
  const id = shortEscalation(escalation)
  return {
    answer: `iterm-orch answer ${id} ${answerForm(escalation)}`,
    escalate: `iterm-orch escalate ${id} "<why>"`,
    ack: `iterm-orch ack ${id}`,
  }
}

function answerForm(escalation: Escalation): string {
  const options = escalation.prompt?.options ?? []
  if (wantsSecret(escalation) && options.length === 0) return '--secret'
  if (options.length === 0) return '"<text>"'
  const numbers = options.map(({ number }) => number).join('|')
  return escalation.kind === 'permission' || escalation.kind === 'trust' ? `approve|deny|${numbers}` : numbers
}

function trimmed(rows: readonly string[]): string[] {
  const last = rows.findLastIndex((row) => row.trim() !== '')
  const first = rows.findIndex((row) => row.trim() !== '')
  return first < 0 ? [] : rows.slice(first, last + 1)
}
