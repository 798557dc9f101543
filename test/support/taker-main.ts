// Takes messages as `inbox` or `terminal`, and prints those that it got: root, mailbox, taker, ids.
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { takeMessage } from '../../src/mail/taker.ts'

const [root = '', name = '', as, ...ids] = process.argv.slice(2)
const taker = as === 'inbox' ? 'inbox' : 'terminal'
const comms = commsAt(root)
const got = ids.filter((id) => takeMessage(comms, mailboxAt(comms, name), id, taker) === taker)
process.stdout.write(got.join('\n'))
