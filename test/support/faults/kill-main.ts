// Does one operation of mail and coordination after the other in a world that others work in as well, until it is
// killed. Arguments: directory of the world, seed. Says `<` and the operation before it begins, `>` and what it has
// made (a message or a task) when it is done.
import { join } from 'node:path'
import { Claimer } from '../../../src/coordination/claim.ts'
import { completeTask } from '../../../src/coordination/complete.ts'
import { examineCoordination } from '../../../src/coordination/examine.ts'
import type { HeldClaim } from '../../../src/coordination/find-claim.ts'
import { assignTask } from '../../../src/coordination/orchestrator/assign.ts'
import { observeSubordinates } from '../../../src/coordination/orchestrator/observe.ts'
import { releaseClaim } from '../../../src/coordination/release.ts'
import { addProgress, addResponse } from '../../../src/coordination/report.ts'
import { createSubtask, submitTask } from '../../../src/coordination/submit.ts'
import { ownIdentity } from '../../../src/lib/process-identity.ts'
import { examineMail } from '../../../src/mail/doctor.ts'
import { Inbox } from '../../../src/mail/inbox.ts'
import { createMailbox } from '../../../src/mail/mailbox.ts'
import { leaveNote, notify } from '../../../src/mail/notify.ts'
import { sendMessage } from '../../../src/mail/send.ts'
import { archiveThread } from '../../../src/mail/threads.ts'
import { writeNow } from '../write-now.ts'
import { openWorld } from './operations.ts'

const [base = '', seed = '1'] = process.argv.slice(2)
const { comms, cli, desktop, worker, orchestrator } = openWorld(base)
const me = { process: ownIdentity() }
const own = createMailbox(comms, `claude_cli_k_${seed}`).name
const attachments = [{ name: 'log.txt', content: Buffer.alloc(50_000, 'x') }]
let held: HeldClaim | undefined
let state = Number(seed) >>> 0
let count = 0

const say = (draft: { task: string; type: string; text: string; attachments?: typeof attachments }) =>
  `message ${sendMessage(comms, { from: own, to: desktop.name, ...draft }).message.id}`
const take = () => {
  held ??= new Claimer(comms, cli).claim({ claimant: me })
  return held
}
const operations: Record<string, () => unknown> = {
  tell: () => say({ task: 'busy', type: 'message', text: 'x'.repeat(random(5_000)) }),
  ask: () => say({ task: 'busy', type: 'clarification', text: 'which?' }),
  attach: () => say({ task: 'files', type: 'message', text: 'y'.repeat(70_000), attachments }),
  notify: () => notify(comms, own, desktop.name, 'told', 'title'),
  note: () => leaveNote(comms, own, desktop.name, { title: 't', text: 'x', attachments }),
  inbox: () => {
    const inbox = new Inbox(comms, desktop)
    return inbox.locked(async () => inbox.acknowledge(inbox.look()))
  },
  close: () => {
    say({ task: `closed_${own}`, type: 'message', text: 'the last' })
    archiveThread(comms, desktop, `closed_${own}`)
  },
  submit: () => {
    const task = `${own}_${process.pid}_${++count}`
    submitTask(comms, cli, task, `---\nreply: claude\n---\n${'z'.repeat(random(5_000))}`)
    return `task ${task}`
  },
  claim: take,
  progress: () => held && addProgress(held, 'on the way'),
  respond: () => held && addResponse(held, 'a part'),
  subtask: () => held && `task ${createSubtask(comms, cli, held.task, 'a part of it').task}`,
  complete: () => end('completed'),
  fail: () => end('failed'),
  release: async () => {
    if (held) await releaseClaim(comms, cli, held, 'test')
    held = undefined
  },
  assign: () => {
    const name = `a_${own}_${process.pid}_${++count}`
    assignTask(comms, orchestrator, { subordinate: worker.name, text: 'do it', name })
    return `task ${name}`
  },
  status: () => observeSubordinates(comms, orchestrator),
  'coord doctor': () => examineCoordination(comms, { fix: true }),
  'mail doctor': () => examineMail(comms, { fix: true }),
}
const names = Object.keys(operations)

async function end(outcome: 'completed' | 'failed'): Promise<void> {
  const claim = take()
  held = undefined
  if (!claim) return
  const report = { report: 'r'.repeat(20_000), findings: [1], attachments: [join(base, 'files')] }
  await completeTask(comms, cli, claim, outcome, report, { force: true })
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
