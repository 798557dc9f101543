import { appendFileSync, mkdtempSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { spawn as spawnPty } from '@lydell/node-pty'
import { beforeAll, describe, expect, it } from 'vitest'
import { complete } from '../../src/cli/completion/complete.ts'
import { CliContext } from '../../src/cli/context.ts'
import { createProgram } from '../../src/cli/program.ts'
import { projectBehindCommand } from '../../src/cli/projects/project-first.ts'
import { textWidth } from '../../src/cli/text-width.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { logPrefix } from '../../src/runner/log-line.ts'
import { attempt, idOf, MadeProject } from '../support/made-project.ts'
import { binary, json, run, Stream } from './cli.ts'

const home = resolveHome()
const program = createProgram(new CliContext([]))
const now = new Date().toISOString()
const failed = { at: now, state: 'failed' as const, reason: 'exit code 1' }
let shop: MadeProject
let other: MadeProject

beforeAll(async () => {
  // Noon, so that the day does not end meanwhile; POSIX counts the hours westwards.
  const east = 12 - new Date().getUTCHours()
  process.env['TZ'] = `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`
  const work = realpathSync(mkdtempSync(join(dirname(home.root), 'work-')))
  shop = new MadeProject(join(work, 'shop'))
  other = new MadeProject(join(work, 'other'))
  for (const { path } of [shop, other]) await run(['project', 'register', path])
  shop.document(idOf('waits'))
  shop.document(idOf('runs'))
  shop.record(idOf('runs'), { attempts: [attempt(1)] })
  shop.run(idOf('runs'), { id: 'run1', state: 'running', progress: { done: 0, of: 1, text: 'half way' } })
  shop.document(idOf('lost'))
  shop.record(idOf('lost'), { attempts: [attempt(1, failed)], over: failed })
  shop.result(idOf('lost'), {
    ...{ status: 'failed', error: 'exit code 1', completed_at: now, stderr: 'no such\nthing\n' },
    worker_output: { summary: 'I could not.', cost_usd: 0.5 },
    git: { commit_before: 'a'.repeat(40), commit_after: 'b'.repeat(40), changed_files: ['src/login.ts'] },
  })
  shop.result(idOf('old'), { completed_at: '2026-01-01T10:00:02.000Z' })
})

interface Tasks {
  service: boolean
  tasks: { id: string; state: string; reason: string; project: string }[]
}

describe('the commands that show projects', () => {
  it('show every task with its state, and that nothing is begun without a service', async () => {
    const { service, tasks } = await json<Tasks>('tasks', '-p', 'shop')
    expect(service).toBe(false)
    expect(tasks.map(({ id, state, reason }) => [id, state, reason])).toEqual([
      [idOf('runs'), 'running', 'half way'],
      [idOf('waits'), 'queued', 'comes next'],
      [idOf('lost'), 'failed', 'exit code 1'],
      [idOf('old'), 'completed', ''],
    ])
    const { code, stdout, stderr } = await run(['tasks', '-p', shop.path, '--state', 'failed'])
    expect(code).toBe(0)
    expect(stdout).toContain(idOf('lost'))
    expect(stdout).not.toContain(idOf('waits'))
    expect(stderr).toContain('The service does not run')
    const all = await json<Tasks>('tasks', '--all', '--state', 'completed')
    expect(all.tasks).toMatchObject([{ project: 'shop', id: idOf('old') }])
  })

  it('show what runs above what waits', async () => {
    const { stdout } = await run(['queue', '-p', 'shop'])
    expect(stdout.indexOf(idOf('runs'))).toBeLessThan(stdout.indexOf(idOf('waits')))
    expect(stdout).not.toContain(idOf('lost'))
    shop.write('tasks/old/task-sorted-away-20260101-000000.md', 'x')
    expect((await run(['queue', '-p', 'shop'])).stdout).toContain(
      'old/ has a task document that nobody looks at',
    )
  })

  it('show everything about one task, by its description', async () => {
    const { code, stdout } = await run(['task', 'lost', '-p', 'shop'])
    expect(code).toBe(0)
    for (const text of [idOf('lost'), 'exit code 1', '$0.50', 'aaaaaaaaaa → bbbbbbbbbb', 'src/login.ts'])
      expect(stdout).toContain(text)
    for (const text of ['I could not.', 'thing', 'try 1 begins', 'Do it.']) expect(stdout).toContain(text)
    expect(await json('task', 'show', 'lost', '-p', 'shop')).toMatchObject({
      task: { state: 'failed' },
      result: { stderr: 'no such\nthing\n' },
    })
  })

  it('say what was probably meant', async () => {
    const hints = {
      'task wats -p shop': 'Did you mean waits?',
      'task nw something': 'Did you mean `task new`?',
      'tasks -p nope': 'There are: other, shop.',
      'task new x -p shop --template nope': join('templates', 'nope.md'),
    }
    for (const [line, hint] of Object.entries(hints)) {
      const { code, stderr } = await run(line.split(' '))
      expect(code).toBeGreaterThan(1)
      expect(stderr).toContain(hint)
    }
  })

  it('list results with what they cost, by day', async () => {
    const today = {
      ...(await json<{ results: object[]; days: object[] }>('results', '-p', 'shop', '--since', 'today')),
    }
    expect(today.results).toMatchObject([{ task_id: idOf('lost'), project: 'shop' }])
    expect(today.results[0]).not.toHaveProperty('stdout')
    expect(today.days).toMatchObject([{ completed: 0, failed: 1, cost: { usd: 0.5 } }])
    const { stdout } = await run(['results', '--all'])
    expect(stdout).toContain('1 completed, 1 failed; $0.50')
    expect((await run(['results', '-p', 'shop', '--since', 'soon'])).code).toBe(2)
  })

  it('show all projects, also one that is not there', async () => {
    const away = new MadeProject(join(dirname(shop.path), 'away'))
    await run(['project', 'register', away.path])
    renameSync(away.path, `${away.path}-2`)
    const { projects } = await json<{ projects: object[] }>('projects')
    expect(projects).toMatchObject([
      { name: 'away', state: 'missing' },
      { name: 'other', counts: { queued: 0 } },
      { name: 'shop', counts: { queued: 1, running: 1 }, today: { failed: 1, cost: { usd: 0.5 } } },
    ])
    expect(projects[0]).not.toHaveProperty('counts')
    expect((await run(['tasks', '-p', 'away'])).stderr).toContain('mount its disk')
  })

  it('tell of a project as soon as something changes in it', async () => {
    const watch = new Stream<{ name: string; counts: { held: number } }>('projects', '--watch')
    await watch.first(({ name }) => name === 'shop')
    shop.document(idOf('held'))
    shop.marks({ [idOf('held')]: { held_since: now } })
    await watch.first(({ name, counts }) => name === 'shop' && counts.held === 1)
    expect(await watch.end('SIGINT')).toBe(130)
  })

  it('show what the monitor says, and what a task printed, over a rotation', async () => {
    const monitor = join(shop.path, 'logs', 'monitor.log')
    expect((await run(['logs', '-p', 'shop'])).code).toBe(3)
    writeFileSync(monitor, 'one\ntwo\n')
    expect((await run(['logs', '-p', 'shop', '-n', '1'])).stdout).toBe('two\n')
    const follow = new Stream<{ text: string; task?: string }>('logs', '-p', 'shop', '-f', '-n', '1')
    await follow.first(({ text }) => text === 'two')
    appendFileSync(monitor, `${now} [task-x] three\n`)
    await follow.first(({ text, task }) => text === 'three' && task === 'task-x')
    renameSync(monitor, `${monitor}.1`)
    writeFileSync(monitor, 'four\n')
    await follow.first(({ text }) => text === 'four')
    await follow.end('SIGINT')
    shop.write(`logs/${idOf('runs')}.log`, `${logPrefix(now, 'run1', 'agent', 'stdout')}hello\n`)
    expect((await run(['logs', '-p', 'shop', '--task', 'runs'])).stdout).toContain('agent | hello')
  })

  it('fit a terminal of 80 columns', async () => {
    const columns = 80
    for (const args of [
      ['tasks', '-p', 'shop'],
      ['queue', '-p', 'shop'],
      ['results', '-p', 'shop'],
      ['projects'],
    ]) {
      const printed = await onTerminal(args, columns)
      const wide = printed
        .split('\r\n')
        .filter((line) => line.startsWith('task-') || /^(?:TASK|#|PROJECT) /u.test(line))
      expect(wide.length).toBeGreaterThan(0)
      for (const line of wide) expect(textWidth(line)).toBeLessThanOrEqual(columns)
    }
  })
})

describe('a project that is named before the command', () => {
  it.each([
    ['-p shop', 'tasks --project shop'],
    ['-p shop task-001', 'task show --project shop task-001'],
    ['-p shop queue', 'queue --project shop'],
    ['--json -p shop queue', '--json queue --project shop'],
    ['--project=shop task hold x', 'task hold --project shop x'],
    ['task -p shop hold x', 'task hold --project shop x'],
    ['task -p shop x', 'task --project shop x'],
    ['-pshop --json', '--json tasks --project shop'],
    ['queue -p shop', 'queue -p shop'],
    ['launch x -- -p y', 'launch x -- -p y'],
  ])('is meant for it: %s', (typed, meant) =>
    expect(projectBehindCommand(program, typed.split(' ')).join(' ')).toBe(meant),
  )

  it.each([
    ['-p', 'The project is missing after -p.'],
    ['-p shop -p other queue', 'Two projects are named: shop and other.'],
    ['-p shop ps', '`iterm-orch ps` takes no -p.'],
    ['-p shop project show', '`iterm-orch project show` takes no -p.'],
    ['-p shop config init', '`iterm-orch config init` takes no -p.'],
  ])('has to be one, for a command that has to do with it: %s', (typed, message) =>
    expect(() => projectBehindCommand(program, typed.split(' '))).toThrow(message),
  )

  it('is there in what is said of the rest of the command line', async () => {
    expect((await run(['-p', 'shop', 'task', 'new'])).stderr).toContain('iterm-orch task new --help')
    expect((await run(['watch', '-p', 'shop'])).stderr).toContain('`iterm-orch watch` takes no -p.')
    const logs = await run(['service', 'logs', '--project=shop'])
    expect(logs.stderr).toContain('`iterm-orch service logs` takes no -p.')
    const { stderr } = await run(['-p', 'shop', 'retry', 'lost'])
    expect(stderr).toContain('There is no command `retry`.\nDid you mean `task retry`?')
  })
})

describe('project tidy', () => {
  it('moves away what is over, of which the other commands know all the same', async () => {
    const dry = await run(['project', 'tidy', 'shop', '--older-than', '1d', '--dry-run'])
    expect(dry.stdout).toContain('1 task would be moved to archive/')
    const tidied = await run(['project', 'tidy', '--all', '--older-than', '1d'])
    expect(tidied.stdout).toContain('1 task moved to archive/; 1 over for a shorter time')
    const archive = join(shop.path, 'archive', idOf('old'))
    expect(await json('task', 'old', '-p', 'shop')).toMatchObject({ task: { state: 'completed' }, archive })
    expect((await run(['task', 'old', '-p', 'shop'])).stdout).toMatch(/archived\s+\S+old/u)
    const ids = async (...words: string[]) =>
      (await json<{ results: { task_id: string }[] }>('results', '-p', 'shop', ...words)).results.map(
        ({ task_id }) => task_id,
      )
    expect(await ids()).toEqual([idOf('lost')])
    expect(await ids('--archived')).toEqual([idOf('lost'), idOf('old')])
    const { code, stderr } = await run(['project', 'tidy', 'shop', '--older-than', 'soon'])
    expect(code).toBe(2)
    expect(stderr).toContain('12h or 30d')
    expect(await values('project', 'tidy', 'sh')).toEqual(['shop'])
    expect(await values('project', 'tidy', '--d')).toEqual(['--delete', '--dry-run'])
  })
})

const values = async (...words: string[]) =>
  (await complete(program, words, home)).candidates.map(({ value }) => value)

describe('completion', () => {
  it('knows the tasks of the project that was named, and the subcommands beside them', async () => {
    const offered = await values('task', '-p', 'shop', '')
    expect(offered).toEqual(expect.arrayContaining(['hold', 'new', idOf('lost'), idOf('waits')]))
    expect(await values('task', 'show', '-p', 'other', '')).toEqual([])
    expect(await values('logs', '-p', 'shop', '--task', 'task-l')).toEqual([idOf('lost')])
    expect(await values('tasks', '--state', 'bl')).toEqual(['blocked'])
    expect(await values('-p', 'sh')).toEqual(['shop'])
    expect(await values('--json', '-p', 'shop', 'q')).toEqual(['queue'])
    expect(await values('-p', 'shop', '')).toEqual(expect.arrayContaining(['logs', 'task', idOf('lost')]))
    expect(await values('-p', 'shop', 'p')).toEqual([])
    expect(await values('-p', 'shop', 'task', 'show', 'task-l')).toEqual([idOf('lost')])
    shop.write('tasks/templates/review.md', 'Review.')
    expect(await values('task', 'new', 'x', '-p', 'shop', '--template', '')).toEqual(['review'])
  })
})

function onTerminal(args: readonly string[], columns: number): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1' }
  const pty = spawnPty(process.execPath, [binary, ...args], { cols: columns, rows: 50, env })
  let printed = ''
  pty.onData((data) => {
    printed += data
  })
  return new Promise((resolve) => pty.onExit(() => resolve(printed)))
}
