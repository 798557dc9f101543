/** Operating instructions for an agent, from the texts in `briefs/`. */
import { readFileSync } from 'node:fs'

export const briefRoles = ['worker', 'orchestrator'] as const
export type BriefRole = (typeof briefRoles)[number]

export interface BriefFacts {
  agent?: string | undefined
  mailbox?: string | undefined
  task?: string | undefined
  /** It was started with its task, and does not claim one. */
  given?: boolean
}

/** Markdown. An orchestrator gets the instructions of a worker as well. */
export function briefFor(role: BriefRole, facts: BriefFacts): string {
  const { agent, mailbox, task, given = false } = facts
  const values: Readonly<Record<string, string>> = {
    agent: agent ?? 'an agent',
    mailbox: mailbox === undefined ? 'that of your session' : `\`${mailbox}\``,
    task: task === undefined ? 'the one that you claim' : `\`${task}\``,
    worker: role === 'orchestrator' ? briefFor('worker', facts) : '',
    // Lines that begin with one of these are for those who claim, and for those who do not.
    claimed: '',
    given: '',
  }
  const text = readFileSync(new URL(`./briefs/${role}.md`, import.meta.url), 'utf8')
  const unwanted = given ? '{{claimed}}' : '{{given}}'
  const lines = text.split('\n').filter((line) => !line.startsWith(unwanted))
  const filled = lines.join('\n').replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all)
  return `${filled.trimEnd()}\n`
}
