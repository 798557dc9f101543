/** Reads what anyone may have written into a thread as messages. */
import { createHash } from 'node:crypto'
import type { Attachment, Message } from './message.ts'

/**
 * The message of a parsed line; undefined when it says neither who nor what. A line without an id gets one
 * from its content, so that it is the same message whenever and by whomever it is read.
 *
 * @param offset of the line in its file; makes a line without a time different from its repetition
 */
export function messageOf(value: unknown, line: string, offset: number): Message | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fields: Record<string, unknown> = { ...value }
  const { from, text } = fields
  if (typeof from !== 'string' || typeof text !== 'string' || from === '') return undefined
  const { id, ts, type, to, reply_to, options, urgency, escalation, attachments, ...rest } = fields
  const time = typeof ts === 'string' ? ts : typeof ts === 'number' ? isoTime(ts) : ''
  return {
    ...rest,
    id: typeof id === 'string' && id !== '' ? id : derivedId(line, time, offset),
    from,
    ts: time,
    type: typeof type === 'string' && type !== '' ? type : 'message',
    text,
    ...(typeof to === 'string' && { to }),
    ...(typeof reply_to === 'string' && { reply_to }),
    ...(Array.isArray(options) && { options: options.map(String) }),
    ...(typeof urgency === 'string' && { urgency }),
    ...(typeof escalation === 'string' && { escalation }),
    ...(Array.isArray(attachments) && { attachments: attachments.filter(isAttachment) }),
  }
}

function derivedId(line: string, time: string, offset: number): string {
  const salt = Number.isNaN(Date.parse(time)) ? `\n${offset}` : ''
  return `x${createHash('sha256').update(line.trim()).update(salt).digest('hex').slice(0, 19)}`
}

function isoTime(seconds: number): string {
  const date = new Date(seconds < 1e11 ? seconds * 1_000 : seconds)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

function isAttachment(value: unknown): value is Attachment {
  if (typeof value !== 'object' || value === null) return false
  const { name, path, bytes, sha256 }: Partial<Record<keyof Attachment, unknown>> = value
  return (
    typeof name === 'string' &&
    typeof path === 'string' &&
    typeof bytes === 'number' &&
    typeof sha256 === 'string'
  )
}
