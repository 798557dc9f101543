/** Tells a mailbox of an escalation, in the thread of its task; and what became of it. */
import type { BlockerKind } from '../agents/session-state.ts'
import { redact } from '../lib/redact.ts'
import { sameParticipant } from '../mail/identity.ts'
import type { AnswerType } from '../mail/message.ts'
import { appendToThread, threadHas, threadPath } from '../mail/thread.ts'
import { declines } from './authority.ts'
import { type Escalation, type ReceivedAnswer, takenAnswer, wantsSecret } from './escalation.ts'

/**
 * Appends the question, once: its id is that of the escalation, so that a reply to it is known.
 *
 * @returns false when it stands there already
 */
export function tellMailbox(comms: string, mailbox: string, escalation: Escalation): boolean {
  const path = threadPath(comms, mailbox, escalation.thread)
  if (threadHas(path, escalation.id)) return false
  const { id, kind, prompt, urgency } = escalation
  const labels = prompt?.options.map(({ number, label }) => `${number}. ${label}`) ?? []
  appendToThread(comms, path, {
    ...base(escalation, mailbox),
    id,
    type: messageType(kind),
    text: textOf(escalation),
    kind,
    urgency,
    escalation: id,
    ...(labels.length > 0 ? { options: labels } : {}),
    ...(prompt === undefined ? {} : { fingerprint: prompt.fingerprint }),
  })
  return true
}

/** Says again that it still waits. */
export function remindMailbox(comms: string, mailbox: string, escalation: Escalation, repeat: number): void {
  const path = threadPath(comms, mailbox, escalation.thread)
  const id = derivedId(escalation.id, `remind${repeat}`)
  if (threadHas(path, id)) return
  appendToThread(comms, path, {
    ...base(escalation, mailbox),
    ...{ id, type: 'message', text: `Still waiting: ${escalation.text}` },
    ...{ reply_to: escalation.id, escalation: escalation.id },
  })
}

/** Its prompt was read after it was told of. */
export function tellPrompt(comms: string, mailbox: string, escalation: Escalation): void {
  const { prompt } = escalation
  const path = threadPath(comms, mailbox, escalation.thread)
  if (!prompt || !threadHas(path, escalation.id)) return
  const id = derivedId(escalation.id, `prompt${prompt.fingerprint}`)
  if (threadHas(path, id)) return
  const labels = prompt.options.map(({ number, label }) => `${number}. ${label}`)
  appendToThread(comms, path, {
    ...base(escalation, mailbox),
    ...{ id, type: 'message', text: `It asks: ${textOf(escalation)}`, fingerprint: prompt.fingerprint },
    ...(labels.length > 0 ? { options: labels } : {}),
    ...{ reply_to: escalation.id, escalation: escalation.id },
  })
}

/** Tells the answer that somebody else gave, and takes the question back, so that it stands open in no inbox. */
export function closeInMailbox(comms: string, mailbox: string, escalation: Escalation): void {
  const path = threadPath(comms, mailbox, escalation.thread)
  const id = derivedId(escalation.id, 'closed')
  if (!threadHas(path, escalation.id) || threadHas(path, id)) return
  tellAnswer(comms, mailbox, escalation)
  const { outcome = 'withdrawn', closing = '' } = escalation
  appendToThread(comms, path, {
    ...base(escalation, mailbox),
    ...{ id, type: 'withdrawn', text: `${outcome}: ${closing}`, outcome },
    ...{ reply_to: escalation.id, escalation: escalation.id },
  })
}

/** Whoever passed a question up, or was asked before, learns what those above have said. */
function tellAnswer(comms: string, mailbox: string, escalation: Escalation): void {
  const taken = takenAnswer(escalation)
  if (!taken || sameParticipant(taken.from, mailbox)) return
  const path = threadPath(comms, mailbox, escalation.thread)
  const id = derivedId(escalation.id, 'answer')
  if (threadHas(path, id)) return
  const { from, via, at, choice, chosen = '' } = taken
  const words = choice?.text ?? (chosen || choice?.choice || choice?.options?.join(', ') || '')
  const type = answerType(escalation, taken)
  appendToThread(comms, path, {
    ...base(escalation, mailbox),
    ...{ id, type, text: choice === undefined ? 'a secret, which is not written down' : words },
    ...{ answered_by: from, via, answered_at: at, reply_to: escalation.id, escalation: escalation.id },
  })
}

/** In the words of the mailboxes; from the session itself it grants nothing, and answers no question. */
function answerType({ kind, prompt }: Escalation, { choice = {} }: ReceivedAnswer): AnswerType {
  const type = messageType(kind)
  if (type !== 'permission_request') return type === 'clarification' ? 'answer' : 'resolution'
  return declines(choice, { prompt }) ? 'permission_denied' : 'permission_grant'
}

/** Answers a message of the thread, such as a reply that came too late. */
export function replyInMailbox(
  comms: string,
  mailbox: string,
  escalation: Escalation,
  message: string,
  text: string,
): void {
  const path = threadPath(comms, mailbox, escalation.thread)
  const id = derivedId(escalation.id, `re${message}`)
  if (threadHas(path, id)) return
  appendToThread(comms, path, {
    ...base(escalation, mailbox),
    ...{ id, type: 'message', text: redact(text), reply_to: message, escalation: escalation.id },
  })
}

/** The same for the same thing, so that a message is written once however often it is tried. */
function derivedId(id: string, what: string): string {
  return `${id}-${what}`.slice(0, 60)
}

function base({ session, name }: Escalation, to: string) {
  return { from: `session_${session}`, to, ts: new Date().toISOString(), session, name }
}

function textOf(escalation: Escalation): string {
  const { text, id, resetsAt } = escalation
  if (resetsAt !== undefined) return `${text}\nIt ends at ${resetsAt}.`
  if (!wantsSecret(escalation)) return text
  return `${text}\nAnswer in the terminal or with \`iterm-orch answer ${id.slice(-8)} --secret\`; never write a secret here.`
}

function messageType(kind: BlockerKind): 'blocker' | 'permission_request' | 'clarification' {
  if (kind === 'permission' || kind === 'trust') return 'permission_request'
  if (kind === 'question' || kind === 'choice') return 'clarification'
  return 'blocker'
}
