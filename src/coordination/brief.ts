/** Operating instructions for an agent, from the texts in `briefs/`. */
import { readFileSync } from 'node:fs'

export const briefRoles = ['worker', 'orchestrator'] as const
export type BriefRole = (typeof briefRoles)[number]

export interface BriefFacts {
  agent?: string | undefined
  mailbox?: string | undefined
  task?: string | undefined
}

/** Markdown. An orchestrator gets the instructions of a worker as well. */
export function briefFor(role: BriefRole, { agent, mailbox, task }: BriefFacts): string {
  const values: Readonly<Record<string, string>> = {
    agent: agent ?? 'an agent',
    mailbox: mailbox === undefined ? 'that of your session' : `\`${mailbox}\``,
    task: task === undefined ? 'the one that you claim' : `\`${task}\``,
    worker: role === 'orchestrator' ? briefFor('worker', { agent, mailbox, task }) : '',
  }
  const text = readFileSync(new URL(`./briefs/${role}.md`, import.meta.url), 'utf8')
  return `${text.replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all).trimEnd()}\n`
}
