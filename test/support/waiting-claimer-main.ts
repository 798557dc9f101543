// Waits for tasks of a mailbox until it has had so many, giving back what dead owners had at once. Arguments: root,
// mailbox, how many. Says `ready`, then each task that it has ended, or why it could not wait any longer.

import { once } from 'node:events'
import { completeTask } from '../../src/coordination/complete.ts'
import { claimOrWait } from '../../src/coordination/wait-for-claim.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { writeNow } from './write-now.ts'

const [root = '', name = ''] = process.argv.slice(2)
const comms = commsAt(root)
const mailbox = mailboxAt(comms, name)
writeNow('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()
try {
  for (;;) {
    const claim = await claimOrWait(
      comms,
      mailbox,
      { claimant: { process: ownIdentity() } },
      { timeoutMs: 300, graceMs: 0 },
    )
    if (!claim) break
    await completeTask(comms, mailbox, claim, 'completed', { report: 'done' })
    writeNow(`${claim.task}\n`)
  }
} catch (error) {
  writeNow(`${error}\n`)
}
