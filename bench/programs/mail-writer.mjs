// Sends argv[3] messages into one thread below the comms root argv[2], when a line comes on standard input.
import { once } from 'node:events'
import { commsAt } from '../../dist/mail/comms.js'
import { sendMessage } from '../../dist/mail/send.js'

const [root, count, how] = process.argv.slice(2)
const comms = commsAt(root)
const from = `claude_cli_bench_${process.pid}`
const draft = { from, to: 'claude', task: 'bench', type: 'message' }
process.stdout.write('ready\n')
await once(process.stdin, 'data')
for (let n = 0; n < Number(count); n++) {
  sendMessage(comms, { ...draft, text: `message ${n}` }, { durable: how === 'durable' })
}
process.exit()
