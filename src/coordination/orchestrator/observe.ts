/** What the subordinates of an orchestrator are doing, as the files and processes show it now. */
import { join } from 'node:path'
import { type ProcessIdentity, processLife } from '../../lib/process-identity.ts'
import { type Comms, insidePath } from '../../mail/comms.ts'
import { sameParticipant } from '../../mail/identity.ts'
import { type Mailbox, mailboxAt } from '../../mail/mailbox.ts'
import type { Message } from '../../mail/message.ts'
import { findAnswer, openQuestions } from '../../mail/questions.ts'
import { readAssignments, responseTo } from '../assignments.ts'
import { readClaimPlaces } from '../claim-place.ts'
import { isHeld } from '../find-claim.ts'
import { type OwnerRecord, readOwner } from '../owner.ts'
import { finishAssigning } from './assign.ts'
import {
  changeRegistry,
  mailboxOf,
  readRegistry,
  type Subordinate,
  type SubordinateStatus,
} from './registry.ts'

export interface OpenQuestionOf {
  id: string
  task: string
  text: string
  ts: string
  to?: string
}

export interface ObservedSubordinate {
  id: string
  mailbox: string
  role: string
  status: SubordinateStatus
  /** Why, in words. */
  reason: string
  /** Given to it, and not answered. */
  open: string[]
  /** Given to it, and answered. */
  answered: string[]
  questions: OpenQuestionOf[]
}

/** Observes all, and writes what changed into the registry. */
export async function observeSubordinates(comms: Comms, mailbox: Mailbox): Promise<ObservedSubordinate[]> {
  await finishAssigning(comms, mailbox)
  const seen = readRegistry(comms, mailbox).subordinates.map((entry) => observe(comms, mailbox, entry))
  const status = new Map(seen.map(({ view }) => [view.id, view.status]))
  const owners = new Map(seen.map(({ view, owner }) => [view.id, owner]))
  await changeRegistry(comms, mailbox, (before) => {
    const registry = before ?? readRegistry(comms, mailbox)
    return {
      ...registry,
      subordinates: registry.subordinates.map((entry) => {
        const owner = owners.get(entry.id)
        const { pid, start, host, machine, boot, namespace } = owner ?? {}
        const process =
          pid === undefined || host === undefined ? undefined : { pid, start, host, machine, boot, namespace }
        return { ...entry, status: status.get(entry.id) ?? entry.status, ...(process && { process }) }
      }),
    }
  })
  return seen.map(({ view }) => view)
}

function observe(
  comms: Comms,
  orchestrator: Mailbox,
  subordinate: Subordinate,
): { view: ObservedSubordinate; owner: OwnerRecord | undefined } {
  const mailbox = mailboxAt(comms, mailboxOf(subordinate))
  const mine = readAssignments(comms, orchestrator).filter((entry) => entry.subordinate === mailbox.name)
  const isAnswered = (task: string) => responseTo(comms, orchestrator, task) !== undefined
  const open = mine.map(({ task }) => task).filter((task) => !isAnswered(task))
  const claims = readClaimPlaces(comms, mailbox).filter(isHeld)
  const owners = claims.flatMap(({ path }) => readOwner(path) ?? [])
  const living = owners.find((owner) => processLife(owner) !== 'gone')
  const questions = questionsOf(comms, mailbox)
  const answered = mine.map(({ task }) => task).filter(isAnswered)
  const ended = living ? undefined : endedProcess(owners, subordinate, lastOwners(comms, mailbox, answered))
  const [status, reason] = judge({ ended, questions, claims: claims.map(({ task }) => task), open, answered })
  const { id, role } = subordinate
  return {
    view: { id, mailbox: mailbox.name, role, status, reason, open, answered, questions },
    owner: living,
  }
}

interface Facts {
  /** Its process, when it has ended. */
  ended: ProcessIdentity | undefined
  questions: readonly OpenQuestionOf[]
  claims: readonly string[]
  open: readonly string[]
  answered: readonly string[]
}

function judge({ ended, questions, claims, open, answered }: Facts): [SubordinateStatus, string] {
  const [question] = questions
  if (ended) {
    const left = [...new Set([...claims, ...open])]
    const work =
      left.length > 0
        ? `without an answer to ${left.join(', ')}`
        : answered.length > 0
          ? 'after it had answered everything'
          : 'and had no work'
    return [
      'gone',
      `process ${ended.pid} has ended ${work}${question ? `; it had asked: ${question.text}` : ''}`,
    ]
  }
  if (question) return ['blocked', `asks: ${question.text}`]
  if (claims.length > 0) return ['busy', `works on ${claims.join(', ')}`]
  if (open.length > 0) return ['busy', `was given ${open.join(', ')}`]
  return ['idle', 'has nothing to do']
}

/** None while one of its processes may run. */
function endedProcess(
  owners: readonly ProcessIdentity[],
  { process }: Subordinate,
  earlier: readonly ProcessIdentity[],
): ProcessIdentity | undefined {
  const known = [...owners, ...(process ? [process] : []), ...earlier]
  return known.some((one) => processLife(one) !== 'gone') ? undefined : known[0]
}

/** The processes that have completed what was given. */
function lastOwners(comms: Comms, mailbox: Mailbox, answered: readonly string[]): OwnerRecord[] {
  return answered.flatMap((task) => readOwner(insidePath(comms, join(mailbox.completed, task))) ?? [])
}

/** Questions of a participant that nobody has answered anywhere, from its own copies. */
function questionsOf(comms: Comms, mailbox: Mailbox): OpenQuestionOf[] {
  return openQuestions(comms, mailbox)
    .filter(({ message }) => sameParticipant(message.from, mailbox.name))
    .filter(({ message, task }) => !findAnswer(comms, mailbox, { message, task }))
    .map(({ message, task }) => asQuestion(message, task))
}

function asQuestion({ id, text, ts, to }: Message, task: string): OpenQuestionOf {
  return { id, task, text, ts: ts ?? '', ...(to !== undefined && { to }) }
}
