// Claims one task after the other, says how far it is, and gives it back. Arguments: root, mailbox, how often.
// Says each task of which it wrote.
import { setTimeout as delay } from 'node:timers/promises'
import { Claimer } from '../../src/coordination/claim.ts'
import { releaseClaim } from '../../src/coordination/release.ts'
import { addProgress } from '../../src/coordination/report.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { untilTold } from './until-told.ts'
import { writeNow } from './write-now.ts'

/** Nobody works faster. */
const momentMs = 5

const [root = '', name = '', times = '0'] = process.argv.slice(2)
const comms = commsAt(root)
const mailbox = mailboxAt(comms, name)
await untilTold()
for (let time = 0; time < Number(times); time++) {
  const claim = new Claimer(comms, mailbox).claim({ claimant: { process: ownIdentity() } })
  if (!claim) continue
  addProgress(claim, `${process.pid} was here`)
  writeNow(`${claim.task}\n`)
  await delay(momentMs)
  await releaseClaim(comms, mailbox, claim, 'for the others')
  await delay(momentMs)
}
