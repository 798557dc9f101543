// Makes parts of a claimed task: gives them to a subordinate, or makes subtasks of them. Arguments: root, mailbox of the
// orchestrator, the task, the subordinate (`-` for subtasks), how many. Says the name of each part.
import { assignTask } from '../../src/coordination/orchestrator/assign.ts'
import { createSubtask } from '../../src/coordination/submit.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { untilTold } from './until-told.ts'
import { writeNow } from './write-now.ts'

const [root = '', name = '', parent = '', subordinate = '', count = '0'] = process.argv.slice(2)
const comms = commsAt(root)
const mailbox = mailboxAt(comms, name)
await untilTold()
for (let part = 0; part < Number(count); part++) {
  const text = `part ${part} for ${subordinate}`
  const { task } =
    subordinate === '-'
      ? await createSubtask(comms, mailbox, parent, text)
      : await assignTask(comms, mailbox, { subordinate, text, parent })
  writeNow(`${task}\n`)
}
