/** Finds out which message answers which question, also where people did not say it. */
import { sameParticipant } from './identity.ts'
import { answerTypes, isQuestion, type Message, type QuestionType } from './message.ts'
import { desktopMailbox } from './names.ts'

/**
 * The answers to the questions of one file of messages, by id of the question; the first answer counts.
 *
 * An answer with `reply_to` belongs to that question. One without belongs to the only open question that it
 * fits; when it fits several, it belongs to none, since a guess could grant what nobody granted.
 *
 * @param closed ids of questions that are known to be answered elsewhere
 */
export function matchAnswers(
  messages: readonly Message[],
  closed: ReadonlySet<string> = new Set(),
): Map<string, Message> {
  const open = new Map<string, Message>()
  const asked = new Map<string, Message>()
  const answers = new Map<string, Message>()
  for (const message of messages) if (isQuestion(message.type)) asked.set(message.id, message)
  for (const message of messages) {
    const target = message.reply_to === undefined ? undefined : asked.get(message.reply_to)
    if (target) {
      if (answers.has(target.id) || !(mayAnswer(message, target) || withdraws(message, target))) continue
      answers.set(target.id, message)
      open.delete(target.id)
    } else if (isQuestion(message.type)) {
      if (!closed.has(message.id) && !answers.has(message.id)) open.set(message.id, message)
    } else if (message.reply_to === undefined) {
      const [only, ...others] = [...open.values()].filter((question) => fitsUnasked(message, question))
      if (!only || others.length > 0) continue
      answers.set(only.id, message)
      open.delete(only.id)
    }
  }
  return answers
}

/** Whether a message that names the question is an answer to it, from someone who may give it. */
export function mayAnswer(message: Message, question: Message): boolean {
  if (!isQuestion(question.type) || sameParticipant(message.from, question.from)) return false
  if (isDecision(question.type)) {
    const entitled =
      question.to === undefined ||
      sameParticipant(message.from, question.to) ||
      sameParticipant(message.from, desktopMailbox)
    return entitled && decides(message, question.type)
  }
  return !isQuestion(message.type) && message.type !== 'progress'
}

/** The asker itself says that nobody needs to answer any more. */
function withdraws(message: Message, question: Message): boolean {
  return message.type === 'withdrawn' && sameParticipant(message.from, question.from)
}

/** Whether the answer says no. */
export function isRefusal(answer: Message): boolean {
  if (answer.type === 'permission_denied' || answer.type === 'rejected') return true
  return answer.type === 'message' && /^\s*REJECTED\b/.test(answer.text)
}

/** Questions whose answer lets something happen. */
function isDecision(type: QuestionType): boolean {
  return type === 'permission_request' || type === 'review_request'
}

function decides(message: Message, type: QuestionType): boolean {
  if ((answerTypes[type] as readonly string[]).includes(message.type)) return true
  // The founding document lets reviewers write the bare word.
  return (
    type === 'review_request' && message.type === 'message' && /^\s*(APPROVED|REJECTED)\b/.test(message.text)
  )
}

/** A line without `reply_to`, from the one who was asked. */
function fitsUnasked(message: Message, question: Message): boolean {
  if (question.to === undefined || !sameParticipant(message.from, question.to)) return false
  if (message.to !== undefined && !sameParticipant(message.to, question.from)) return false
  if (!isQuestion(question.type) || !mayAnswer(message, question)) return false
  const types: readonly string[] = answerTypes[question.type]
  return types.includes(message.type) || message.type === 'message'
}
