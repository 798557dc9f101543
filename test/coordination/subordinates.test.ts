import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Claimer } from '../../src/coordination/claim.ts'
import { completeTask } from '../../src/coordination/complete.ts'
import { findClaim } from '../../src/coordination/find-claim.ts'
import { assignTask } from '../../src/coordination/orchestrator/assign.ts'
import { initOrchestrator } from '../../src/coordination/orchestrator/init.ts'
import { observeSubordinates } from '../../src/coordination/orchestrator/observe.ts'
import { identifyProcess, ownIdentity, type ProcessIdentity } from '../../src/lib/process-identity.ts'
import { type Comms, commsAt } from '../../src/mail/comms.ts'
import { type Mailbox, mailboxAt } from '../../src/mail/mailbox.ts'
import { sendMessage } from '../../src/mail/send.ts'

let root: string
let comms: Comms
let orchestrator: Mailbox
let worker: Mailbox
let child: ChildProcess
let worksIn: ProcessIdentity

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'orch-'))
  comms = commsAt(root)
  const made = await initOrchestrator(comms, ownIdentity(), [{ name: 'a', role: 'analysis' }], root)
  orchestrator = made.mailbox
  worker = mailboxAt(comms, `claude_cli_a_${process.pid}`)
  child = spawn('sleep', ['600'])
  await once(child, 'spawn')
  const identity = identifyProcess(child.pid ?? 0)
  if (!identity) throw new Error('the child does not run')
  worksIn = identity
})
afterEach(() => {
  child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

const assign = (name: string) => assignTask(comms, orchestrator, { subordinate: 'a', text: 'do it', name })
const claim = () => new Claimer(comms, worker).claim({ claimant: { process: worksIn } })
const complete = (task: string) =>
  completeTask(
    comms,
    worker,
    findClaim(comms, worker, task),
    'completed',
    { report: 'done' },
    { force: false },
  )
const seen = async () => (await observeSubordinates(comms, orchestrator))[0]
async function end(): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a subordinate is idle, busy, blocked and busy again, as its files show', async () => {
  expect(await seen()).toMatchObject({ status: 'idle' })
  await assign('one')
  expect(await seen()).toMatchObject({ status: 'busy', reason: 'was given one' })
  claim()
  expect(await seen()).toMatchObject({ status: 'busy', reason: 'works on one' })
  const { message } = sendMessage(comms, {
    from: worker.name,
    to: orchestrator.name,
    task: 'one',
    type: 'clarification',
    text: 'Which?',
  })
  expect(await seen()).toMatchObject({ status: 'blocked', reason: 'asks: Which?' })
  sendMessage(comms, {
    from: orchestrator.name,
    to: worker.name,
    task: 'one',
    type: 'answer',
    text: 'this',
    reply_to: message.id,
  })
  expect(await seen()).toMatchObject({ status: 'busy' })
})

test('one whose process ended after it had answered everything is told from one that left work behind', async () => {
  await assign('one')
  claim()
  await complete('one')
  expect(await seen()).toMatchObject({ status: 'idle' })
  await end()
  const pid = worksIn.pid
  const finished = `process ${pid} has ended after it had answered everything`
  expect(await seen()).toMatchObject({ status: 'gone', reason: finished })
  await assign('two')
  const left = `process ${pid} has ended without an answer to two`
  expect(await seen()).toMatchObject({ status: 'gone', reason: left })
})

test('one whose process ended in its work is gone, and what it asked is still shown', async () => {
  await assign('one')
  claim()
  sendMessage(comms, {
    from: worker.name,
    to: orchestrator.name,
    task: 'one',
    type: 'blocker',
    text: 'No key.',
  })
  await end()
  expect(await seen()).toMatchObject({
    status: 'gone',
    reason: `process ${worksIn.pid} has ended without an answer to one; it had asked: No key.`,
  })
})
