/** Questions and their answers: looking for one, and waiting for one. */

import { join } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { stopAfter } from '../lib/stop-after.ts'
import type { Comms } from './comms.ts'
import { sameParticipant } from './identity.ts'
import { assertStillThere, listMailboxes, type Mailbox, mailboxAt } from './mailbox.ts'
import { matchAnswers } from './match-answers.ts'
import { isQuestion, type Message } from './message.ts'
import { mailboxOfSender } from './names.ts'
import { readThread } from './thread-log.ts'
import { archivedThreads, type FoundMessage, findMessage, openThreads } from './threads.ts'
import { watchDirectories } from './watch.ts'

/** A question that waits for its answer. */
export interface OpenQuestion {
  message: Message
  task: string
}

export interface WaitOptions {
  /** For ever when absent. */
  timeoutMs?: number | undefined
  signal?: AbortSignal
  /** Called when live watching is not possible and only the slow sweep is left. */
  onProblem?: (reason: string) => void
}

/**
 * The answer to a question, or undefined. It is looked for in the asker's own thread, and in that of the one
 * who was asked, where people who see the question there also write their answer.
 *
 * @throws {OrchError} `mail-unreadable`
 */
export function findAnswer(comms: Comms, own: Mailbox, { message, task }: OpenQuestion): Message | undefined {
  const [ownMessages = [], ...others] = answerPlaces(own, message, task, comms).map(
    (directory) => readThread(comms, directory).messages,
  )
  const withQuestion = ownMessages.some(({ id }) => id === message.id)
    ? ownMessages
    : [message, ...ownMessages]
  const answers = matchAnswers(withQuestion)
  const found = answers.get(message.id)
  if (found) return found
  const closed = new Set(answers.keys())
  for (const messages of others) {
    const answer = matchAnswers(messages, closed).get(message.id)
    if (answer) return answer
  }
  return undefined
}

/**
 * Waits for the answer to a question.
 *
 * @throws {OrchError} `no-answer` after the time; the question stays open
 */
export async function waitForAnswer(
  comms: Comms,
  own: Mailbox,
  question: OpenQuestion,
  { timeoutMs, signal, onProblem }: WaitOptions = {},
): Promise<Message> {
  const asked = mailboxOfSender(question.message.to ?? '')
  const directories = [own, ...(asked === undefined ? [] : [mailboxAt(comms, asked)])].flatMap((mailbox) => [
    mailbox.active,
    join(mailbox.active, question.task),
  ])
  const watch = watchDirectories(directories, { ...(onProblem && { onProblem }) })
  const stop = stopAfter(timeoutMs, signal)
  try {
    for (;;) {
      const answer = findAnswer(comms, own, question)
      if (answer) return answer
      assertStillThere(own)
      if (stop.aborted) throw unanswered(question)
      await watch.next(stop)
    }
  } finally {
    await watch.close()
  }
}

/**
 * A question that this mailbox has asked, by its id. When the asker was killed before it had its copy, the
 * question is found where it was delivered.
 *
 * @throws {OrchError} `message-not-found`
 */
export function findAskedQuestion(comms: Comms, own: Mailbox, id: string): OpenQuestion {
  const places = [own, ...listMailboxes(comms).map((name) => mailboxAt(comms, name))]
  for (const mailbox of places) {
    const found = tryFind(comms, mailbox, id)
    if (found && isQuestion(found.message.type) && sameParticipant(found.message.from, own.name)) {
      return { message: found.message, task: found.task.replace(/@[0-9a-z]{20}$/, '') }
    }
  }
  throw new OrchError('message-not-found', `${own.name} has asked no question ${id}.`, {
    hint: '`iterm-orch inbox --all` shows the ids; --as says whose mailbox it is.',
  })
}

function tryFind(comms: Comms, mailbox: Mailbox, id: string): FoundMessage | undefined {
  try {
    return findMessage(comms, mailbox, id)
  } catch (error) {
    if (error instanceof OrchError && error.code === 'message-not-found') return undefined
    throw error
  }
}

/** The questions in the open threads of a mailbox that nobody has answered, with who asked whom. */
export function openQuestions(comms: Comms, mailbox: Mailbox): FoundMessage[] {
  return openThreads(comms, mailbox).flatMap((place) => {
    const { messages } = readThread(comms, place.directory)
    const answers = matchAnswers(messages)
    return messages
      .filter(({ id, type }) => isQuestion(type) && !answers.has(id))
      .map((message) => ({ ...place, message }))
  })
}

/** The answer that a question in a mailbox already has, given by that mailbox. */
export function ownAnswer(
  comms: Comms,
  own: Mailbox,
  { directory, message }: FoundMessage,
): Message | undefined {
  const answer = matchAnswers(readThread(comms, directory).messages).get(message.id)
  return answer && sameParticipant(answer.from, own.name) ? answer : undefined
}

function answerPlaces(own: Mailbox, { to }: Message, task: string, comms: Comms): string[] {
  const asked = mailboxOfSender(to ?? '')
  return [own, ...(asked === undefined ? [] : [mailboxAt(comms, asked)])].flatMap((mailbox) => [
    join(mailbox.active, task),
    ...closedThreads(comms, mailbox, task),
  ])
}

/** Whoever answers may close the thread right after. */
function closedThreads(comms: Comms, mailbox: Mailbox, task: string): string[] {
  return archivedThreads(comms, mailbox)
    .filter((place) => place.task === task || place.task.startsWith(`${task}@`))
    .map(({ directory }) => directory)
}

function unanswered({ message, task }: OpenQuestion): OrchError {
  return new OrchError('no-answer', `${message.to ?? 'Nobody'} has not answered yet.`, {
    hint: `The question stays open: \`iterm-orch ask --wait ${message.id}\` goes on waiting.`,
    details: { id: message.id, task },
  })
}
