/** What the subordinates of an orchestrator are doing, as the files and processes show it now. */
import { processLife } from '../../lib/process-identity.ts'
import type { Comms } from '../../mail/comms.ts'
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
  finishAssigning(comms, mailbox)
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
  const known = living ?? owners.at(0) ?? subordinate.process
  const gone = known !== undefined && processLife(known) === 'gone'
  const [question] = questions
  const [status, reason]: [SubordinateStatus, string] = gone
    ? ['gone', `process ${known.pid} has ended`]
    : question
      ? ['blocked', `asks: ${question.text}`]
      : claims.length > 0
        ? ['busy', `works on ${claims.map(({ task }) => task).join(', ')}`]
        : open.length > 0
          ? ['busy', `was given ${open.join(', ')}`]
          : ['idle', 'has nothing to do']
  const answered = mine.map(({ task }) => task).filter(isAnswered)
  const { id, role } = subordinate
  return {
    view: { id, mailbox: mailbox.name, role, status, reason, open, answered, questions },
    owner: living,
  }
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
