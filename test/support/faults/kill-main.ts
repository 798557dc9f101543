// Does one operation of mail and coordination after the other in a world that others work in as well, until it is
// killed. Arguments: directory of the world, seed. Says `<` and the operation before it begins, `>` and what it has
// made (a message or a task) when it is done.
import { join } from 'node:path'
import { Claimer } from '../../../src/coordination/claim.ts'
import { completeTask } from '../../../src/coordination/complete.ts'
import { examineCoordination } from '../../../src/coordination/examine.ts'
import type { HeldClaim } from '../../../src/coordination/find-claim.ts'
import { confirmHandOver } from '../../../src/coordination/handed-over.ts'
import { assignTask } from '../../../src/coordination/orchestrator/assign.ts'
import { collectResponses } from '../../../src/coordination/orchestrator/collect.ts'
import {
  addSubordinates,
  initOrchestrator,
  removeSubordinate,
} from '../../../src/coordination/orchestrator/init.ts'
import { observeSubordinates } from '../../../src/coordination/orchestrator/observe.ts'
import { recoverClaims } from '../../../src/coordination/recover.ts'
import { releaseClaim } from '../../../src/coordination/release.ts'
import { addProgress, addResponse } from '../../../src/coordination/report.ts'
import { createSubtask, submitTask } from '../../../src/coordination/submit.ts'
import { ownIdentity } from '../../../src/lib/process-identity.ts'
import { examineMail } from '../../../src/mail/doctor.ts'
import { Inbox } from '../../../src/mail/inbox.ts'
import { createMailbox, type Mailbox } from '../../../src/mail/mailbox.ts'
import { leaveNote, notify, reportProgress } from '../../../src/mail/notify.ts'
import { requestReview } from '../../../src/mail/review.ts'
import { sendMessage } from '../../../src/mail/send.ts'
import { archiveThread } from '../../../src/mail/threads.ts'
import { writeNow } from '../write-now.ts'
import { openWorld } from './operations.ts'

const [base = '', seed = '1'] = process.argv.slice(2)
const { comms, home, cli, desktop, worker, orchestrator } = openWorld(base)
const me = { process: ownIdentity() }
const own = createMailbox(comms, `claude_cli_k_${seed}`).name
const attachments = [{ name: 'log.txt', content: Buffer.alloc(50_000, 'x') }]
/** What this process has claimed, by mailbox. */
const held = new Map<Mailbox, HeldClaim>()
// Neighbouring seeds must not begin with the same operation.
let state = Math.imul(Number(seed), 2_654_435_761) >>> 0
let count = 0

const say = (draft: { task: string; type: string; text: string; attachments?: typeof attachments }) =>
  `message ${sendMessage(comms, { from: own, to: desktop.name, ...draft }).message.id}`
const answer = (type: string, text: string) =>
  `message ${sendMessage(comms, { from: desktop.name, to: own, task: 'busy', type, text }).message.id}`
const fresh = (kind: string) => `${kind}_${own}_${process.pid}_${++count}`
const submit = (mailbox: Mailbox, task: string) => {
  // Of what the orchestrator has to do, nobody but `orch finish` knows who wants the result.
  const head = mailbox === cli ? '---\nreply: claude\n---\n' : ''
  submitTask(comms, mailbox, task, `${head}${'z'.repeat(1 + random(5_000))}`)
  return `task ${task}`
}
const take = (mailbox: Mailbox) => {
  const claim = held.get(mailbox) ?? new Claimer(comms, mailbox).claim({ claimant: me })
  if (claim) held.set(mailbox, claim)
  return claim
}
const assign = async (parent?: string) => {
  const name = parent === undefined ? fresh('a') : undefined
  const order = { subordinate: worker.name, text: 'do it', name, parent }
  return `task ${(await assignTask(comms, orchestrator, order)).task}`
}
const work: Record<string, () => unknown> = {
  submit: () => submit(cli, fresh('t')),
  claim: () => take(cli),
  'hand over': () => withClaim(cli, ({ path }) => confirmHandOver(path)),
  'progress of a task': () => withClaim(cli, (claim) => addProgress(claim, 'on the way', '1/2')),
  respond: () => withClaim(cli, (claim) => addResponse(claim, 'r'.repeat(20_000))),
  subtask: () =>
    withClaim(
      cli,
      async ({ task }) => `task ${(await createSubtask(comms, cli, task, 'a part of it')).task}`,
    ),
  release: () => {
    const claim = take(cli)
    held.delete(cli)
    return claim && releaseClaim(comms, cli, claim, 'test')
  },
  'give back what dead owners had': () => recoverClaims(comms, cli, 0),
  complete: () => end(cli, 'completed'),
  fail: () => end(cli, 'failed'),
}
const operations: Record<string, () => unknown> = {
  'mail init': () => createMailbox(comms, `${own}_${++count}`),
  tell: () => say({ task: 'busy', type: 'message', text: 'x'.repeat(random(5_000)) }),
  ask: () => say({ task: 'busy', type: 'clarification', text: 'which?' }),
  attach: () => say({ task: 'files', type: 'message', text: 'y'.repeat(70_000), attachments }),
  reply: () => answer('resolution', 'done'),
  notify: () => notify(comms, own, desktop.name, 'told', 'title'),
  progress: () => reportProgress(comms, own, desktop.name, 'busy', '1/2', 'half'),
  note: () => leaveNote(comms, own, desktop.name, { title: 't', text: 'x', attachments }),
  'review request': () => {
    const step = String(++count)
    const request = { from: own, to: desktop.name, task: 'busy', step, checklist: ['tests'], context: 'done' }
    return `message ${requestReview(comms, request).message.id}`
  },
  'review reject': () => answer('rejected', 'no'),
  inbox: () => {
    const inbox = new Inbox(comms, desktop)
    return inbox.locked(async () => inbox.acknowledge(inbox.look()))
  },
  close: () => {
    say({ task: `closed_${own}`, type: 'message', text: 'the last' })
    archiveThread(comms, desktop, `closed_${own}`)
  },
  ...work,
  'orch init': () => initOrchestrator(comms, me.process, [{ name: 'a', role: 'static' }], home),
  'orch add': () => addSubordinates(comms, orchestrator, 77, [{ name: `s${process.pid}`, role: 'network' }]),
  'orch remove': () => removeSubordinate(comms, orchestrator, `cli_s${process.pid}_77`),
  'orch assign': () => {
    const claim = held.get(orchestrator)
    return assign(claim?.task)
  },
  'orch begin': () => {
    const made = submit(orchestrator, fresh('audit'))
    take(orchestrator)
    return made
  },
  'orch answer': () => end(worker, 'completed'),
  'orch status': () => observeSubordinates(comms, orchestrator),
  'orch collect': () => withClaim(orchestrator, ({ task }) => collectResponses(comms, orchestrator, task)),
  'orch finish': () => end(orchestrator, 'completed', desktop.name),
  'coord doctor': () => examineCoordination(comms, { fix: true }),
  'mail doctor': () => examineMail(comms, { fix: true }),
}
// What needs a claim comes twice: it does nothing when there is none.
const names = [...Object.keys(operations), ...Object.keys(work)]

function withClaim(mailbox: Mailbox, use: (claim: HeldClaim) => unknown): unknown {
  const claim = take(mailbox)
  return claim && use(claim)
}

async function end(mailbox: Mailbox, outcome: 'completed' | 'failed', reply?: string): Promise<void> {
  const claim = take(mailbox)
  held.delete(mailbox)
  if (!claim) return
  const report = { report: 'r'.repeat(20_000), findings: [1], attachments: [join(base, 'files')] }
  await completeTask(comms, mailbox, claim, outcome, report, { force: true, ...(reply && { reply }) })
}

/** A number below `limit`; the same numbers for the same seed. */
function random(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}

for (;;) {
  const name = names[random(names.length)] ?? 'tell'
  writeNow(`< ${name}\n`)
  const made = await operations[name]?.()
  writeNow(`> ${typeof made === 'string' && /^(?:task|message) /.test(made) ? made : ''}\n`)
}
