/** Gives work to a subordinate: a file in its `tasks/incoming/`, written down before. */
import { join } from 'node:path'
import { parseDocument, stringify } from 'yaml'
import { OrchError } from '../../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../../mail/comms.ts'
import { createMailbox, type Mailbox, mailboxAt, pathExists } from '../../mail/mailbox.ts'
import { parseTaskName } from '../../mail/names.ts'
import { type Assignment, readAssignments, responseTo, saveAssignment } from '../assignments.ts'
import { readClaimPlaces, readEntries } from '../claim-place.ts'
import { readFrontMatter } from '../front-matter.ts'
import { placeNew } from '../submit.ts'
import { childName } from '../subtask-name.ts'
import { findSubordinate, mailboxOf, readRegistry } from './registry.ts'

export interface WorkOrder {
  subordinate: string
  text: string
  /** The orchestrator's own task that it is a part of. */
  parent?: string | undefined
  /** Name of the task; without it the next subtask of the parent. */
  name?: string | undefined
}

/** @throws {OrchError} `mailbox-not-found`, `task-exists`, `invalid-task`, `usage` */
export function assignTask(comms: Comms, mailbox: Mailbox, order: WorkOrder): Assignment {
  const subordinate = mailboxOf(findSubordinate(readRegistry(comms, mailbox), order.subordinate))
  const task = nameFor(comms, mailbox, order)
  const text = withFrontMatter(order.text, {
    reply: mailbox.name,
    ...(order.parent !== undefined && { parent: order.parent }),
  })
  const assignment: Assignment = {
    task,
    subordinate,
    ...(order.parent !== undefined && { parent: parseTaskName(order.parent) }),
    assigned_at: new Date().toISOString(),
    text,
  }
  saveAssignment(comms, mailbox, assignment)
  return place(comms, mailbox, assignment)
}

/** Hands over what was written down by a process that died before it could. */
export function finishAssigning(comms: Comms, mailbox: Mailbox): void {
  for (const assignment of readAssignments(comms, mailbox)) {
    if (assignment['delivered'] !== true) place(comms, mailbox, assignment)
  }
}

function place(comms: Comms, mailbox: Mailbox, assignment: Assignment): Assignment {
  const { task, subordinate, text } = assignment
  const recipient = createMailbox(comms, subordinate)
  if (
    typeof text === 'string' &&
    !has(comms, recipient, task) &&
    responseTo(comms, mailbox, task) === undefined
  ) {
    placeNew(makeDirectoryInside(comms, recipient.tasks), task, text)
  }
  const delivered = { ...assignment, delivered: true }
  saveAssignment(comms, mailbox, delivered)
  return delivered
}

/** Whether the subordinate has the task, in whatever state. */
function has(comms: Comms, { name }: Mailbox, task: string): boolean {
  const mailbox = mailboxAt(comms, name)
  return (
    pathExists(join(insidePath(comms, mailbox.tasks), `${task}.md`)) ||
    pathExists(join(insidePath(comms, mailbox.toExecute), `${task}.md`)) ||
    readClaimPlaces(comms, mailbox).some((claim) => claim.task === task) ||
    pathExists(join(insidePath(comms, mailbox.completed), task))
  )
}

function nameFor(comms: Comms, mailbox: Mailbox, { parent, name }: WorkOrder): string {
  const used = new Set([
    ...readAssignments(comms, mailbox).map(({ task }) => task),
    ...readClaimPlaces(comms, mailbox).map(({ task }) => task),
    ...readClaimPlaces(comms, mailbox).flatMap(({ path }) =>
      readEntries(path).map((entry) => entry.name.slice(0, -3)),
    ),
    ...readEntries(insidePath(comms, mailbox.completed)).map((entry) => entry.name),
  ])
  if (name !== undefined) {
    if (!used.has(parseTaskName(name))) return name
    throw new OrchError('task-exists', `There is already a task ${name}.`, {
      hint: 'Give it another --name.',
    })
  }
  if (parent === undefined) {
    throw new OrchError('usage', 'The task has no name.', { hint: 'Give one with --name, or a --parent.' })
  }
  for (let number = 1; ; number++) {
    const candidate = parseTaskName(childName(parent, number))
    if (!used.has(candidate)) return candidate
  }
}

/** Adds keys that the text does not set itself. */
function withFrontMatter(text: string, keys: Record<string, string>): string {
  if (text.trim() === '')
    throw new OrchError('invalid-task', 'The task is empty.', { hint: 'Write it first.' })
  const read = readFrontMatter(text)
  if (!read.ok) {
    throw new OrchError('invalid-task', `The task cannot be assigned: ${read.problem}`, {
      hint: 'docs/coordination.md describes the keys at the top of a task file.',
    })
  }
  const head = text.slice(0, text.length - read.body.length)
  if (head === '') return `---\n${stringify(keys)}---\n\n${text}`
  const document = parseDocument(head.replace(/^\uFEFF?---.*\r?\n/, '').replace(/(?:^|\n)---\s*$/, '\n'))
  for (const [key, value] of Object.entries(keys)) if (!document.has(key)) document.set(key, value)
  return `---\n${document.toString()}---\n${read.body}`
}
