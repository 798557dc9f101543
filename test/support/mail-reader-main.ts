// Reads mailbox claude below the comms root argv[2] as reader argv[3], and says the id of every message, until
// it has said argv[4] of them.

import { commsAt } from '../../src/mail/comms.ts'
import { Inbox } from '../../src/mail/inbox.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'
import { watchDirectories } from '../../src/mail/watch.ts'
import { writeNow } from './write-now.ts'

const [root = '', reader = '', count = '0'] = process.argv.slice(2)
const comms = commsAt(root)
const mailbox = createMailbox(comms, 'claude')
const inbox = new Inbox(comms, mailbox, reader)
const watch = watchDirectories([mailbox.active], { depth: 1, sweepMs: 500 })
const never = new AbortController().signal
let left = Number(count)
while (left > 0) {
  await inbox.locked(async () => {
    const unread = inbox.look()
    const ids = unread.threads.flatMap(({ messages }) => messages.map(({ id }) => id))
    if (ids.length > 0) writeNow(`${ids.join('\n')}\n`)
    inbox.acknowledge(unread)
    left -= ids.length
  })
  if (left > 0) await watch.next(never)
}
await watch.close()
