/** Waits for the answers of subordinates. */

import { stopAfter } from '../../lib/stop-after.ts'
import type { Comms } from '../../mail/comms.ts'
import { assertStillThere, type Mailbox, mailboxAt } from '../../mail/mailbox.ts'
import { watchDirectories } from '../../mail/watch.ts'
import { type Assignment, readAssignments, responseTo } from '../assignments.ts'
import { type ObservedSubordinate, observeSubordinates } from './observe.ts'

export interface WaitFor {
  /** Enough when one of the open ones is answered. */
  any: boolean
  /** Also enough when a subordinate asks something. */
  orQuestion: boolean
  /** Only subtasks of this task. */
  parent?: string | undefined
  timeoutMs?: number | undefined
  signal?: AbortSignal
}

export interface Waited {
  /** Whether what was waited for has come. */
  done: boolean
  answered: string[]
  open: string[]
  subordinates: ObservedSubordinate[]
}

/** Open ones are counted from the call on: one that was answered before is not what `any` waits for. */
export async function waitForSubordinates(comms: Comms, mailbox: Mailbox, wait: WaitFor): Promise<Waited> {
  const all = () => wanted(readAssignments(comms, mailbox), wait.parent)
  const isOpen = ({ task }: Assignment) => responseTo(comms, mailbox, task) === undefined
  const openAtFirst = all().filter(isOpen).length
  const subordinates = [...new Set(all().map(({ subordinate }) => mailboxAt(comms, subordinate)))]
  const watch = watchDirectories(
    [
      mailbox.responses,
      mailbox.active,
      ...subordinates.flatMap(({ inProgress, active }) => [inProgress, active]),
    ],
    { depth: 1 },
  )
  const stop = stopAfter(wait.timeoutMs, wait.signal)
  try {
    for (;;) {
      assertStillThere(mailbox)
      const assignments = all()
      const open = assignments.filter(isOpen).map(({ task }) => task)
      const observed = await observeSubordinates(comms, mailbox)
      const answered = assignments.map(({ task }) => task).filter((task) => !open.includes(task))
      const asked = wait.orQuestion && observed.some(({ questions }) => questions.length > 0)
      const enough = open.length === 0 || (wait.any && open.length < openAtFirst)
      if (enough || asked || stop.aborted) {
        return { done: enough || asked, answered, open, subordinates: observed }
      }
      await watch.next(stop)
    }
  } finally {
    await watch.close()
  }
}

function wanted(assignments: readonly Assignment[], parent: string | undefined): Assignment[] {
  return assignments.filter((entry) => parent === undefined || entry.parent === parent)
}
