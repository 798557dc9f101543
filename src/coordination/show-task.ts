/** Everything about one task. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Comms, insidePath } from '../mail/comms.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { readEntries } from './claim-place.ts'
import { handedOverFile } from './handed-over.ts'
import { type HistoryEvent, readHistory } from './history.ts'
import { completionFile, failureFile } from './outcome.ts'
import { ownFile } from './own-file.ts'
import { type TaskView, viewTask } from './task-view.ts'

export interface ShownTask extends TaskView {
  history: HistoryEvent[]
  /** Names in its directory, without hidden ones and marks of our own. */
  files: string[]
  /** Its report when it has ended, else its text; absolute. */
  textPath: string
}

/** @throws {OrchError} `task-not-found`, `outside-mailboxes` */
export function showTask(comms: Comms, mailbox: Mailbox, task: string): ShownTask {
  const view = viewTask(comms, mailbox, task)
  const path = insidePath(comms, view.path)
  if (statSync(path).isFile()) return { ...view, history: [], files: [], textPath: path }
  const files = readEntries(path)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.') && name !== handedOverFile)
    .sort()
  const report = [completionFile(view.task), failureFile(view.task), 'completion.md'].find((name) =>
    files.includes(name),
  )
  const text = report ?? ownFile(path, view.task) ?? files.find((name) => name.endsWith('.md')) ?? ''
  return { ...view, history: readHistory(path), files, textPath: insidePath(comms, join(path, text)) }
}
