// Works on the tasks of a mailbox and kills itself with SIGKILL before the n-th call that changes a file.
// Arguments: root, mailbox, n, how the task ends. Prints how many calls there were when it was not killed.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Claimer } from '../../src/coordination/claim.ts'
import { completeTask } from '../../src/coordination/complete.ts'
import { confirmHandOver } from '../../src/coordination/handed-over.ts'
import { releaseClaim } from '../../src/coordination/release.ts'
import { addProgress, addResponse } from '../../src/coordination/report.ts'
import { createSubtask, submitTask } from '../../src/coordination/submit.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'

const [root = '', name = '', at = '0', end = 'complete'] = process.argv.slice(2)
const fatal = Number(at)
let calls = 0
function beforeCall(): void {
  calls += 1
  if (calls === fatal) process.kill(process.pid, 'SIGKILL')
}
const changing = [
  'openSync',
  'writeFileSync',
  'appendFileSync',
  'writeSync',
  'fsyncSync',
  'renameSync',
  'linkSync',
  'symlinkSync',
  'mkdirSync',
  'rmSync',
  'rmdirSync',
] as const
const table: Record<string, (...args: unknown[]) => unknown> = fs as never
for (const method of changing) {
  const original = table[method]
  if (!original) continue
  table[method] = (...args) => {
    beforeCall()
    return original(...args)
  }
}
syncBuiltinESMExports()

const comms = commsAt(root)
const mailbox = mailboxAt(comms, name)
submitTask(comms, mailbox, 'new', 'one more')
const held = new Claimer(comms, mailbox).claim({ claimant: { process: ownIdentity() }, task: 'first' })
if (!held) throw new Error('nothing to claim')
confirmHandOver(held.path)
addProgress(held, 'begun')
addResponse(held, 'part')
const { task: child } = createSubtask(comms, mailbox, 'first', 'a part of it')
const childClaim = new Claimer(comms, mailbox).claim({ claimant: { process: ownIdentity() }, task: child })
if (!childClaim) throw new Error('no subtask')
if (end === 'release') await releaseClaim(comms, mailbox, childClaim, 'test')
else
  await completeTask(comms, mailbox, childClaim, end === 'fail' ? 'failed' : 'completed', { report: 'child' })
if (end === 'release') {
  await releaseClaim(comms, mailbox, held, 'test')
  new Claimer(comms, mailbox).claim({ claimant: { process: ownIdentity() }, task: 'first' })
} else {
  await completeTask(comms, mailbox, held, end === 'fail' ? 'failed' : 'completed', {
    report: 'parent',
    findings: [1],
    response: 'formal',
  })
}
process.stdout.write(`${calls}\n`)
