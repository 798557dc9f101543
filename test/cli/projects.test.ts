import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { binary, json, run } from './cli.ts'

const { root, registered, config } = resolveHome()
let shop: string

beforeAll(() => {
  shop = join(realpathSync(mkdtempSync(join(dirname(root), 'work-'))), 'shop')
  mkdirSync(shop)
})

describe('the commands of projects', () => {
  it('take a project from nothing to a queue with a task, and say what is no task', async () => {
    expect(await run(['queue'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('project register'),
    })
    const made = await run(['project', 'init', shop])
    expect(made.stdout).toContain(`Made: ${join(shop, 'tasks')}\n`)
    expect(made.stdout).toContain(`Next: iterm-orch project register ${shop}\n`)
    expect((await run(['project', 'register', shop])).stdout).toBe(`Registered: shop  ${shop}\n`)
    // Of the others, the only project is meant, whatever the working directory.
    const { path } = await json<{ path: string }>('task', 'new', 'Fix the login')
    expect(readFileSync(path, 'utf8')).toBe('Fix the login\n')
    writeFileSync(join(shop, 'tasks', 'task-x.md'), 'x')
    const { code, stdout } = await run(['queue', '-p', 'shop', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      project: 'shop',
      tasks: [{ id: basename(path, '.md'), text: 'Fix the login\n' }],
      unfit: [{ file: 'task-x.md' }],
    })
    rmSync(join(shop, 'tasks', 'task-x.md'))
    expect(await run(['queue', '-p', shop])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(basename(path, '.md')),
    })
  })

  it('say why a project cannot be used that is closed to us, or away', async (context) => {
    // The directory of the tests is closed to others, too.
    const work = mkdtempSync('/tmp/closed-')
    const [home, closed] = [join(work, 'home'), join(work, 'closed')]
    mkdirSync(home)
    mkdirSync(closed, { mode: 0 })
    writeFileSync(join(home, 'registered.json'), JSON.stringify({ projects: { closed: { path: closed } } }))
    // For root nothing is closed.
    const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    for (const path of [work, home]) chmodSync(path, 0o777)
    const tell = (...args: string[]) =>
      spawnSync(process.execPath, [binary, ...args], {
        encoding: 'utf8',
        env: { ...process.env, ITERM_ORCH_HOME: home, HOME: home },
        ...somebody,
      })
    if (tell('--version').status !== 0) return context.skip('this directory is closed to others')
    expect(tell('project', 'list').stdout).toMatch(
      /closed +unreadable .*its directory cannot be looked at \(EACCES\)/u,
    )
    expect(tell('logs').stderr).toContain('The logs of project closed cannot be read: its directory')
    rmSync(work, { recursive: true })
  })

  it('read a text, and what an editor makes of it', async () => {
    const read = await run(['task', 'new', 'read it', '-'], { input: 'one\ntwo\n' })
    expect(readFileSync(/^Written: (.*)\n$/u.exec(read.stdout)?.[1] ?? '', 'utf8')).toBe('one\ntwo\n')
    const env = { VISUAL: `sh -c 'echo edited > "$1"' sh`, EDITOR: '' }
    const edited = await run(['task', 'new', 'edit it', '--edit'], { env })
    expect(readFileSync(/^Written: (.*)\n$/u.exec(edited.stdout)?.[1] ?? '', 'utf8')).toBe('edited\n')
    expect(await run(['task', 'new', 'edit it', '--edit'], { env: { VISUAL: 'false' } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing was written'),
    })
  })

  it('set how the documents of a project are worked on, and show what holds and where it is said', async () => {
    writeFileSync(config, 'projects: { timeout: 2h, permissions: full, model: opus }\n')
    const set = await run([
      'project',
      'set',
      'shop',
      'agent=codx',
      'mode=session',
      'prompt=/go: {text} # all',
    ])
    expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('Did you mean codex?') })
    expect(JSON.parse(readFileSync(registered, 'utf8'))).toMatchObject({
      projects: { shop: { settings: { agent: 'codx', mode: 'session', prompt: '/go: {text} # all' } } },
    })
    await json('project', 'set', shop, 'agent=codex', 'retries=2', '--unset', 'prompt')
    expect(await json('project', 'show', 'shop')).toMatchObject({
      project: { settings: { agent: 'codex', mode: 'session', retries: 2 } },
      settings: {
        mode: { value: 'session', from: 'project' },
        agent: { value: 'codex', from: 'project' },
        model: { value: 'opus', from: 'config', unused: 'it was chosen for claude' },
        permissions: { value: 'full', from: 'config', unused: 'in a session the agent asks' },
        timeout: { value: 7_200_000, from: 'config' },
        done: { value: 'idle', from: 'default' },
        retries: { value: 2, from: 'project' },
      },
    })
    const { stdout } = await run(['project', 'show', 'shop'])
    expect(stdout).toMatch(/agent +codex +project\n/)
    expect(stdout).toMatch(/timeout +2h +config\.yaml\n/)
    expect(stdout).toMatch(/model +opus +config\.yaml, not used: it was chosen for claude\n/)
    const { tasks } = await json<{ tasks: object[] }>('tasks', '-p', 'shop')
    const planned = { agent: 'codex', mode: 'session', tries: 3, plan: { timeoutMs: 7_200_000 } }
    expect(tasks[0]).toMatchObject({ description: 'fix-the-login', ...planned })
    const { stdout: details } = await run(['task', 'fix-the-login', '-p', 'shop'])
    expect(details).toMatch(/agent +codex, session\n +tries +up to 3\n/)
    writeFileSync(config, 'projects: { agent: [] }\n')
    const without = await run(['tasks', '-p', 'shop'])
    expect(without).toMatchObject({ code: 0, stderr: expect.stringContaining('Without config.yaml: ') })
    expect(without.stdout).toMatch(/fix-the-login-\d+-\d+ +queued +codex/)
    expect(await run(['project', 'set', 'shop', 'timout=2h'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean timeout?'),
    })
    expect(await run(['project', 'set', 'shop'])).toMatchObject({ code: 2 })
    expect(await run(['project', 'set', 'nope', 'retries=1'])).toMatchObject({ code: 3 })
    await json('project', 'set', 'shop', '-u', 'agent', '-u', 'mode', '-u', 'retries')
    expect(JSON.parse(readFileSync(registered, 'utf8')).projects.shop).not.toHaveProperty('settings')
    rmSync(config)
  })

  it('register a project with settings, and write a document with a prompt', async () => {
    const other = join(dirname(shop), 'other')
    mkdirSync(other)
    await json('project', 'register', other, '--set', 'agent=codex', '-s', 'timeout=90')
    expect(JSON.parse(readFileSync(registered, 'utf8'))).toMatchObject({
      projects: { other: { settings: { agent: 'codex', timeout: 90 } } },
    })
    expect(await run(['project', 'register', dirname(shop), '--set', 'retries=many'])).toMatchObject({
      code: 2,
    })
    const prompt = 'prompt={text}: "all" # of it'
    const { path } = await json<{ path: string }>('task', 'new', 'it', '-p', 'other', '--set', prompt)
    expect(readFileSync(path, 'utf8')).toContain('prompt: "{text}: \\"all\\" # of it"\n')
    await json('project', 'unregister', 'other')
  })

  it('complete settings and their values, also where bash takes them apart', async () => {
    const offered = async (...words: string[]) =>
      (await run(['__complete', '--', ...words])).stdout.split('\n').map((line) => line.split('\t')[0])
    const set = ['project', 'set', 'shop']
    expect(await offered(...set, 't')).toEqual(['timeout=', ':none', ''])
    expect(await offered(...set, 'agent=co')).toEqual(['agent=codex', 'agent=copilot', ':none', ''])
    expect(await offered(...set, 'agent', 'cod')).toEqual(['codex', ':none', ''])
    expect(await offered(...set, 'retries=1', '--unset', 'mod')).toEqual(['mode', 'model', ':none', ''])
    expect(await offered('project', 'register', '--set', 'mode=')).toEqual([
      ...['mode=headless', 'mode=session', ':none', ''],
    ])
    expect(await offered('project', 'register', '--set', 'mode', 's')).toEqual(['session', ':none', ''])
    expect(await offered('task', 'new', 'x', '--set', 'pri')).toEqual(['priority=', ':none', ''])
    expect(await offered(...set, 'pri')).toEqual([':none', ''])
  })

  it('complete the names of projects', async () => {
    expect((await run(['__complete', '--', 'queue', '-p', 's'])).stdout).toBe(`shop\t${shop}\n:directories\n`)
  })

  it('hold and move a task', async () => {
    const first = async () => (await json<{ tasks: { id: string }[] }>('queue')).tasks[0]?.id ?? ''
    expect(await first()).toContain('fix-the-login')
    expect(await json('task', 'move', 'edit-it', '--first')).toMatchObject({ task: { state: 'queued' } })
    expect(await first()).toContain('edit-it')
    expect((await run(['task', 'hold', await first()])).stdout).toMatch(
      /^task-edit-it-[-\d]*: held, for \d+s; somebody holds it back/,
    )
  })

  it('refuse to move a task in two ways, or to hold one that is not there', async () => {
    expect(await run(['task', 'move', 'edit-it', '--first', '--last'])).toMatchObject({ code: 2 })
    expect(await run(['task', 'hold', 'nope'])).toMatchObject({ code: 3 })
  })

  it('say which project is meant when none is named', async () => {
    expect((await run(['project', 'default'])).stdout).toBe('There is no default project.\n')
    expect((await run(['project', 'default', 'shop'])).stdout).toBe('Default: shop\n')
    expect((await run(['project', 'list'])).stdout).toMatch(/shop +ready +\S+ +the default project/)
    expect(await json('project', 'list')).toMatchObject({ default: 'shop' })
    expect(await run(['project', 'default', 'nope'])).toMatchObject({ code: 3 })
    expect(await run(['project', 'default', 'shop', '--none'])).toMatchObject({ code: 2 })
    expect(await json('project', 'default', '--none')).toEqual({ default: null })
  })

  it('disable and forget a project, and leave its files', async () => {
    expect((await run(['project', 'disable', 'shop'])).stdout).toBe('Disabled: shop\n')
    expect((await run(['project', 'show', 'shop'])).stdout).toContain('it was disabled')
    expect((await run(['project', 'unregister', 'shop'])).stdout).toBe('Unregistered: shop\n')
    expect(await json('project', 'list')).toEqual({ projects: [], default: null, problems: [] })
    expect(readFileSync(join(shop, 'tasks', 'README.md'), 'utf8')).toContain('Tasks of this project')
  })

  it('change nothing in a registry that they cannot understand', async () => {
    writeFileSync(registered, '{')
    expect(await run(['project', 'register', shop])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nothing was changed.'),
    })
    expect(readFileSync(registered, 'utf8')).toBe('{')
  })
})
