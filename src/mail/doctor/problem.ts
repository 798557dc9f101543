/** What doctor finds, and what it looks at. */
import type { Mailbox } from '../mailbox.ts'
import type { NewMessages } from '../thread-log.ts'
import type { ThreadPlace } from '../threads.ts'

export interface Problem {
  /**
   * `unreadable`: a file or directory; `torn`: lines that are no messages; `orphaned`: a message without its
   * copy, an attachment without its message or the other way round, a temporary file of a process that is gone;
   * `stuck`: waits too long; `missing`: a directory of the tree.
   */
  kind: 'unreadable' | 'torn' | 'orphaned' | 'stuck' | 'missing'
  path: string
  detail: string
  /** What to do about it. */
  repair: string
  /** Done by this run. */
  fixed: boolean
}

export interface ThreadView extends ThreadPlace {
  log: NewMessages
}

export interface MailboxView {
  mailbox: Mailbox
  threads: ThreadView[]
}
