/** Every operation of mail and coordination that changes files, on a small world of mailboxes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Claimer } from '../../../src/coordination/claim.ts'
import { completeTask } from '../../../src/coordination/complete.ts'
import { examineCoordination } from '../../../src/coordination/examine.ts'
import { findClaim } from '../../../src/coordination/find-claim.ts'
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
import { ownIdentity, type ProcessIdentity } from '../../../src/lib/process-identity.ts'
import { type Comms, commsAt } from '../../../src/mail/comms.ts'
import { examineMail } from '../../../src/mail/doctor.ts'
import { Inbox } from '../../../src/mail/inbox.ts'
import { createMailbox, type Mailbox, mailboxAt } from '../../../src/mail/mailbox.ts'
import { leaveNote, notify, reportProgress } from '../../../src/mail/notify.ts'
import { requestReview } from '../../../src/mail/review.ts'
import { sendMessage } from '../../../src/mail/send.ts'
import { appendToThread, threadPath } from '../../../src/mail/thread.ts'
import { archiveThread } from '../../../src/mail/threads.ts'

export interface World {
  /** Holds all the rest. */
  base: string
  comms: Comms
  /** The user's home directory, for the link of an orchestrator. */
  home: string
  cli: Mailbox
  desktop: Mailbox
  worker: Mailbox
  orchestrator: Mailbox
}

export interface Operation {
  /** What has to be there before. */
  prepare?: (world: World) => unknown
  run: (world: World) => unknown
}

const me = { process: ownIdentity() }
const orchestrator: ProcessIdentity = { ...ownIdentity(), pid: 77 }
const worker = 'claude_cli_worker_1'
const toDesktop = { from: worker, to: 'claude', task: 'job' }
const text = { role: 'static', name: worker }

/** So long after everything that nothing counts as being written any more, and not an hour: nothing is stuck. */
export const later = () => Date.now() + 1_800_000

export function openWorld(base: string): World {
  const comms = commsAt(join(base, 'comms'))
  return {
    base,
    comms,
    home: join(base, 'home'),
    cli: mailboxAt(comms, 'claude_cli'),
    desktop: mailboxAt(comms, 'claude'),
    worker: mailboxAt(comms, worker),
    orchestrator: mailboxAt(comms, 'claude_cli_orch_77'),
  }
}

/** Mailboxes with two tasks that wait, a thread with four messages, a notification, a note, and an orchestrator. */
export async function makeWorld(base: string): Promise<World> {
  for (const directory of ['comms', 'home', 'files']) mkdirSync(join(base, directory), { recursive: true })
  for (const name of ['scan.html', 'log.txt']) writeFileSync(join(base, 'files', name), 'x'.repeat(10_000))
  const world = openWorld(base)
  const { comms, cli, desktop } = world
  for (const { name } of [cli, desktop, world.worker]) createMailbox(comms, name)
  for (const task of ['first', 'second']) submitTask(comms, cli, task, `---\nreply: claude\n---\n${task}`)
  for (let n = 0; n < 4; n++) sendMessage(comms, { ...toDesktop, type: 'message', text: `before ${n}` })
  sendMessage(comms, { from: 'claude', to: worker, task: 'job', type: 'message', text: 'hello' })
  notify(comms, worker, 'claude', 'told before')
  leaveNote(comms, worker, 'claude', { title: 'earlier', text: 'x', attachments: [] })
  await initOrchestrator(comms, orchestrator, [text], world.home)
  return world
}

const claim = ({ comms, cli }: World, task: string) => {
  const held = new Claimer(comms, cli).claim({ claimant: me, task })
  if (!held) throw new Error(`${task} cannot be claimed`)
  return held
}
const heldIn = ({ comms }: World, mailbox: Mailbox, task: string) => findClaim(comms, mailbox, task)
const claimFirst = (world: World) => claim(world, 'first')
const deliverables = ({ base }: World) => ({
  report: 'report\n'.repeat(2_000),
  response: 'formal',
  findings: [{ severity: 'high', title: 'one' }],
  attachments: [join(base, 'files', 'scan.html'), join(base, 'files')],
})
const claimWithChild = async (world: World) => {
  claimFirst(world)
  const { task } = await createSubtask(world.comms, world.cli, 'first', 'a part')
  return claim(world, task)
}
const big = { name: 'big log.txt', content: Buffer.from('y'.repeat(20_000)) }
const assigned = async (world: World) => {
  const { comms, orchestrator: mailbox } = world
  submitTask(comms, mailbox, 'audit', 'all of it')
  if (!new Claimer(comms, mailbox).claim({ claimant: me, task: 'audit' })) throw new Error('not claimed')
  return assignTask(comms, mailbox, { subordinate: worker, text: 'a part', parent: 'audit' })
}
const answered = async (world: World) => {
  const { task } = await assigned(world)
  const held = new Claimer(world.comms, world.worker).claim({ claimant: me, task })
  if (!held) throw new Error('not claimed')
  await completeTask(world.comms, world.worker, held, 'completed', deliverables(world))
}
const damaged = async (world: World) => {
  const { comms, cli, desktop, worker: own } = world
  sendMessage(comms, { ...toDesktop, type: 'message', text: 'long '.repeat(20_000) })
  rmSync(join(own.active, 'job'), { recursive: true })
  writeFileSync(join(desktop.active, 'job', 'thread.jsonl'), '{"torn', { flag: 'a' })
  writeFileSync(join(desktop.active, 'job', 'attachments', 'nobodys.txt'), 'x')
  writeFileSync(join(desktop.notes, 'x.md.77.ab.tmp'), 'x')
  rmSync(desktop.archive, { recursive: true })
  const gone = { process: { ...ownIdentity(), start: '1' } }
  const held = new Claimer(comms, cli).claim({ claimant: gone, task: 'first' })
  if (!held) throw new Error('not claimed')
  await createSubtask(comms, cli, 'first', 'a part')
  const child = claim(world, 'first_t1')
  await completeTask(comms, cli, child, 'completed', { report: 'x' })
  rmSync(join(held.path, 'first_t1@'))
  submitTask(comms, cli, 'closed', '---\nreply: claude\n---\nx')
  const parent = claim(world, 'closed')
  await createSubtask(comms, cli, 'closed', 'left behind')
  await completeTask(comms, cli, parent, 'completed', { report: 'x' }, { force: true })
  rmSync(join(desktop.responses, 'closed_result.md'))
}

export const operations: Readonly<Record<string, Operation>> = {
  'mail init': { run: ({ comms }) => createMailbox(comms, 'claude_cli_new_9') },
  tell: { run: ({ comms }) => sendMessage(comms, { ...toDesktop, type: 'message', text: 'told' }) },
  'tell with attachments and a long text': {
    run: ({ comms }) =>
      sendMessage(comms, {
        ...toDesktop,
        task: 'another',
        type: 'message',
        text: 'long '.repeat(20_000),
        attachments: [big, big],
      }),
  },
  ask: {
    run: ({ comms }) =>
      sendMessage(comms, { ...toDesktop, type: 'clarification', text: 'which?', options: ['a', 'b'] }),
  },
  reply: {
    prepare: ({ comms }) => sendMessage(comms, { ...toDesktop, type: 'blocker', text: 'stuck' }),
    run: ({ comms }) =>
      sendMessage(comms, { from: 'claude', to: worker, task: 'job', type: 'resolution', text: 'done' }),
  },
  'a blocker of the service': {
    run: ({ comms, desktop }) =>
      appendToThread(comms.root, threadPath(comms.root, desktop.name, 'session'), {
        from: 'session_1',
        to: 'claude',
        ts: new Date().toISOString(),
        type: 'blocker',
        text: 'Allow?',
        session: '1',
      }),
  },
  notify: { run: ({ comms }) => notify(comms, worker, 'claude', 'told', 'title') },
  progress: { run: ({ comms }) => reportProgress(comms, worker, 'claude', 'job', '1/2', 'half') },
  note: {
    run: ({ comms }) =>
      leaveNote(comms, worker, 'claude', { title: 'note', text: 'x', attachments: [big, big] }),
  },
  'review request': {
    run: ({ comms }) =>
      requestReview(comms, { ...toDesktop, step: '1', checklist: ['tests'], context: 'done' }),
  },
  'review reject': {
    run: ({ comms }) =>
      sendMessage(comms, { from: 'claude', to: worker, task: 'job', type: 'rejected', text: 'no' }),
  },
  inbox: {
    run: ({ comms, desktop }) => {
      const inbox = new Inbox(comms, desktop)
      return inbox.locked(async () => inbox.acknowledge(inbox.look()))
    },
  },
  'thread --close': { run: ({ comms, desktop }) => archiveThread(comms, desktop, 'job') },
  'mail doctor': { prepare: damaged, run: ({ comms }) => examineMail(comms, { fix: true, now: later() }) },
  submit: { run: ({ comms, cli }) => submitTask(comms, cli, 'third', 'x'.repeat(10_000)) },
  claim: { run: claimFirst },
  'claim of what was given back': {
    prepare: async (world) => {
      const held = claimFirst(world)
      addProgress(held, 'begun')
      await createSubtask(world.comms, world.cli, 'first', 'a part')
      await releaseClaim(world.comms, world.cli, held, 'test')
    },
    run: claimFirst,
  },
  'hand over': {
    prepare: claimFirst,
    run: (world) => confirmHandOver(heldIn(world, world.cli, 'first').path),
  },
  'progress of a task': {
    prepare: claimFirst,
    run: (world) => addProgress(heldIn(world, world.cli, 'first'), 'half', '1/2'),
  },
  respond: {
    prepare: claimFirst,
    run: (world) => addResponse(heldIn(world, world.cli, 'first'), 'x'.repeat(10_000)),
  },
  subtask: {
    prepare: claimFirst,
    run: ({ comms, cli }) => createSubtask(comms, cli, 'first', 'a part'),
  },
  'claim of a subtask': {
    prepare: async (world) => {
      claimFirst(world)
      await createSubtask(world.comms, world.cli, 'first', 'a part')
    },
    run: (world) => claim(world, 'first_t1'),
  },
  complete: {
    prepare: claimFirst,
    run: (world) =>
      completeTask(
        world.comms,
        world.cli,
        heldIn(world, world.cli, 'first'),
        'completed',
        deliverables(world),
      ),
  },
  'complete a subtask': {
    prepare: claimWithChild,
    run: (world) =>
      completeTask(
        world.comms,
        world.cli,
        heldIn(world, world.cli, 'first_t1'),
        'completed',
        deliverables(world),
      ),
  },
  'complete a parent': {
    prepare: async (world) => {
      const child = await claimWithChild(world)
      await completeTask(world.comms, world.cli, child, 'completed', { report: 'x' })
      rmSync(join(heldIn(world, world.cli, 'first').path, 'first_t1@'))
    },
    run: (world) =>
      completeTask(
        world.comms,
        world.cli,
        heldIn(world, world.cli, 'first'),
        'completed',
        deliverables(world),
      ),
  },
  fail: {
    prepare: claimFirst,
    run: (world) =>
      completeTask(world.comms, world.cli, heldIn(world, world.cli, 'first'), 'failed', { report: 'no' }),
  },
  release: {
    prepare: claimFirst,
    run: (world) => releaseClaim(world.comms, world.cli, heldIn(world, world.cli, 'first'), 'test'),
  },
  'release of a subtask': {
    prepare: claimWithChild,
    run: (world) => releaseClaim(world.comms, world.cli, heldIn(world, world.cli, 'first_t1'), 'test'),
  },
  'give back what a dead owner had': {
    prepare: ({ comms, cli }) =>
      new Claimer(comms, cli).claim({
        claimant: { process: { ...ownIdentity(), start: '1' } },
        task: 'first',
      }),
    run: ({ comms, cli }) => recoverClaims(comms, cli, 0, later()),
  },
  'orch init': {
    run: ({ comms, home }) =>
      initOrchestrator(comms, { ...orchestrator, pid: 88 }, [text, { name: 'b', role: 'dynamic' }], home),
  },
  'orch add': {
    run: ({ comms, orchestrator: mailbox }) =>
      addSubordinates(comms, mailbox, 77, [{ name: 'c', role: 'network' }]),
  },
  'orch remove': {
    run: ({ comms, orchestrator: mailbox }) => removeSubordinate(comms, mailbox, 'cli_worker_1'),
  },
  'orch assign': { run: assigned },
  'orch status': {
    prepare: answered,
    run: ({ comms, orchestrator: mailbox }) => observeSubordinates(comms, mailbox),
  },
  'orch collect': {
    prepare: answered,
    run: ({ comms, orchestrator: mailbox }) => collectResponses(comms, mailbox, 'audit'),
  },
  'orch finish': {
    prepare: async (world) => {
      await answered(world)
      collectResponses(world.comms, world.orchestrator, 'audit')
    },
    run: (world) =>
      completeTask(
        world.comms,
        world.orchestrator,
        heldIn(world, world.orchestrator, 'audit'),
        'completed',
        { report: 'all', attachments: [join(world.base, 'files')] },
        { reply: 'claude' },
      ),
  },
  'coord doctor': { prepare: damaged, run: ({ comms }) => examineCoordination(comms, { fix: true }) },
}
