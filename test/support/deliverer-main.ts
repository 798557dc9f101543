// Brings the results of ended tasks to those who asked, as whoever finds that they were not brought: arguments are the
// root of comms, the mailbox, and the tasks. Says what could not be brought.
import { join } from 'node:path'
import { deliverFinished } from '../../src/coordination/complete.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { untilTold } from './until-told.ts'
import { writeNow } from './write-now.ts'

const [root = '', name = '', ...tasks] = process.argv.slice(2)
const comms = commsAt(root)
const mailbox = mailboxAt(comms, name)
await untilTold()
for (const task of tasks) {
  const { deliveryProblem } = await deliverFinished(comms, mailbox, {
    task,
    path: join(mailbox.completed, task),
    open: [],
  })
  if (deliveryProblem !== undefined) writeNow(`${deliveryProblem}\n`)
}
