// Claims from a mailbox until there is nothing left, and prints the names. Arguments: root, mailbox.
import { Claimer } from '../../src/coordination/claim.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'

const [root = '', name = ''] = process.argv.slice(2)
const comms = commsAt(root)
const claimer = new Claimer(comms, mailboxAt(comms, name))
const claimed: string[] = []
process.stdout.write('ready\n')
process.stdin.once('data', () => {
  for (;;) {
    const claim = claimer.claim({ claimant: { process: ownIdentity() } })
    if (!claim) break
    claimed.push(claim.task)
  }
  process.stdout.write(`${JSON.stringify(claimed)}\n`, () => process.exit(0))
})
