/** Gives work to a subordinate: a file in its `tasks/incoming/`, written down before. */
import { join } from 'node:path'
import { parseDocument, stringify } from 'yaml'
import { OrchError } from '../../lib/errors.ts'
import { type Comms, makeDirectoryInside } from '../../mail/comms.ts'
import { createMailbox, type Mailbox, mailboxAt, pathExists } from '../../mail/mailbox.ts'
import { parseTaskName } from '../../mail/names.ts'
import { type Assignment, readAssignments, responseTo, saveAssignment } from '../assignments.ts'
import { readClaimPlaces, readEntries } from '../claim-place.ts'
import { readFrontMatter } from '../front-matter.ts'
import { withRegistry } from '../registry-lock.ts'
import { namesInUse, placeNew, tasksIn } from '../submit.ts'
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

/** @throws {OrchError} `mailbox-not-found`, `task-exists`, `invalid-task`, `usage`, `busy` */
export async function assignTask(comms: Comms, mailbox: Mailbox, order: WorkOrder): Promise<Assignment> {
  const subordinate = mailboxOf(findSubordinate(readRegistry(comms, mailbox), order.subordinate))
  const text = withFrontMatter(order.text, {
    reply: mailbox.name,
    ...(order.parent !== undefined && { parent: order.parent }),
  })
  return withRegistry(comms, mailbox, () => {
    const assignment: Assignment = {
      task: nameFor(comms, mailbox, subordinate, order),
      subordinate,
      ...(order.parent !== undefined && { parent: parseTaskName(order.parent) }),
      assigned_at: new Date().toISOString(),
      text,
    }
    saveAssignment(comms, mailbox, assignment)
    return place(comms, mailbox, assignment)
  })
}

/** Hands over what was written down by a process that died before it could. @throws {OrchError} `busy` */
export async function finishAssigning(comms: Comms, mailbox: Mailbox): Promise<void> {
  const begun = () => readAssignments(comms, mailbox).filter((assignment) => assignment['delivered'] !== true)
  if (begun().length === 0) return
  await withRegistry(comms, mailbox, () => {
    for (const assignment of begun()) place(comms, mailbox, assignment)
  })
}

function place(comms: Comms, mailbox: Mailbox, assignment: Assignment): Assignment {
  const { task, subordinate, text } = assignment
  const recipient = createMailbox(comms, subordinate)
  if (
    typeof text === 'string' &&
    !pathExists(join(recipient.tasks, `${task}.md`)) &&
    !tasksIn(comms, recipient).has(task) &&
    responseTo(comms, mailbox, task) === undefined
  ) {
    placeNew(makeDirectoryInside(comms, recipient.tasks), task, text)
  }
  const delivered = { ...assignment, delivered: true }
  saveAssignment(comms, mailbox, delivered)
  return delivered
}

function nameFor(comms: Comms, mailbox: Mailbox, subordinate: string, { parent, name }: WorkOrder): string {
  const used = new Set([
    ...namesInUse(comms, mailbox),
    ...readClaimPlaces(comms, mailbox).flatMap(({ path }) =>
      readEntries(path).map((entry) => entry.name.slice(0, -3)),
    ),
    // From somebody else: it would be taken for the one that is given now.
    ...tasksIn(comms, mailboxAt(comms, subordinate)),
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
