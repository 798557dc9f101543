import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readAssignments } from '../../src/coordination/assignments.ts'
import { openChildren } from '../../src/coordination/children.ts'
import { Claimer } from '../../src/coordination/claim.ts'
import { examineCoordination } from '../../src/coordination/examine.ts'
import { initOrchestrator } from '../../src/coordination/orchestrator/init.ts'
import { observeSubordinates } from '../../src/coordination/orchestrator/observe.ts'
import { createSubtask, submitTask } from '../../src/coordination/submit.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { type Comms, commsAt } from '../../src/mail/comms.ts'
import { createMailbox, type Mailbox, mailboxAt } from '../../src/mail/mailbox.ts'
import { runTogether } from '../support/run-together.ts'

let root: string
let comms: Comms

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'io-at-once-'))
  comms = commsAt(root)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('a task that is given back and claimed again is never out of sight, and keeps all that was said of it', async () => {
  const mailbox = createMailbox(comms, 'claude_cli')
  claimOwn(mailbox, 'req')
  for (const part of ['one', 'two']) await createSubtask(comms, mailbox, 'req', part)
  const looks: string[][] = []
  const movers = Array.from({ length: 3 }, () => [root, mailbox.name, '120'])
  const look = () => looks.push(openChildren(comms, mailbox, 'req'))
  const said = (await runTogether('task-mover-main', movers, look)).flat()
  expect(looks.filter((open) => open.join() !== 'req_t1,req_t2')).toEqual([])
  for (const task of ['req_t1', 'req_t2']) {
    const lines = readdirSync(mailbox.inProgress)
      .filter((name) => name.endsWith(`_${task}`))
      .map((name) => linesIn(join(mailbox.inProgress, name, 'progress.md')))
    expect(lines).toEqual([said.filter((name) => name === task).length])
  }
}, 120_000)

test('parts of a task that several processes give at once have a name each, and reach whoever is to do them', async () => {
  const { mailbox } = await initOrchestrator(
    comms,
    ownIdentity(),
    ['a', 'b'].map((name) => ({ name, role: '' })),
    root,
  )
  claimOwn(mailbox, 'req')
  const assigners = ['a', 'b', 'a', '-'].map((to) => [root, mailbox.name, 'req', to, '8'])
  const named = (
    await runTogether('assigner-main', assigners, () => observeSubordinates(comms, mailbox))
  ).flat()
  expect(new Set(named).size).toBe(32)
  const given = readAssignments(comms, mailbox)
  const counts = ['a', 'b'].map((name) => {
    const own = mailboxAt(comms, `claude_cli_${name}_${process.pid}`)
    const tasks = readdirSync(own.tasks).map((file) => file.replace(/\.md$/, ''))
    expect(
      given
        .filter(({ subordinate }) => subordinate === own.name)
        .map(({ task }) => task)
        .sort(),
    ).toEqual(tasks.sort())
    for (const task of tasks)
      expect(readFileSync(join(own.tasks, `${task}.md`), 'utf8')).toMatch(`for ${name}`)
    return tasks.length
  })
  expect(counts).toEqual([16, 8])
  expect(openChildren(comms, mailbox, 'req')).toHaveLength(32)
  expect((await examineCoordination(comms, { fix: false })).problems).toEqual([])
}, 120_000)

test('what a dead owner had is given back once, and fails nobody who does the same at that moment', async () => {
  const mailbox = createMailbox(comms, 'claude_cli')
  const gone = { process: { ...ownIdentity(), start: '1' } }
  const tasks = Array.from({ length: 40 }, (_, index) => `job_${index}`)
  for (const task of tasks) {
    submitTask(comms, mailbox, task, 'x')
    new Claimer(comms, mailbox).claim({ claimant: gone, task })
  }
  const waiting = Array.from({ length: 4 }, () => [root, mailbox.name])
  const said = (await runTogether('waiting-claimer-main', waiting)).flat()
  expect(said.toSorted()).toEqual(tasks.toSorted())
}, 60_000)

function claimOwn(mailbox: Mailbox, task: string): void {
  submitTask(comms, mailbox, task, 'all of it')
  expect(new Claimer(comms, mailbox).claim({ claimant: { process: ownIdentity() }, task })).toBeDefined()
}

function linesIn(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length - 1
}
