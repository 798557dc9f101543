import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { run } from './cli.ts'

const { config, root } = resolveHome()
const project = mkdtempSync(join(process.env['HOME'] ?? '', 't-'))
mkdirSync(dirname(config), { recursive: true })
writeFileSync(
  join(project, 'iterm-orch.yaml'),
  `tasks:
  hourly: { schedule: "0 * * * *", timezone: UTC, run: ls, groups: [night] }
  often: { interval: 10m, run: ls, enabled: false }
  build: { run: make, description: Makes it }
`,
)
const here = (...args: string[]) => run(args, { cwd: project, env: { TZ: 'UTC' } })

afterEach(() => rmSync(config, { force: true }))

describe('list', () => {
  it('shows the tasks of all files with the line that defines each, without a service', async () => {
    writeFileSync(config, 'tasks: { build: { run: other }, tidy: { prompt: Tidy up. } }\n')
    const { code, stdout } = await here('list')
    expect(code).toBe(0)
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/u).slice(0, 3))
    expect(rows).toEqual([
      ['TASK', 'TYPE', 'WHEN'],
      ['build', 'one-shot', '1'],
      ['tidy', 'one-shot', '1'],
      ['hourly', 'cron', '0 * * * * (UTC), off'],
      ['often', 'cron', 'every 10m, off'],
      [''],
    ])
    expect(stdout).toMatch(/build .*iterm-orch\.yaml:4 \(hides another\) +Makes it/u)
    const { stdout: json } = await here('list', '--json')
    expect(JSON.parse(json).tasks[0]).toMatchObject({
      task: { name: 'build', cwd: project },
      line: 4,
      hides: [{ file: config, line: 1 }],
    })
  })

  it('gives programs no values that are secrets', async () => {
    const file = join(root, 'secrets.yaml')
    writeFileSync(
      file,
      `tasks:
  push: { run: "curl -H 'Authorization: Bearer abcdefghijklmnop123456' x", env: { DEPLOY_TOKEN: hunter2, CI: "1" } }
`,
    )
    const { stdout } = await here('list', '--json', '-f', file)
    expect(stdout).not.toMatch(/hunter2|abcdefghijklmnop/u)
    const { task } = JSON.parse(stdout).tasks.find((one: { line: number; file: string }) => one.file === file)
    expect(task.env).toEqual({ DEPLOY_TOKEN: '[redacted]', CI: '1' })
  })

  it('goes on with the other files when one is wrong, and says where', async () => {
    const wrong = join(root, 'wrong.yaml')
    writeFileSync(wrong, 'tasks:\n  a:\n    rum: ls\n')
    const { code, stdout, stderr } = await here('list', '-f', wrong)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `${wrong}:3:5: tasks.a.rum: is no key here; did you mean "run"?\n`,
    })
    expect(stdout).toContain('hourly')
    expect(JSON.parse((await here('list', '--json', '-f', wrong)).stdout).problems).toHaveLength(1)
  })

  it('knows the tasks of the example', async () => {
    const cwd = fileURLToPath(new URL('../../examples/tasks', import.meta.url))
    const { code, stdout } = await run(['list'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^nightly-audit +cron/mu)
  })
})

describe('next', () => {
  it('shows the coming runs of what is enabled: not of a project, before somebody enabled it', async () => {
    expect((await here('next')).stdout).toMatch(/^Nothing is to come/u)
    writeFileSync(config, 'tasks: { hour: { schedule: "0 * * * *", timezone: UTC, run: ls } }\n')
    const { stdout } = await here('next', '--json', '-n', '3')
    const { runs } = JSON.parse(stdout) as { runs: { task: string; slot: string; start: string }[] }
    expect(runs.map(({ task }) => task)).toEqual(['hour', 'hour', 'hour'])
    for (const { slot } of runs) expect(slot).toMatch(/:00:00\.000Z$/u)
    const table = (await here('next', '-n', '1')).stdout.split('\n')
    expect(table[1]).toMatch(/^\w{3} \d{4}-\d\d-\d\d \d\d:00:00 .* hour +0 \* \* \* \* \(UTC\)$/u)
  })

  it('shows those of named tasks and groups, whether they are enabled or not', async () => {
    expect((await here('next', 'oft*', '-n', '1')).stdout).toMatch(/often +every 10m/u)
    expect((await here('next', '@night', '-n', '1')).stdout).toMatch(/hourly/u)
    expect(await here('next', 'hourli')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Did you mean hourly?'),
    })
  })
})
