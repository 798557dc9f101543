/** What a message in a thread says about an escalation that was announced there. */
import type { AskedPrompt } from '../agents/session-state.ts'
import { sameParticipant } from '../mail/identity.ts'
import type { Message } from '../mail/message.ts'
import { isPerson } from './authority.ts'
import { type Choice, type Escalation, isOpen } from './escalation.ts'

export interface Reply {
  escalation: string
  message: Message
  choice: Choice
}

/**
 * The replies of one thread, in their order. One with `reply_to` belongs to that escalation, open or not. One
 * without belongs to the only one that stood open in the thread when it was written there; when several did,
 * it belongs to none, also when all but one are closed by the time that it is read.
 *
 * @param mailbox whose thread it is: people who write by hand give no `reply_to`
 * @param known the escalations that were announced here, by id
 */
export function repliesIn(
  messages: readonly Message[],
  mailbox: string,
  known: ReadonlyMap<string, Escalation>,
): Reply[] {
  const standing = new Set<string>()
  const replies: Reply[] = []
  for (const message of messages) {
    if (isAnnouncement(message)) standing.add(message.id)
    if (isFromSession(message)) {
      if (message.type === 'withdrawn' && mayEnd(message, known)) standing.delete(message.reply_to ?? '')
      continue
    }
    const target = targetOf(message, mailbox, known, standing)
    const choice = target && choiceOf(message, target)
    if (target && choice) replies.push({ escalation: target.id, message, choice })
  }
  return replies
}

/** Also those that nobody knows any more: whoever wrote after them may have meant them. */
function isAnnouncement({ id, escalation, ...message }: Message): boolean {
  return isFromSession(message) && escalation === id
}

/** Anyone can write that a question is over; of one that is known to be open it is not believed. */
function mayEnd({ reply_to = '' }: Message, known: ReadonlyMap<string, Escalation>): boolean {
  const escalation = known.get(reply_to)
  return !escalation || !isOpen(escalation)
}

function isFromSession({ from }: Pick<Message, 'from'>): boolean {
  return from.startsWith('session_')
}

function targetOf(
  message: Message,
  mailbox: string,
  known: ReadonlyMap<string, Escalation>,
  standing: ReadonlySet<string>,
): Escalation | undefined {
  if (known.has(message.id)) return undefined
  if (message.reply_to !== undefined) return known.get(message.reply_to)
  if (!answers.has(message.type) || !(sameParticipant(message.from, mailbox) || isPerson(message.from)))
    return undefined
  const [only, ...others] = standing
  return only === undefined || others.length > 0 ? undefined : known.get(only)
}

const answers: ReadonlySet<string> = new Set([
  ...['message', 'answer', 'resolution', 'context', 'permission_grant', 'permission_denied', 'command'],
])

/** Words that people answer with, where a prompt wants a yes or a no. */
const yes = /^(?:y|yes|ok|okay|approve|approved|granted|go ahead)[.!]?$/i
const no = /^(?:n|no|deny|denied|refused|rejected)[.!]?$/i

/** An answer is short; what is longer is looked at no further. */
const longestAnswer = 8_000

/** Undefined for a message that decides nothing: a permission is never granted by prose. */
export function choiceOf({ type, text }: Message, { prompt, kind }: Escalation): Choice | undefined {
  if (text.length > longestAnswer) return undefined
  const words = text.trim()
  if (type === 'permission_denied' || type === 'rejected') return { choice: 'deny' }
  const exact = exactChoice(words, prompt)
  if (type === 'permission_grant' || type === 'approved') return exact ?? { choice: 'approve' }
  if (!answers.has(type) || words === '') return undefined
  if (exact) return exact
  if (yes.test(words)) return { choice: 'approve' }
  if (no.test(words)) return { choice: 'deny' }
  if (kind === 'permission' || kind === 'trust') return undefined
  return prompt && prompt.options.length > 0 ? { choice: words } : { text: words }
}

/** `2`, `2.`, `2. Use staging`, or the label alone. */
function exactChoice(words: string, prompt: AskedPrompt | undefined): Choice | undefined {
  const option = prompt?.options.find(({ number, label }) => {
    const plain = label.trim().toLowerCase()
    const said = words.toLowerCase()
    return said === plain || said === `${number}` || said === `${number}.` || said === `${number}. ${plain}`
  })
  return option && { options: [option.number] }
}
