import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Claimer } from '../../src/coordination/claim.ts'
import { completeTask } from '../../src/coordination/complete.ts'
import { examineCoordination } from '../../src/coordination/examine.ts'
import { findClaim } from '../../src/coordination/find-claim.ts'
import { readFrontMatter } from '../../src/coordination/front-matter.ts'
import { assertOwner } from '../../src/coordination/owner.ts'
import { recoverClaims } from '../../src/coordination/recover.ts'
import { releaseClaim } from '../../src/coordination/release.ts'
import { addProgress, addResponse } from '../../src/coordination/report.ts'
import { createSubtask, submitTask } from '../../src/coordination/submit.ts'
import { readTree } from '../../src/coordination/task-tree.ts'
import { viewTask, viewTasks } from '../../src/coordination/task-view.ts'
import { identifyProcess, isPassing, ownIdentity, processLife } from '../../src/lib/process-identity.ts'
import { type Comms, commsAt } from '../../src/mail/comms.ts'
import { createMailbox, type Mailbox } from '../../src/mail/mailbox.ts'

let comms: Comms
let mailbox: Mailbox
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-'))
  comms = commsAt(root)
  mailbox = createMailbox(comms, 'claude_cli')
})
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+rwx', root])
  rmSync(root, { recursive: true, force: true })
})

const me = { process: ownIdentity() }
const claim = (task?: string, agent?: string) =>
  new Claimer(comms, mailbox).claim({ claimant: { ...me, agent }, task })
const mustClaim = (task?: string) => {
  const found = claim(task)
  if (!found) throw new Error('nothing to claim')
  return found
}
const complete = (task: string, force = false) =>
  completeTask(comms, mailbox, findClaim(comms, mailbox, task), 'completed', { report: 'done' }, { force })
const state = (task: string) => viewTask(comms, mailbox, task).state

/** A process that has ended; its pid belongs to nobody, or to another one. */
async function endedProcess() {
  const child = spawn('sleep', ['60'])
  const identity = identifyProcess(child.pid ?? 0)
  child.kill('SIGKILL')
  await once(child, 'close')
  if (!identity) throw new Error('it never ran')
  return identity
}

describe('a task', () => {
  test('goes from to_execute through a claim with the names of the protocol to completed', async () => {
    submitTask(comms, mailbox, 'req_1234', '# Count the files')
    expect(readdirSync(mailbox.toExecute)).toEqual(['req_1234.md'])
    const held = mustClaim()
    expect(readdirSync(mailbox.toExecute)).toEqual([])
    expect(held.path).toMatch(
      new RegExp(`/coordination/in_progress/claimed_\\d{8}T\\d{9}Z_${process.pid}_req_1234$`),
    )
    expect(readFileSync(join(held.path, `req_1234.${process.pid}.md`), 'utf8')).toBe('# Count the files\n')
    addProgress(held, 'half of it', '1/2')
    expect(addResponse(held, 'first part')).toMatch(/\/req_1234\.1\.response\.md$/)
    expect(addResponse(held, 'second part', 'schema')).toMatch(/\/schema\.response\.md$/)
    expect(viewTask(comms, mailbox, 'req_1234')).toMatchObject({
      state: 'claimed',
      owner: { pid: process.pid, life: 'alive' },
      progress: expect.stringMatching(/ 1\/2 half of it$/),
    })
    const scan = join(root, 'scan.html')
    writeFileSync(scan, '<p>')
    const { path } = await completeTask(comms, mailbox, held, 'completed', {
      report: '# All there',
      findings: { count: 3 },
      response: 'formal\n',
      attachments: [scan],
    })
    expect(path).toBe(join(mailbox.completed, 'req_1234'))
    expect(readFileSync(join(path, 'req_1234.completion.md'), 'utf8')).toBe('# All there\n')
    expect(JSON.parse(readFileSync(join(path, 'findings.json'), 'utf8'))).toEqual({ count: 3 })
    expect(readFileSync(join(path, 'attachments', 'scan.html'), 'utf8')).toBe('<p>')
    expect(existsSync(join(path, 'progress.md'))).toBe(true)
    expect(readdirSync(mailbox.inProgress)).toEqual([])
    expect(state('req_1234')).toBe('completed')
  })

  test('of the same name cannot be submitted twice, wherever the first one is', async () => {
    submitTask(comms, mailbox, 'a', 'x')
    expect(() => submitTask(comms, mailbox, 'a', 'y')).toThrow(/already a task a/)
    const held = mustClaim()
    expect(() => submitTask(comms, mailbox, 'a', 'y')).toThrow(/already a task a/)
    await completeTask(comms, mailbox, held, 'completed', { report: 'done' })
    expect(() => submitTask(comms, mailbox, 'a', 'y')).toThrow(/already a task a/)
    writeFileSync(join(mailbox.toExecute, 'a.md'), 'by hand')
    expect(claim()).toBeUndefined()
    expect(viewTasks(comms, mailbox)).toMatchObject([{ task: 'a', state: 'invalid' }])
  })

  test('is claimed by priority, then age; one that needs others waits for them; agents get their own', async () => {
    submitTask(comms, mailbox, 'late', '---\nneeds: [low, high]\npriority: urgent\n---\nx')
    submitTask(comms, mailbox, 'low', '---\npriority: low\n---\nx')
    submitTask(comms, mailbox, 'for_codex', '---\nagent: codex\npriority: 50\n---\nx')
    submitTask(comms, mailbox, 'plain', 'x')
    submitTask(comms, mailbox, 'high', '---\npriority: high\nmy_own_key: kept\n---\nx')
    expect(viewTask(comms, mailbox, 'late')).toMatchObject({ state: 'blocked', reason: 'needs low, high' })
    expect(() => claim('late')).toThrow(/low is not completed/)
    const order: string[] = []
    for (let held = claim(undefined, 'claude'); held; held = claim(undefined, 'claude')) {
      order.push(held.task)
      await completeTask(comms, mailbox, held, 'completed', { report: 'x' })
    }
    expect(order).toEqual(['high', 'plain', 'low', 'late'])
    expect(claim(undefined, 'codex')?.task).toBe('for_codex')
    const kept = readFileSync(join(mailbox.completed, 'high', `high.${process.pid}.md`), 'utf8')
    expect(kept).toContain('my_own_key: kept')
  })

  test('with front matter that is not right is refused, and shown when somebody put it there', () => {
    expect(() => submitTask(comms, mailbox, 'a', '---\npriority: soon\n---\nx')).toThrow(/priority/)
    expect(() => submitTask(comms, mailbox, 'a', '---\nneeds: [../b]\n---\nx')).toThrow(/needs/)
    expect(() => submitTask(comms, mailbox, 'a', '---\na: [\n---\nx')).toThrow(/no YAML/)
    expect(() => submitTask(comms, mailbox, 'a', '  \n')).toThrow(/empty/)
    writeFileSync(join(mailbox.toExecute, 'b.md'), '---\ntimeout: soon\n---\nx')
    expect(claim()).toBeUndefined()
    expect(() => claim('b')).toThrow(/timeout/)
    expect(viewTask(comms, mailbox, 'b')).toMatchObject({ state: 'invalid', reason: /timeout/ })
    const rule = readFrontMatter('---\nnot a mapping\n---\ntext')
    expect(rule).toEqual({ ok: true, values: {}, body: '---\nnot a mapping\n---\ntext' })
  })

  test('goes back with all that was done, and the next owner has it', async () => {
    submitTask(comms, mailbox, 'a', 'x')
    const held = mustClaim()
    addProgress(held, 'begun')
    await createSubtask(comms, mailbox, 'a', 'part')
    await releaseClaim(comms, mailbox, held, 'wrong machine')
    expect(state('a')).toBe('queued')
    expect(state('a_t1')).toBe('queued')
    const again = mustClaim('a')
    expect(readFileSync(join(again.path, 'progress.md'), 'utf8')).toContain('begun')
    expect(readdirSync(again.path)).toContain('a_t1.md')
    expect(readFileSync(join(again.path, 'history.jsonl'), 'utf8')).toContain('wrong machine')
    expect(readdirSync(mailbox.inProgress)).toHaveLength(1)
  })
})

describe('subtasks', () => {
  test('of any depth lie with their parents, are linked when they end, and hold the parent open', async () => {
    submitTask(comms, mailbox, 'req', 'x')
    const parent = mustClaim()
    expect((await createSubtask(comms, mailbox, 'req', 'one')).task).toBe('req_t1')
    expect((await createSubtask(comms, mailbox, 'req', 'two')).task).toBe('req_t2')
    expect(readdirSync(parent.path)).toEqual(expect.arrayContaining(['req_t1.md', 'req_t2.md']))
    const child = mustClaim('req_t1')
    expect((await createSubtask(comms, mailbox, 'req_t1', 'deep')).task).toBe('req_t1.1')
    expect(readdirSync(child.path)).toContain('req_t1.1.md')
    await expect(complete('req')).rejects.toThrow(/2 open subtasks: req_t1, req_t2/)
    await expect(complete('req_t1')).rejects.toThrow(/1 open subtask: req_t1.1/)
    mustClaim('req_t1.1')
    expect((await createSubtask(comms, mailbox, 'req_t1.1', 'deeper')).task).toBe('req_t1.1.1')
    mustClaim('req_t1.1.1')
    for (const task of ['req_t1.1.1', 'req_t1.1', 'req_t1']) await complete(task)
    expect(readlinkSync(join(parent.path, 'req_t1@'))).toBe('../../completed/req_t1')
    expect(readFileSync(join(parent.path, 'req_t1@', 'req_t1.completion.md'), 'utf8')).toBe('done\n')
    const [tree] = readTree(comms, mailbox, 'req_t1.1.1')
    expect(tree).toMatchObject({
      task: 'req',
      state: 'claimed',
      children: [
        {
          task: 'req_t1',
          state: 'completed',
          children: [{ task: 'req_t1.1', children: [{ task: 'req_t1.1.1', state: 'completed' }] }],
        },
        { task: 'req_t2', state: 'queued' },
      ],
    })
    expect((await complete('req', true)).open).toEqual(['req_t2'])
    const closed = join(mailbox.completed, 'req')
    expect(
      readFileSync(join(closed, 'req_t1@', 'req_t1.1@', 'req_t1.1.1@', 'req_t1.1.1.completion.md'), 'utf8'),
    ).toBe('done\n')
    expect(state('req_t2')).toBe('left')
    const another = join(mailbox.toExecute, 'req_t2.md')
    writeFileSync(another, 'of the same name')
    const inTheWay = await examineCoordination(comms, { fix: true })
    expect(inTheWay.problems).toMatchObject([{ repair: /Another task of this name/, repaired: false }])
    expect(readFileSync(another, 'utf8')).toBe('of the same name')
    rmSync(another)
    const { problems } = await examineCoordination(comms, { fix: true })
    expect(problems).toMatchObject([{ problem: /req_t2 was left/, repaired: true }])
    expect(state('req_t2')).toBe('queued')
  })

  test('a copy in place of a link is never replaced, and told of; a missing link is made', async () => {
    submitTask(comms, mailbox, 'req', 'x')
    const parent = mustClaim()
    await createSubtask(comms, mailbox, 'req', 'one')
    await createSubtask(comms, mailbox, 'req', 'two')
    mkdirSync(join(parent.path, 'req_t1@'))
    mustClaim('req_t1')
    mustClaim('req_t2')
    await complete('req_t1')
    await complete('req_t2')
    expect(lstatSync(join(parent.path, 'req_t1@')).isDirectory()).toBe(true)
    rmSync(join(parent.path, 'req_t2@'))
    const { problems } = await examineCoordination(comms, { fix: true })
    expect(problems.map(({ problem }) => problem)).toEqual([
      'no link to req_t2',
      'a copy stands where a link belongs',
    ])
    expect(lstatSync(join(parent.path, 'req_t2@')).isSymbolicLink()).toBe(true)
  })
})

describe('an owner', () => {
  test('that is gone loses its claim after the time of grace, with a record', async () => {
    submitTask(comms, mailbox, 'a', 'x')
    const gone = await endedProcess()
    expect(processLife(gone)).toBe('gone')
    new Claimer(comms, mailbox).claim({ claimant: { process: gone } })
    expect(state('a')).toBe('orphaned')
    const now = Date.now()
    expect(await recoverClaims(comms, mailbox, 30_000, now)).toMatchObject({ pending: ['a'], released: [] })
    expect(await recoverClaims(comms, mailbox, 30_000, now + 29_000)).toMatchObject({ pending: ['a'] })
    expect(await recoverClaims(comms, mailbox, 30_000, now + 31_000)).toMatchObject({ released: ['a'] })
    const again = mustClaim()
    expect(readFileSync(join(again.path, 'history.jsonl'), 'utf8')).toContain('its owner is gone')
  })

  test('that lives, or runs where it cannot be seen, keeps it however long it takes', async () => {
    for (const task of ['a', 'b', 'c']) submitTask(comms, mailbox, task, 'x')
    const sleeper = spawn('sleep', ['60'])
    const alive = identifyProcess(sleeper.pid ?? 0)
    if (!alive) throw new Error('no sleeper')
    const elsewhere = { ...alive, machine: 'another', host: 'another' }
    try {
      new Claimer(comms, mailbox).claim({ claimant: { process: alive } })
      new Claimer(comms, mailbox).claim({ claimant: { process: elsewhere } })
      mkdirSync(join(mailbox.inProgress, 'claimed_20251109_143000_99999999_c'))
      execFileSync('mv', [
        join(mailbox.toExecute, 'c.md'),
        join(mailbox.inProgress, 'claimed_20251109_143000_99999999_c', 'c.99999999.md'),
      ])
      for (const days of [0, 1, 400]) {
        const result = await recoverClaims(comms, mailbox, 0, Date.now() + days * 86_400_000)
        expect(result).toEqual({ released: [], finished: [], mended: [], pending: [] })
      }
      expect(viewTasks(comms, mailbox).map(({ task, owner }) => [task, owner?.life])).toEqual([
        ['c', 'unrecorded'],
        ['a', 'alive'],
        ['b', 'unknown'],
      ])
      const held = findClaim(comms, mailbox, 'a')
      expect(() => assertOwner(held, ownIdentity(), false)).toThrow(/claimed by/)
      expect(() => assertOwner(held, alive, false)).not.toThrow()
    } finally {
      sleeper.kill('SIGKILL')
    }
  })

  test('with the pid of another process that came later is gone', () => {
    expect(processLife({ ...ownIdentity(), start: '1' })).toBe('gone')
    expect(processLife(ownIdentity())).toBe('alive')
  })

  test('is the agent, not the shell that it starts for one command', () => {
    expect(isPassing(['/bin/sh', '-c', 'iterm-orch coord claim'])).toBe(true)
    expect(isPassing(['/bin/zsh', '-l', '-c', 'x'])).toBe(true)
    expect(isPassing(['bash', '-lc', 'x'])).toBe(true)
    expect(isPassing(['npm exec iterm-orch'])).toBe(true)
    expect(isPassing(['sh', 'worker.sh', '-c'])).toBe(false)
    expect(isPassing(['-zsh'])).toBe(false)
    expect(isPassing(['node', '/usr/bin/claude', '-c'])).toBe(false)
  })
})

describe('what is hostile or broken', () => {
  test('names that lead elsewhere are refused', () => {
    for (const name of ['../x', 'a/b', 'a\nb', '.', '..', '', 'x'.repeat(300), 'a..b']) {
      expect(() => submitTask(comms, mailbox, name, 'x')).toThrow(/not the name of a task/)
      expect(() => findClaim(comms, mailbox, name)).toThrow(/not the name of a task/)
    }
  })

  test('links and things that are no files are not claimed, and nothing outside is touched', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'))
    writeFileSync(join(outside, 'secret.md'), 'secret')
    symlinkSync(join(outside, 'secret.md'), join(mailbox.toExecute, 'a.md'))
    mkdirSync(join(mailbox.toExecute, 'b.md'))
    execFileSync('mkfifo', [join(mailbox.toExecute, 'c.md')])
    symlinkSync('d.md', join(mailbox.toExecute, 'd.md'))
    symlinkSync(outside, join(mailbox.inProgress, 'claimed_20251109T143000000Z_1_e'))
    expect(claim()).toBeUndefined()
    expect(
      viewTasks(comms, mailbox)
        .map(({ task, state }) => `${task} ${state}`)
        .sort(),
    ).toEqual(['a invalid', 'b invalid', 'c invalid', 'd invalid'])
    rmSync(mailbox.completed, { recursive: true })
    symlinkSync(outside, mailbox.completed)
    expect(() => viewTasks(comms, mailbox)).toThrow(/leads out of the mailboxes/)
    expect(readdirSync(outside)).toEqual(['secret.md'])
    rmSync(outside, { recursive: true })
  })

  test('a directory that is deleted meanwhile is made again, or an error that says so', () => {
    rmSync(join(mailbox.path, 'coordination'), { recursive: true })
    submitTask(comms, mailbox, 'a', 'x')
    expect(mustClaim().task).toBe('a')
    const held = findClaim(comms, mailbox, 'a')
    rmSync(held.path, { recursive: true })
    expect(() => addProgress(held, 'x')).toThrow(/Cannot write/)
  })

  test.skipIf(process.getuid?.() === 0)(
    'a directory without permission is an error, not an empty queue',
    () => {
      submitTask(comms, mailbox, 'a', 'x')
      chmodSync(mailbox.toExecute, 0)
      expect(() => claim()).toThrow(/permission/)
      chmodSync(mailbox.toExecute, 0o700)
      chmodSync(mailbox.inProgress, 0o500)
      expect(() => claim()).toThrow(/permission/)
      expect(state('a')).toBe('queued')
    },
  )
})
