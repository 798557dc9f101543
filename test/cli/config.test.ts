import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { json, run, stopAll } from './cli.ts'

const { config, root } = resolveHome()
const schemaFile = join(dirname(config), 'config.schema.json')

beforeEach(() => {
  for (const path of [config, schemaFile]) rmSync(path, { force: true })
})
afterAll(stopAll)

describe('config', () => {
  it('begins a file in which nothing is said yet, and keeps one that is there', async () => {
    expect(await run(['config', 'init'])).toMatchObject({
      code: 0,
      stdout: `Written: ${config}\nWritten: ${schemaFile}\n`,
    })
    expect(statSync(config).mode & 0o777).toBe(0o600)
    expect(await json('config', 'check')).toEqual({ file: config, valid: true, problems: [] })
    writeFileSync(config, 'agent: codex\n')
    const again = await run(['config', 'init'])
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was written') })
    expect(readFileSync(config, 'utf8')).toBe('agent: codex\n')
  })

  it('has examples that are valid when they are taken up', async () => {
    await run(['config', 'init'])
    const taken = readFileSync(config, 'utf8').replace(/^# (?=[ \w]+:(?: [\w~]|$)| {2})/gmu, '')
    expect(taken).toMatch(/^agent: claude$/mu)
    writeFileSync(config, taken)
    expect((await run(['config', 'check'])).stdout).toBe(`${config} is valid.\n`)
  })

  it('says with line and column what is wrong, in any file', async () => {
    const file = join(root, 'other.yaml')
    writeFileSync(file, 'agent: claude\nterminal: screen\nfoo: 1\n')
    const { code, stdout } = await run(['config', 'check', file])
    expect(code).toBe(2)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${file}:2:\\d+: terminal: `)),
      expect.stringContaining(`${file}:3:1: foo: is no key here; there are terminal, agent, agents, tasks,`),
      '',
    ])
    const checked = await run(['config', 'check', '--json', file])
    expect(checked.code).toBe(2)
    expect(JSON.parse(checked.stdout)).toMatchObject({
      valid: false,
      problems: [
        { line: 2, field: 'terminal' },
        { line: 3, column: 1, field: 'foo' },
      ],
    })
    writeFileSync(file, 'agent: [\n')
    expect(await run(['config', 'check', file])).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^.*other\.yaml:\d+:\d+: /),
    })
    expect((await run(['config', 'check', join(root, 'none.yaml')])).code).toBe(2)
  })

  it('looks at the file of the project around here as well, and begins one', async () => {
    const project = mkdtempSync(join(process.env['HOME'] ?? '', 'p-'))
    const cwd = join(project, 'deep')
    mkdirSync(cwd)
    const file = join(project, 'iterm-orch.yaml')
    const inProject = (...args: string[]) => run(['config', ...args], { cwd: project })
    expect(await inProject('init', '--project')).toMatchObject({ code: 0, stdout: `Written: ${file}\n` })
    expect(await inProject('init', '--project')).toMatchObject({ code: 2 })
    const checked = await run(['config', 'check'], { cwd })
    expect(checked.stdout).toBe(`${config} does not exist: all is as by default.\n${file} is valid.\n`)
    const [, ...rest] = readFileSync(file, 'utf8').split('\n')
    const taken = rest.map((line) => line.replace('# ', '')).join('\n')
    writeFileSync(file, taken)
    const valid = await run(['config', 'check', '--json'], { cwd })
    expect(JSON.parse(valid.stdout)).toMatchObject({ file: config, project: { file, valid: true } })
    writeFileSync(file, taken.replace('needs: [build]', 'needs: [biuld]'))
    const wrong = await run(['config', 'check', file])
    expect(wrong).toMatchObject({
      code: 2,
      stdout: `${file}:8:13: tasks.nightly-audit.needs[0]: there is no task "biuld"; did you mean "build"?\n`,
    })
  })

  it('takes a home without a file for one that says nothing', async () => {
    expect(await json('config', 'check')).toMatchObject({ valid: true })
    expect(existsSync(config)).toBe(false)
  })

  it('prints its schema, the one that stands beside a new file', async () => {
    const { stdout } = await run(['config', 'schema'])
    await run(['config', 'init'])
    expect(readFileSync(schemaFile, 'utf8')).toBe(stdout)
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { agent: {}, tasks: {} } })
    const tasks = JSON.parse((await run(['config', 'schema', '--tasks'])).stdout)
    expect(Object.keys(tasks.properties)).toEqual(['tasks', 'concurrency'])
  })
})

describe('launch with a broken config.yaml', () => {
  it('goes on with the one of before, and says so to people and to programs', async () => {
    writeFileSync(config, 'agent: claude\n')
    await json('service', 'start')
    writeFileSync(config, 'agent: [\n')
    const launched = await json<{ notice: string; sessions: object[] }>('launch', 'one', '--', 'cat')
    expect(launched.sessions).toHaveLength(1)
    expect(launched.notice).toContain('The configuration of before was used')
    const { code, stdout, stderr } = await run(['launch', 'two', '--', 'cat'])
    expect(code).toBe(0)
    expect(stdout).not.toContain('configuration')
    expect(stderr).toContain(`The configuration of before was used: ${config} is not valid`)
    writeFileSync(config, 'agent: claude\n')
    expect(await json('launch', 'three', '--', 'cat')).not.toHaveProperty('notice')
  })
})
