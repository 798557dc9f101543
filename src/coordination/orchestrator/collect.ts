/** Gathers the answers of subordinates into one report and one list of findings, with their sources. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { errorMessage, OrchError, systemErrorCode } from '../../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../../mail/comms.ts'
import { mailError, reading, writing } from '../../mail/mail-error.ts'
import { type Mailbox, mailboxAt, pathExists } from '../../mail/mailbox.ts'
import { type Assignment, readAssignments, responseTo } from '../assignments.ts'
import { linkEndedChildren } from '../children.ts'
import { readEntries } from '../claim-place.ts'
import { findClaim } from '../find-claim.ts'
import { isFailed } from '../outcome.ts'
import { mailboxOf, readRegistry } from './registry.ts'

export interface Source {
  task: string
  subordinate: string
  role: string
  status: 'completed' | 'failed' | 'open'
  /** File with its answer, relative to the comms root. */
  response?: string
  /** Why its findings could not be read. */
  problem?: string
}

export interface Collected {
  /** Where response.md and findings.json are now. */
  directory: string
  sources: Source[]
  findings: Record<string, unknown>[]
}

const severities = ['critical', 'high', 'medium', 'low', 'info']

/**
 * Writes `response.md`, a skeleton to be filled in, and `findings.json` into the directory of the claimed
 * task, and links its subtasks and their attachments. A response.md that exists is kept.
 *
 * @throws {OrchError} `task-not-found` when `parent` is not claimed
 */
export function collectResponses(comms: Comms, mailbox: Mailbox, parent: string): Collected {
  const claim = findClaim(comms, mailbox, parent)
  const roles = new Map(
    readRegistry(comms, mailbox).subordinates.map((entry) => [mailboxOf(entry), entry.role] as const),
  )
  const parts = readAssignments(comms, mailbox)
    .filter((assignment) => assignment.parent === parent)
    .map((assignment) => gather(comms, mailbox, assignment, roles.get(assignment.subordinate) ?? ''))
  const sources = parts.map(({ source }) => source)
  const findings = parts.flatMap((part) => part.findings)
  linkEndedChildren(comms, mailbox, parent, claim.path)
  for (const { source } of parts) linkAttachments(comms, mailbox, claim.path, source.task)
  const report = { task: parent, collected_at: new Date().toISOString(), sources, findings }
  writing(claim.path, () => {
    writeFileAtomic(join(claim.path, 'findings.json'), `${JSON.stringify(report, null, 2)}\n`)
    const response = join(claim.path, 'response.md')
    if (!pathExists(response)) writeFileAtomic(response, skeleton(parent, parts))
  })
  return { directory: claim.path, sources, findings }
}

interface Part {
  source: Source
  text: string
  findings: Record<string, unknown>[]
}

function gather(comms: Comms, mailbox: Mailbox, { task, subordinate }: Assignment, role: string): Part {
  const answer = responseTo(comms, mailbox, task)
  const source: Source = { task, subordinate, role, status: 'open' }
  if (answer === undefined) return { source, text: '', findings: [] }
  const path = insidePath(comms, answer)
  const text = reading(path, () => readFileSync(path, 'utf8'))
  const { completed } = mailboxAt(comms, subordinate)
  const status = isFailed(insidePath(comms, completed), task) ? 'failed' : 'completed'
  const whole = { ...source, status, response: path.slice(comms.root.length + 1) } as const
  try {
    const findings = readFindings(comms, join(completed, task, 'findings.json'))
    return {
      source: whole,
      text,
      findings: findings.map((finding) => ({ ...finding, source: { task, subordinate } })),
    }
  } catch (error) {
    return { source: { ...whole, problem: errorMessage(error) }, text, findings: [] }
  }
}

/** A list, an object with a list `findings`, or one finding. */
function readFindings(comms: Comms, path: string): Record<string, unknown>[] {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(insidePath(comms, path), 'utf8'))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw new OrchError('mail-unreadable', `${path} cannot be read: ${errorMessage(error)}`)
  }
  const list = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value['findings'])
      ? value['findings']
      : [value]
  return list.map((entry: unknown) => (isObject(entry) ? entry : { value: entry }))
}

/** Relative links, right before and after the task's directory moves to `completed/`. */
function linkAttachments(comms: Comms, mailbox: Mailbox, claim: string, task: string): void {
  const from = join(mailbox.completed, task, 'attachments')
  const entries = readEntries(insidePath(comms, from))
  if (entries.length === 0) return
  const to = makeDirectoryInside(comms, join(claim, 'attachments'))
  for (const { name } of entries) {
    const target = `../../../completed/${task}/attachments/${name}`
    for (const link of [name, `${task}_${name}`]) if (tryLink(target, join(to, link))) break
  }
}

function tryLink(target: string, path: string): boolean {
  try {
    symlinkSync(target, path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw mailError('mail-unwritable', 'Cannot link', path, error)
  }
}

/** The parts of the document's report; what people or agents have to write stands in comments. */
function skeleton(parent: string, parts: readonly Part[]): string {
  const findings = parts.flatMap((part) => part.findings)
  const lines = [
    `# ${parent}`,
    '',
    '## Executive summary',
    '',
    '<!-- What was found, in a few sentences. -->',
    '',
  ]
  lines.push('## Findings by severity', '')
  if (findings.length === 0) lines.push('None reported as data.', '')
  for (const severity of [...severities, undefined]) {
    const those = findings.filter((finding) => severityOf(finding) === severity)
    if (those.length === 0) continue
    lines.push(
      `### ${severity === undefined ? 'Without severity' : severity.toUpperCase()} (${those.length})`,
      '',
    )
    for (const finding of those) lines.push(`- ${titleOf(finding)}`)
    lines.push('')
  }
  lines.push('## Remediation steps', '', '<!-- In the order in which they should be done. -->', '')
  lines.push('## Manual actions needed', '', '<!-- What no agent may do. -->', '', '## Results', '')
  for (const { source, text } of parts) {
    const about = [source.subordinate, source.role, source.status].filter(Boolean).join(', ')
    lines.push(`### ${source.task} (${about})`, '', text.trim() === '' ? '(no answer yet)' : text.trim(), '')
    if (source.response !== undefined) lines.push(`Source: ${source.response}`, '')
    if (source.problem !== undefined) lines.push(`Its findings could not be read: ${source.problem}`, '')
  }
  return lines.join('\n')
}

function severityOf(finding: Record<string, unknown>): string | undefined {
  const severity = String(finding['severity'] ?? '').toLowerCase()
  return severities.includes(severity) ? severity : undefined
}

function titleOf(finding: Record<string, unknown>): string {
  const title =
    finding['title'] ?? finding['text'] ?? finding['description'] ?? finding['value'] ?? finding['id']
  const source = finding['source']
  const task = isObject(source) ? source['task'] : ''
  return `${typeof title === 'string' ? title.replace(/\s+/g, ' ') : JSON.stringify(title ?? finding)} (${task})`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
