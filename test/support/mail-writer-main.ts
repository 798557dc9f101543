// Sends argv[4] messages from mailbox argv[3] to claude below the comms root argv[2], in thread "busy"; says
// each one that was delivered. Without a number it goes on until it is killed.

import { commsAt } from '../../src/mail/comms.ts'
import { sendMessage } from '../../src/mail/send.ts'
import { writeNow } from './write-now.ts'

const [root = '', from = '', count] = process.argv.slice(2)
const comms = commsAt(root)
const most = count === undefined ? Number.POSITIVE_INFINITY : Number(count)
writeNow('ready\n')
for (let n = 0; n < most; n++) {
  const draft = {
    from,
    to: 'claude',
    task: 'busy',
    type: 'message',
    text: `${from} ${n} ${'x'.repeat(n % 500)}`,
  }
  const { message } = sendMessage(comms, draft, { durable: false })
  writeNow(`${message.id}\n`)
}
