/** What happened to a task: `history.jsonl` in its directory. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appendJsonLine } from '../lib/jsonl.ts'
import { reading, writing } from '../mail/mail-error.ts'
import { pathExists } from '../mail/mailbox.ts'

export interface HistoryEvent {
  at: string
  event: 'claimed' | 'released' | 'owner_gone' | 'reporting' | 'completed' | 'failed'
  /** Pid of the process that did it. */
  by: number
  reason?: string
  /** More facts, such as the owner. */
  [fact: string]: unknown
}

export const historyFile = 'history.jsonl'

export function addHistory(
  directory: string,
  event: Omit<HistoryEvent, 'at' | 'by'> & Pick<HistoryEvent, 'event'>,
  now: number,
): void {
  const path = join(directory, historyFile)
  writing(path, () => appendJsonLine(path, { at: new Date(now).toISOString(), by: process.pid, ...event }))
}

/** The events that can be read, the oldest first. */
export function readHistory(directory: string): HistoryEvent[] {
  const path = join(directory, historyFile)
  if (!pathExists(path)) return []
  const lines = reading(path, () => readFileSync(path, 'utf8')).split('\n')
  return lines.flatMap((line) => {
    try {
      const event: HistoryEvent = JSON.parse(line)
      return typeof event === 'object' && event !== null ? [event] : []
    } catch {
      return []
    }
  })
}
