/** Work that an orchestrator has given to subordinates: `registry/assignments/<task>.json`. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../mail/comms.ts'
import { writing } from '../mail/mail-error.ts'
import { listDirectory, type Mailbox } from '../mail/mailbox.ts'
import { readMailJson } from '../mail/read-mail-json.ts'
import { compareTaskNames } from './subtask-name.ts'

export const Assignment = z.looseObject({
  task: z.string(),
  /** Mailbox of the subordinate. */
  subordinate: z.string(),
  /** The task of the orchestrator that it is a part of. */
  parent: z.string().optional(),
  assigned_at: z.string(),
})
export type Assignment = z.infer<typeof Assignment>

export function saveAssignment(comms: Comms, mailbox: Mailbox, assignment: Assignment): void {
  const directory = makeDirectoryInside(comms, directoryOf(mailbox))
  const path = join(directory, `${assignment.task}.json`)
  writing(path, () => writeFileAtomic(path, `${JSON.stringify(assignment, null, 2)}\n`))
}

/** All of an orchestrator, in the order of their names. @throws {OrchError} `mail-unreadable` */
export function readAssignments(comms: Comms, mailbox: Mailbox): Assignment[] {
  const directory = directoryOf(mailbox)
  return listDirectory(comms, directory)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readMailJson(insidePath(comms, join(directory, name)), Assignment) ?? [])
    .sort((left, right) => compareTaskNames(left.task, right.task))
}

/** The file with the answer of a subordinate, as the protocol or people name it; undefined when there is none. */
export function responseTo(comms: Comms, mailbox: Mailbox, task: string): string | undefined {
  const names = new Set(listDirectory(comms, mailbox.responses))
  const found = responseNames(task).find((name) => names.has(name))
  return found === undefined ? undefined : join(mailbox.responses, found)
}

/** Subtasks of `parent` that subordinates have not answered. */
export function openAssignmentsOf(comms: Comms, mailbox: Mailbox, parent: string): string[] {
  return readAssignments(comms, mailbox)
    .filter(
      (assignment) =>
        assignment.parent === parent && responseTo(comms, mailbox, assignment.task) === undefined,
    )
    .map(({ task }) => task)
}

export function responseName(task: string): string {
  return `${task}_result.md`
}

function responseNames(task: string): string[] {
  return [
    responseName(task),
    `${task}_result.txt`,
    `${task}.response.md`,
    `${task}.completion.md`,
    `${task}.md`,
  ]
}

function directoryOf(mailbox: Mailbox): string {
  return join(mailbox.registry, 'assignments')
}
