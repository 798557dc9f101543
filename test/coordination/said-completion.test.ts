import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { Claimer } from '../../src/coordination/claim.ts'
import { completeTask } from '../../src/coordination/complete.ts'
import { findClaim } from '../../src/coordination/find-claim.ts'
import { CompletionWatch } from '../../src/coordination/said-completion.ts'
import { submitTask } from '../../src/coordination/submit.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { type Comms, commsAt } from '../../src/mail/comms.ts'
import { createMailbox, type Mailbox } from '../../src/mail/mailbox.ts'
import { sendMessage } from '../../src/mail/send.ts'
import { appendToThread, threadPath } from '../../src/mail/thread.ts'

const session = '01A2B3C4-0000-0000-0000-000000000000'
const name = 'claude_cli_worker_01A2B3C4'
let comms: Comms
let own: Mailbox
let watch: CompletionWatch

beforeEach(() => {
  comms = commsAt(mkdtempSync(join(process.env['HOME'] ?? '', 'said-')))
  own = createMailbox(comms, name)
  createMailbox(comms, 'claude')
  watch = new CompletionWatch(comms, { session, mailbox: name, task: 'Audit it' })
})

async function handIn(
  task: string,
  outcome: 'completed' | 'failed',
  report: string,
  { mailbox = own, by }: { mailbox?: Mailbox; by?: string } = {},
): Promise<void> {
  submitTask(comms, mailbox, task, '# Audit')
  new Claimer(comms, mailbox).claim({ claimant: { process: ownIdentity(), session: by }, task })
  expect(watch.look()).toBeUndefined()
  await completeTask(comms, mailbox, findClaim(comms, mailbox, task), outcome, { report })
}

it('is a task that was handed in', async () => {
  expect(watch.look()).toBeUndefined()
  await handIn('req_1', 'completed', 'All audited.')
  expect(watch.look()).toEqual({ ok: true, text: 'req_1 is completed' })
})

it('is a task that could not be done, with the reason', async () => {
  await handIn('req_1', 'failed', '\nno network\nat all')
  expect(watch.look()).toEqual({ ok: false, text: 'req_1 has failed: no network' })
})

it('is a task that its agent handed in with another mailbox, as one that leads others does', async () => {
  const mailbox = createMailbox(comms, 'claude_cli_orch_4711')
  const another = '99999999-0000-0000-0000-000000000000'
  await handIn('req_1', 'completed', 'By somebody else.', { mailbox, by: another })
  await handIn('req_2', 'completed', 'By nobody that is known.', { mailbox })
  await handIn('req_3_t1', 'completed', 'A part.', { mailbox, by: session })
  await handIn('req_3', 'completed', 'All parts.', { mailbox, by: session })
  expect(watch.look()).toEqual({ ok: true, text: 'req_3 is completed' })
})

it('is no part of a task, and nothing that others have completed for it', async () => {
  await handIn('req_1_t1', 'completed', 'A part.')
  const other = join(createMailbox(comms, 'claude_cli_other_1').completed, 'req_2')
  mkdirSync(other)
  writeFileSync(join(other, 'req_2.completion.md'), 'Theirs.')
  symlinkSync(other, join(own.completed, 'req_2'))
  expect(watch.look()).toBeUndefined()
})

it('is a message that it sent, or that the service wrote for it', () => {
  const draft = { to: 'claude', task: 'any', text: 'all audited' }
  sendMessage(comms, { ...draft, from: name, type: 'message' })
  expect(watch.look()).toBeUndefined()
  sendMessage(comms, { ...draft, from: name, type: 'completion' })
  expect(watch.look()).toEqual({ ok: true, text: 'all audited' })

  const another = '99999999-0000-0000-0000-000000000000'
  const second = new CompletionWatch(comms, { session: another, mailbox: 'claude_cli_b_9', task: 'Audit it' })
  const path = threadPath(comms.root, 'claude', 'Audit it')
  const line = { to: 'claude', ts: '2026-11-21T00:00:00Z', type: 'completion', text: 'COMPLETE: b' } as const
  appendToThread(comms.root, path, { ...line, from: `session_${session}`, session })
  expect(second.look()).toBeUndefined()
  appendToThread(comms.root, path, { ...line, from: `session_${another}`, session: another })
  expect(second.look()).toEqual({ ok: true, text: 'COMPLETE: b' })
})

it('is not "nothing" when it cannot be read', () => {
  mkdirSync(join(own.active, 'x', 'thread.jsonl'), { recursive: true })
  expect(() => watch.look()).toThrow(/Cannot read/)
})
