import { appendFileSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { ensurePrivateDirectory, resolveHome } from '../../src/lib/home.ts'
import { linesOf, madeCases } from '../support/made-journal.ts'
import { run } from './cli.ts'

let directory: string
let env: NodeJS.ProcessEnv

beforeEach(() => {
  directory = mkdtempSync(join(homedir(), 'st-'))
  env = { ITERM_ORCH_HOME: directory }
  ensurePrivateDirectory(directory)
  const cases = [...madeCases(60, 10, Date.now())]
  writeFileSync(resolveHome(env).events, `${cases.flatMap(linesOf).join('\n')}\n`)
})

describe('stats', () => {
  it('shows sums, times, the commonest questions and rules, and starts no service', async () => {
    const { code, stdout } = await run(['stats'], { env })
    expect(code).toBe(0)
    for (const part of [
      '60 blockers',
      'to notice',
      'by kind',
      'permission',
      'commonest questions',
      'suggested-1',
    ]) {
      expect(stdout).toContain(part)
    }
    expect(existsSync(resolveHome(env).serviceSocket)).toBe(false)
  })

  it('suggests only what `policy check` takes, and says what it left out', async () => {
    const madeCase = (agent: string, index: number) => ({
      ...{
        session: `S${agent}`,
        agent,
        kind: 'permission',
        text: 'Run npm test?',
        at: Date.now() - index * 1_000,
      },
      ...{ noticed: 5, answered: 9, typed: 3, choice: 'approve' },
    })
    const braces = '{a,b}'.repeat(12)
    const cases = [braces, 'claude'].flatMap((agent) => [0, 1, 2, 3, 4].map((n) => madeCase(agent, n)))
    writeFileSync(resolveHome(env).events, `${cases.flatMap(linesOf).join('\n')}\n`)
    const { stdout } = await run(['stats', '--json'], { env })
    const { policy, notices } = JSON.parse(stdout)
    expect(notices).toEqual([expect.stringMatching(/^suggested-1 is left out.*pattern/)])
    const file = join(directory, 'suggested.yaml')
    writeFileSync(file, policy)
    expect(await run(['policy', 'check', file, '--json'], { env })).toMatchObject({ code: 0 })
    for (const part of ['agent: "claude"', 'evidence: "screen"', 'dryRun: true'])
      expect(policy).toContain(part)
    expect(policy).not.toContain('{a')
  })

  it('as JSON has everything, or only the facet that is asked for', async () => {
    const all = JSON.parse((await run(['stats', '--json'], { env })).stdout)
    expect(Object.keys(all.by).sort()).toEqual(['agent', 'channel', 'kind', 'person', 'task'])
    expect(all.total).toMatchObject({ cases: 60 })
    const one = JSON.parse(
      (await run(['stats', '--json', '--by', 'person', '--since', '3d'], { env })).stdout,
    )
    expect(Object.keys(one.by)).toEqual(['person'])
    expect(one.total.cases).toBeLessThan(60)
    expect(one.by.person.map(({ name }: { name: string }) => name).sort()).toEqual(['ann', 'bob'])
  })

  it('goes on where it ended', async () => {
    await run(['stats'], { env })
    const [more] = madeCases(1, 1, Date.now())
    if (more) appendFileSync(resolveHome(env).events, `${linesOf({ ...more, session: 'X' }).join('\n')}\n`)
    expect((await run(['stats'], { env })).stdout).toContain('61 blockers')
  })

  it('writes a page that only its owner can read', async () => {
    const page = join(directory, 'stats.html')
    expect(await run(['stats', '--html', page], { env })).toMatchObject({ code: 0 })
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg[\s\S]*<\/html>\n$/)
    expect(statSync(page).mode & 0o777).toBe(0o600)
    expect(await run(['stats', '--html', join(directory, 'no', 'x.html')], { env })).toMatchObject({
      code: 1,
    })
  })

  it.each([
    ['--since', 'yesterday'],
    ['--since', '0d'],
    ['--since', '2026-13-01'],
    ['--by', 'shoe'],
  ])('refuses %s %s', async (...args) => {
    expect(await run(['stats', ...args], { env })).toMatchObject({ code: 2 })
  })

  it('of nothing says so', async () => {
    const { stdout } = await run(['stats'], { env: { ITERM_ORCH_HOME: join(directory, 'other') } })
    expect(stdout).toContain('Nothing has blocked yet')
  })
})
