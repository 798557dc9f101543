/** Answers a message, once for each mailbox, in however many processes that is tried. */
import { join } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { type FileLock, tryLockFile, waitForLock } from '../lib/lock-file.ts'
import { shownText } from '../lib/shown-text.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { writing } from './mail-error.ts'
import type { Mailbox } from './mailbox.ts'
import { type AnswerType, answerTypes, isQuestion, type Message } from './message.ts'
import { ownAnswer } from './questions.ts'
import { replyMailbox, type Sent, sendMessage } from './send.ts'
import { type FoundMessage, findMessage } from './threads.ts'

export interface Reply {
  text: string
  /** What fits the question when absent. */
  type?: AnswerType | 'message' | undefined
  /** Also when this mailbox has answered it already. */
  again?: boolean | undefined
}

const longestWaitMs = 10_000
/** So many characters of an earlier answer are shown. */
const longestQuote = 300
/** No name of a reader begins with a dot. */
const lockFile = '.answering'

/**
 * @param id of the message, or a unique end of it
 * @throws {OrchError} `message-not-found`, `already-answered`, `usage` when the type has to be said, `busy`, and as
 *   {@link sendMessage}
 */
export async function answerMessage(comms: Comms, own: Mailbox, id: string, reply: Reply): Promise<Sent> {
  const lock = await takeLock(comms, own)
  try {
    const found = findMessage(comms, own, id)
    const earlier = ownAnswer(comms, own, found)
    if (earlier && !reply.again) throw alreadyAnswered(earlier)
    return sendMessage(comms, {
      from: own.name,
      to: replyMailbox(found.message),
      task: taskOfReply(found),
      type: reply.type ?? fittingType(found.message),
      text: chosenOption(found.message, reply.text),
      reply_to: found.message.id,
    })
  } finally {
    lock.release()
  }
}

async function takeLock(comms: Comms, own: Mailbox): Promise<FileLock> {
  const path = insidePath(comms, join(makeDirectoryInside(comms, own.receipts), lockFile))
  const lock = await waitForLock(longestWaitMs, () => writing(path, () => tryLockFile(path)))
  if (lock) return lock
  throw new OrchError('busy', `Another process is answering for ${own.name}.`, {
    hint: 'Try again in a moment.',
  })
}

function alreadyAnswered({ id, text }: Message): OrchError {
  const line = shownText(text).replace(/\s+/g, ' ').slice(0, longestQuote)
  return new OrchError('already-answered', `You have answered it already: ${line}`, {
    hint: 'The first answer counts. With --again another one is sent.',
    details: { answer: id },
  })
}

function taskOfReply({ task, archived }: FoundMessage): string {
  return archived ? task.replace(/@[0-9a-z]{20}$/, '') : task
}

function fittingType({ type }: Message): string {
  if (!isQuestion(type)) return 'message'
  const [fitting, ...others] = answerTypes[type]
  if (others.length === 0) return fitting
  throw new OrchError('usage', `It is a ${type}: say which answer it is.`, {
    hint: `Add --type ${answerTypes[type].join(' or --type ')}.`,
  })
}

function chosenOption({ options = [] }: Message, text: string): string {
  const wanted = text.trim()
  if (options.includes(wanted) || !/^\d{1,3}$/.test(wanted)) return text
  return options[Number(wanted) - 1] ?? text
}
