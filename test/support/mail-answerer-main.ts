// Answers messages for mailbox argv[3] below the comms root argv[2], all with the text argv[4]; their ids follow. Says
// each message that it has answered.
import { answerMessage } from '../../src/mail/answer.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { untilTold } from './until-told.ts'
import { writeNow } from './write-now.ts'

const [root = '', name = '', answer = '', ...ids] = process.argv.slice(2)
const comms = commsAt(root)
const own = mailboxAt(comms, name)
await untilTold()
for (const id of ids) {
  await answerMessage(comms, own, id, { text: answer }).then(
    () => writeNow(`${id}\n`),
    (error) => writeNow(error.code === 'already-answered' ? '' : `${error}\n`),
  )
}
