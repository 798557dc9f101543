/** Messages of threads: their types and fields. */

/** What a question is called, and what its answers are called. */
export const answerTypes = {
  permission_request: ['permission_grant', 'permission_denied'],
  blocker: ['resolution'],
  clarification: ['answer'],
  context_request: ['context'],
  review_request: ['approved', 'rejected'],
} as const

export type QuestionType = keyof typeof answerTypes
export type AnswerType = (typeof answerTypes)[QuestionType][number]

export const urgencies = ['low', 'medium', 'high'] as const
export type Urgency = (typeof urgencies)[number]

/** A file that belongs to a message, beside its thread. */
export interface Attachment {
  /** As its sender called it. */
  name: string
  /** Relative to the directory of the thread: `attachments/<file>`. */
  path: string
  bytes: number
  sha256: string
  /** `text`: the whole text of the message, of which the record has only the beginning. */
  role?: 'text'
}

export interface Message {
  /** Sorts by time for those that we write; derived from the content for lines without one. */
  id: string
  from: string
  to?: string
  /** ISO time; as it was written, when it was not ours. */
  ts: string
  /**
   * A question or an answer of {@link answerTypes}, `progress`, `message` (when absent), `command`, `completion`,
   * or what another program made up.
   */
  type: string
  text: string
  reply_to?: string
  options?: string[]
  urgency?: string
  /** Id of the escalation that it belongs to. */
  escalation?: string
  attachments?: Attachment[]
  /** Whatever else the line says. */
  [fact: string]: unknown
}

export function isQuestion(type: string): type is QuestionType {
  return Object.hasOwn(answerTypes, type)
}
