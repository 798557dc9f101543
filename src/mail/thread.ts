/** Threads of a mailbox: `instant_messaging/active/<task>/thread.jsonl`, one message per line. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newTimeOrderedId } from '../lib/ids.ts'
import { appendJsonLine } from '../lib/jsonl.ts'
import { redact } from '../lib/redact.ts'
import { commsAt, makeDirectoryInside } from './comms.ts'
import { writing } from './mail-error.ts'
import type { AnswerType } from './message.ts'
import { fileNamePart } from './names.ts'

/** Longest text of a message; a record has to fit into one line of a file (64 KiB). */
const maxTextLength = 8_000

export interface ThreadMessage {
  /** Made by {@link appendToThread} when absent. */
  id?: string
  from: string
  to: string
  /** ISO time. */
  ts: string
  type:
    | 'blocker'
    | 'permission_request'
    | 'clarification'
    | 'completion'
    | 'message'
    | 'withdrawn'
    | AnswerType
  text: string
  /** UUID of the session that it comes from. */
  session: string
  /** More facts, such as the pattern that matched. */
  [fact: string]: string | readonly string[] | undefined
}

/** Path of the thread of a task; `task` is made safe for use as a directory name. */
export function threadPath(comms: string, mailbox: string, task: string): string {
  return join(comms, mailbox, 'instant_messaging', 'active', threadName(task), 'thread.jsonl')
}

/** A task's name as a directory name: letters, digits, `.`, `_` and `-`, at most 160 bytes. */
export function threadName(task: string): string {
  return fileNamePart(task, 160) || 'task'
}

/**
 * Appends one message, redacted; gives its id. The thread is made when it does not exist; the root is not: it
 * may be a drive that is not mounted.
 *
 * @throws {OrchError} `mail-unreadable` when there is no root, `outside-mailboxes`, `mail-unwritable`
 */
export function appendToThread(root: string, path: string, message: ThreadMessage): string {
  makeDirectoryInside(commsAt(root), dirname(path))
  const id = message.id ?? newTimeOrderedId()
  const record = { ...message, id, text: redact(message.text).slice(0, maxTextLength) }
  writing(path, () => appendJsonLine(path, record))
  return id
}

/** Whether the thread has a whole message with this id: a torn one, as a full disk leaves it, says nothing. */
export function threadHas(path: string, id: string): boolean {
  if (!existsSync(path)) return false
  const text = readFileSync(path, 'utf8')
  const mark = `"id":${JSON.stringify(id)}`
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    const end = text.indexOf('\n', at)
    if (end >= 0 && idIn(text.slice(text.lastIndexOf('\n', at) + 1, end)) === id) return true
  }
  return false
}

function idIn(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  } catch {
    return undefined
  }
}
