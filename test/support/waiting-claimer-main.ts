// Ends tasks of a mailbox until none comes any more, giving back what dead owners had at once. Arguments: root, mailbox.
// Says each task that it has ended, or why it could not wait any longer.
import { completeTask } from '../../src/coordination/complete.ts'
import { claimOrWait } from '../../src/coordination/wait-for-claim.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { untilTold } from './until-told.ts'
import { writeNow } from './write-now.ts'

const [root = '', name = ''] = process.argv.slice(2)
const comms = commsAt(root)
const mailbox = mailboxAt(comms, name)
await untilTold()
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
