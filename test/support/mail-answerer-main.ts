// Answers messages for mailbox argv[3] below the comms root argv[2], all with the text argv[4]; their ids follow. Says
// `ready`, begins at the first line that it is given, and then says each message that it has answered.
import { once } from 'node:events'
import { answerMessage } from '../../src/mail/answer.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { writeNow } from './write-now.ts'

const [root = '', name = '', answer = '', ...ids] = process.argv.slice(2)
const comms = commsAt(root)
const own = mailboxAt(comms, name)
writeNow('ready\n')
await once(process.stdin, 'data')
for (const id of ids) {
  await answerMessage(comms, own, id, { text: answer }).then(
    () => writeNow(`${id}\n`),
    (error) => writeNow(error.code === 'already-answered' ? '' : `${error}\n`),
  )
}
process.stdin.destroy()
