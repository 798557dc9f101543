import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AgentStart } from '../../../src/agents/profile-schema.ts'
import { newTimeOrderedId } from '../../../src/lib/ids.ts'
import { parseDocument } from '../../../src/projects/document.ts'
import { createExecutor } from '../../../src/projects/execute/create-executor.ts'
import type { EscalationNote } from '../../../src/projects/execute/executor-options.ts'
import { planOf } from '../../../src/projects/plan-of.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import type { TaskOrder } from '../../../src/projects/run/executor.ts'
import type { TaskRecord } from '../../../src/projects/run/task-record.ts'
import { TaskResult } from '../../../src/projects/run/task-result.ts'
import { killProcesses } from '../../../src/runner/end-processes.ts'
import { newRun } from '../../../src/runner/new-run.ts'
import type { Run } from '../../../src/runner/run.ts'
import { readRun } from '../../../src/runner/run-files.ts'
import { runPlacesOf } from '../../../src/runner/run-paths.ts'
import { settleRun } from '../../../src/runner/settle-run.ts'
import { startRun } from '../../../src/runner/start-run.ts'
import { taskProcessCommand } from '../../support/task-runs.ts'

const id = 'task-do-it-20261121-120000'
const token = 'sek-geheim-"8f3a99'
const author = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.org' }
const committer = { GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.org' }
const environment = { ...process.env, ...author, ...committer }

let root: string
let home: string
let project: string
let notes: EscalationNote[]
const started: string[] = []

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(process.env['HOME'] ?? '', 'x-')))
  home = join(root, 'home')
  project = join(root, 'shop')
  mkdirSync(home)
  mkdirSync(project)
  initProject(project)
  notes = []
})
afterAll(async () => {
  for (const run of started) await killProcesses({ run })
})

/** An agent is a script here: it gets its task as its argument, or on its standard input. */
function executor(script: string, more: Partial<AgentStart> = {}) {
  const program = join(root, 'agent.sh')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  return createExecutor({
    own: [process.execPath, 'iterm-orch'],
    home: { root: home },
    config: () => ({
      agents: { worker: AgentStart.parse({ command: [program], ...more }) },
    }),
    profiles: () => new Map(),
    environment: () => environment,
    escalations: () => notes,
  })
}

function orderOf(document: string, number = 1): TaskOrder {
  const read = parseDocument(Buffer.from(document))
  if (!read.ok) throw new Error(read.problem)
  const { settings, text } = read
  const plan = planOf({ document: settings, config: { agent: 'worker' } })
  return { project: { name: 'shop', path: project }, id, plan, text, number, run: newTimeOrderedId() }
}

type Work = ReturnType<typeof executor>

/** Does what the monitor does with one attempt. */
async function attempt(
  work: Work,
  document: string,
  before: TaskRecord['attempts'] = [],
  begun?: (run: Run) => void,
) {
  const order = orderOf(document, before.length + 1)
  const startedAt = new Date().toISOString()
  const { facts, definition, environment: env } = await work.prepare(order)
  const attempts = [...before, { number: order.number, run: order.run, startedAt, facts }]
  const sha256 = createHash('sha256').update(document).digest('hex')
  const record: TaskRecord = { version: 1, task_id: id, document: { sha256, text: document }, attempts }
  const places = runPlacesOf({ root: home }, project)
  const run = {
    ...newRun(definition, { source: { kind: 'test' }, cause: { kind: 'manual' } }),
    id: order.run,
  }
  started.push(run.id)
  const { exited } = await startRun(places, run, { command: taskProcessCommand, env })
  if (begun) {
    const { stdout = '' } = facts.captured ?? {}
    begun(
      await vi.waitFor(() => {
        const now = readRun(places, run)
        if (now && existsSync(stdout) && readFileSync(stdout, 'utf8') !== '') return now
        throw new Error('it has not begun')
      }, 15_000),
    )
  }
  await exited
  const ended = (await settleRun(places, run))?.run
  const own = attempts.at(-1)
  if (!ended || !own) throw new Error('the run is gone')
  const conclude = () => work.conclude(order, own, ended, record)
  return { ...(await conclude()), conclude, attempts, run: ended }
}

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: project, env: environment }).toString().trim()

/** Every file below that has it in it, but those that it comes from. */
function filesWith(text: string, directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return filesWith(text, path)
    return entry.isFile() && entry.name !== '.env' && readFileSync(path).includes(text) ? [path] : []
  })
}

describe('a headless task', () => {
  it('gives what it printed, how long it took, and by whom it was done; and the same once more', async () => {
    const work = executor('echo "did: $1"; echo "with care" >&2')
    const { state, result, conclude } = await attempt(work, 'Fix the login.')
    expect(state).toBe('completed')
    expect(TaskResult.parse(result)).toEqual(result)
    expect(result).toMatchObject({
      ...{ version: 1, task_id: id, project: 'shop', status: 'completed', error: null },
      ...{ stdout: 'did: Fix the login.\n', stderr: 'with care\n', mode: 'headless', agent: 'worker' },
      worker_output: { summary: 'did: Fix the login.', raw_output: 'did: Fix the login.\n' },
      attempts: [{ number: 1, status: 'completed', error: null }],
      escalations: [],
      document_sha256: createHash('sha256').update('Fix the login.').digest('hex'),
    })
    expect(result.git).toBeUndefined()
    const took = Date.parse(result.completed_at) - Date.parse(result.started_at)
    expect(result.duration_seconds).toBeCloseTo(took / 1_000, 3)
    expect((await conclude()).result).toEqual(result)
  })

  it('fails with what the program ended with, or when its time is up', async () => {
    const badly = await attempt(executor('echo oh; exit 3'), 'x')
    expect(badly).toMatchObject({ state: 'failed', reason: 'it ended with exit code 3: oh' })
    expect(badly.result).toMatchObject({
      status: 'failed',
      error: 'it ended with exit code 3: oh',
      stdout: 'oh\n',
    })
    const slow = await attempt(executor('exec sleep 600'), '---\ntimeout: 300ms\n---\nx')
    expect(slow).toMatchObject({ state: 'failed', reason: 'the task took longer than 0.3 s' })
  })

  it('says that it was stopped, or that its process vanished', async () => {
    const work = executor('echo begun; exec sleep 600')
    const stopped = await attempt(work, 'x', [], ({ process: own }) => process.kill(own?.pid ?? 0))
    expect(stopped).toMatchObject({ state: 'cancelled', reason: 'it was asked to stop (SIGTERM)' })
    expect(stopped.result).toMatchObject({ status: 'cancelled', stdout: 'begun\n' })
    const killed = await attempt(work, 'x', [], ({ process: own }) => process.kill(own?.pid ?? 0, 'SIGKILL'))
    expect(killed.state).toBe('failed')
    expect(killed.reason).toMatch(/^its process \(\d+\) vanished/)
    expect(killed.result.stdout).toBe('begun\n')
  })

  it('counts all its attempts', async () => {
    const work = executor('test -e again && exit 0; touch again; exit 1')
    const first = await attempt(work, 'x')
    const end = { at: first.result.completed_at, state: 'failed' as const, reason: first.reason ?? '' }
    const before = first.attempts.map((each) => ({ ...each, end }))
    const { result } = await attempt(work, 'x', before)
    expect(result.attempts).toMatchObject([
      { number: 1, status: 'failed', error: 'it ended with exit code 1' },
      { number: 2, status: 'completed', error: null },
    ])
    const [one, two] = result.attempts.map(({ duration_seconds }) => duration_seconds)
    expect(result.duration_seconds).toBeCloseTo((one ?? 0) + (two ?? 0), 2)
    expect(result.started_at).toBe(first.result.started_at)
  })

  it('is told of a file when its text is too long for an argument, or gets it as its input', async () => {
    const long = 'all of this '.repeat(20_000)
    const told = await attempt(
      executor('echo "$1"; wc -c < "$(echo "$1" | cut -d" " -f7 | sed "s/\\.$//")"'),
      long,
    )
    expect(told.result.stdout).toMatch(
      /^Your task is in the file .*\.md\. Read it, and do what it says\.\n *240000\n$/,
    )
    const read = await attempt(executor('wc -c', { task: 'typed' }), long)
    expect(read.result.stdout?.trim()).toBe('240000')
  })

  it('is told what its prompt says, also where the text is too long, and keeps the text apart', async () => {
    const top = '---\nprompt: "/go {text} as {task} in {file}"\n---\n'
    const copy = join(project, 'state', 'tasks', id, `${id}.md`)
    const asInput = await attempt(executor('cat', { task: 'typed' }), `${top}Do it.\n`)
    expect(asInput.result.stdout).toBe(`/go Do it. as ${id} in ${copy}\n`)
    expect(readFileSync(copy, 'utf8')).toBe('Do it.\n')
    const long = await attempt(executor('echo "$1"'), `${top}${'all of this '.repeat(20_000)}`)
    const told = `Your task is in the file ${copy}. Read it, and do what it says.`
    expect(long.result.stdout).toBe(`/go ${told} as ${id} in ${copy}\n`)
  })

  it('keeps a long output beside the result', async () => {
    const { result } = await attempt(executor('seq 1 60000; seq 1 60000 >&2'), 'x')
    expect(result).toMatchObject({ stdout_file: `${id}.stdout.log`, stderr_file: `${id}.stderr.log` })
    expect(result.worker_output?.raw_output_file).toBe(`${id}.stdout.log`)
    expect(result.stdout?.endsWith('\n59999\n60000\n')).toBe(true)
    const whole = readFileSync(join(project, 'results', `${id}.stdout.log`), 'utf8')
    expect(whole.split('\n')).toHaveLength(60_001)
    expect(statSync(join(project, 'results', `${id}.stdout.log`)).mode & 0o777).toBe(0o600)
  })
})

it('keeps what the last five attempts printed, and all records', async () => {
  const work = executor('echo x')
  const end = { at: new Date().toISOString(), state: 'failed' } as const
  let before: TaskRecord['attempts'] = []
  for (let number = 1; number <= 7; number++)
    before = (await attempt(work, 'x', before)).attempts.map((each) => ({ ...each, end }))
  const files = readdirSync(join(project, 'state', 'tasks', id, 'runs')).sort()
  expect(files.filter((name) => name.endsWith('.stdout'))).toEqual(
    before.slice(2).map(({ run }) => `${run}.stdout`),
  )
  expect(files.filter((name) => name.endsWith('.json'))).toHaveLength(7)
})

describe('what .env files say', () => {
  it('reaches the agent, and stands in no file, though the agent prints it', async () => {
    writeFileSync(join(home, '.env'), `SERVICE_TOKEN='${token}'\nPLACE=home\n`, { mode: 0o600 })
    writeFileSync(join(project, '.env'), 'PLACE=shop\nNODE_OPTIONS=--no-such-option\n', { mode: 0o640 })
    chmodSync(join(project, '.env'), 0o644)
    notes = [aNote(`the agent asks with ${token}`)]
    const script = `echo "$PLACE $SERVICE_TOKEN"; printf '{"t":"sek-geheim-\\\\"8f3a99"}' >&2; echo "$SERVICE_TOKEN" > seen.txt; echo $(wc -c < seen.txt); rm seen.txt`
    const { result } = await attempt(executor(script), 'x')
    expect(result.stdout).toBe(`shop [redacted]\n${Buffer.byteLength(token) + 1}\n`)
    expect(result.stderr).toBe('{"t":"[redacted]"}')
    expect(result.escalations[0]?.text).toBe('the agent asks with [redacted]')
    expect(result['warnings']).toEqual([
      `others may read ${join(project, '.env')} (mode 0644); \`chmod 600\` it`,
    ])
    expect([...filesWith('geheim', home), ...filesWith('geheim', project)]).toEqual([])
  })

  it('is kept out of files where it stands with the agent in config.yaml, too', async () => {
    const work = executor('echo "$SERVICE_TOKEN"', { env: { SERVICE_TOKEN: token } })
    expect((await attempt(work, 'x')).result.stdout).toBe('[redacted]\n')
    expect(filesWith('geheim', project)).toEqual([])
  })

  it('keeps the task from beginning when it cannot be trusted or understood', async () => {
    writeFileSync(join(project, '.env'), 'what is this', { mode: 0o600 })
    await expect(executor('true').prepare(orderOf('x'))).rejects.toThrow('line 1 is not NAME=value')
    chmodSync(join(project, '.env'), 0o666)
    await expect(executor('true').prepare(orderOf('x'))).rejects.toThrow('others may change it')
  })
})

describe('in a git repository', () => {
  beforeEach(() => {
    git('init', '--quiet', '--initial-branch=main')
    writeFileSync(join(project, 'a.txt'), 'a\n')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'begin')
  })

  it('tells the commits before and after, and what has changed', async () => {
    const before = git('rev-parse', 'HEAD')
    const script = 'echo b > b.txt; git add b.txt; git commit --quiet -m b; echo c > c.txt'
    const { result } = await attempt(executor(script), 'x')
    expect(result.git).toEqual({
      commit_before: before,
      commit_after: git('rev-parse', 'HEAD'),
      changed_files: ['b.txt', 'c.txt'],
    })
  })

  it('warns of keys that a commit would take along', async () => {
    writeFileSync(join(project, '.env'), 'A=1\n', { mode: 0o600 })
    const warned = await executor('true').prepare(orderOf('x'))
    expect(warned.facts.warnings).toEqual([
      `${join(project, '.env')} is not in .gitignore: an agent may commit it`,
    ])
    writeFileSync(join(project, '.gitignore'), '.env\n')
    expect((await executor('true').prepare(orderOf('x'))).facts.warnings).toBeUndefined()
  })

  it('keeps a worktree in which something was done', async () => {
    const document = '---\nworktree: true\n---\nx'
    const { result, conclude } = await attempt(executor('pwd; echo b > b.txt'), document)
    const path = join(project, 'state', 'worktrees', id)
    expect(result.stdout).toBe(`${path}\n`)
    expect(existsSync(join(project, 'b.txt'))).toBe(false)
    expect(result.git).toMatchObject({
      changed_files: ['b.txt'],
      worktree: { path, branch: `iterm-orch/${id}`, kept: true, reason: 'a file in it is not committed' },
    })
    expect((await conclude()).result).toEqual(result)
  })

  it('removes one in which nothing was done', async () => {
    const { result, conclude } = await attempt(executor('cat a.txt'), '---\nworktree: true\n---\nx')
    const head = git('rev-parse', 'HEAD')
    expect(result.git).toEqual({
      ...{ commit_before: head, commit_after: head, changed_files: [] },
      worktree: { path: join(project, 'state', 'worktrees', id), branch: `iterm-orch/${id}`, kept: false },
    })
    expect(git('branch', '--format=%(refname:short)')).toBe('main')
    expect((await conclude()).result).toEqual(result)
  })
})

describe('what cannot be done', () => {
  it.each([
    ['---\nagent: nobody\n---\nx', 'There is no agent "nobody".'],
    ['---\nmodel: o9\n---\nx', 'worker cannot be given a model.'],
    ['---\nworktree: true\n---\nx', /There can be no worktree for the task: .* is in no git repository/],
  ])('is said before anything is made: %j', async (document, why) => {
    await expect(executor('true').prepare(orderOf(document))).rejects.toThrow(why)
  })

  it('is said of a program that is not there', async () => {
    const missing = executor('true', { command: ['no-such-program'] })
    await expect(missing.prepare(orderOf('x'))).rejects.toThrow('"no-such-program" is not on your PATH')
    expect(existsSync(join(project, 'state', 'tasks'))).toBe(false)
  })
})

function aNote(text: string): EscalationNote {
  const at = new Date().toISOString()
  const closed = { outcome: 'answered', answer: 'yes', from: 'human', closed_at: at }
  return { id: 'e1', kind: 'permission', text, asked_at: at, ...closed }
}
