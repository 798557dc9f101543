import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { watchConfig } from '../../src/service/config-watch.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const until = (seen: () => boolean) => vi.waitUntil(seen, { timeout: 20_000 })

function watchHome() {
  const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'io-watch-')) })
  const told: string[] = []
  const failures: unknown[] = []
  stops.push(
    watchConfig(
      home,
      (path) => told.push(path),
      (error) => failures.push(error),
    ),
  )
  return { home, told, failures }
}

describe('the watch of the configuration', () => {
  it('tells of config.yaml when it is made, replaced and removed', async () => {
    const { home, told } = watchHome()
    writeFileSync(home.config, 'a')
    await until(() => told.length >= 1)
    writeFileSync(`${home.config}.new`, 'b')
    renameSync(`${home.config}.new`, home.config)
    await until(() => told.length >= 2)
    rmSync(home.config)
    await until(() => told.length >= 3)
    expect(new Set(told)).toEqual(new Set([home.config]))
  })

  it('tells of profiles in a directory that is made later, and made again', async () => {
    const { home, told } = watchHome()
    const profile = join(home.agents, 'mine.yaml')
    for (let round = 0; round < 2; round += 1) {
      mkdirSync(home.agents)
      await until(() => told.includes(home.agents))
      writeFileSync(profile, 'a')
      await until(() => told.includes(profile))
      told.length = 0
      rmSync(home.agents, { recursive: true })
      await until(() => told.includes(home.agents))
      told.length = 0
    }
  })

  it('is silent about the journal and about files that are no profiles', async () => {
    const { home, told, failures } = watchHome()
    mkdirSync(home.agents)
    await until(() => told.includes(home.agents))
    appendFileSync(home.events, '{}\n')
    writeFileSync(join(home.agents, 'notes.txt'), 'a')
    // What is told comes in the order of the changes.
    writeFileSync(join(home.agents, 'mine.yml'), 'a')
    await until(() => told.includes(join(home.agents, 'mine.yml')))
    expect(told).toEqual([home.agents, join(home.agents, 'mine.yml')])
    expect(failures).toEqual([])
  })
})
