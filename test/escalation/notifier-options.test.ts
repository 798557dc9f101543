import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { EscalationSettings } from '../../src/escalation/ladder-rules.ts'
import { createNotifier } from '../../src/escalation/notifiers/create-notifier.ts'
import { NotifierConfigs } from '../../src/escalation/notifiers/notifier-config.ts'
import { peopleBell } from '../../src/escalation/people-bell.ts'
import { EscalationWorld } from '../support/escalation-world.ts'

const minute = 60_000
const hour = 60 * minute

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(homedir(), 'no-'))
})

describe('a notifier', () => {
  it('is told at the levels that it names, beside the mailbox that is asked there', async () => {
    const world = made([{ name: 'both', levels: ['desktop', 'human'] }, { name: 'person' }])
    const { id } = world.ask(world.session(), 'question', undefined, 'Which one?')
    await told(world, 2)
    expect(received('both')).toMatchObject([{ id, body: 'Which one?' }])
    expect(received('person')).toEqual([])
    expect(world.lines()).toMatchObject([{ id }])
    world.clock.pass(5 * minute)
    await told(world, 4)
    expect(received('both')).toHaveLength(2)
    expect(received('person')).toMatchObject([{ id }])
    expect(world.escalations.find(id).told).toMatchObject([
      { level: 'desktop', channel: 'mail', to: 'claude', state: 'told' },
      { level: 'desktop', channel: 'both', state: 'told' },
      { level: 'human', channel: 'both', state: 'told' },
      { level: 'human', channel: 'person', state: 'told' },
    ])
  })

  it('is told once at a level whose mailbox cannot be written to, while the mail is tried again', async () => {
    const world = made([{ name: 'both', levels: ['desktop', 'human'] }])
    writeFileSync(join(world.comms, 'claude'), 'no directory')
    const { id } = world.ask(world.session(), 'question', undefined)
    await told(world, 2)
    world.clock.pass(30_000)
    await vi.waitFor(() => expect(tries(world).length).toBeGreaterThan(2))
    await told(world, tries(world).length)
    expect(tries(world).filter(({ channel }) => channel === 'both')).toMatchObject([{ state: 'told' }])
    expect(received('both')).toMatchObject([{ id }])
  })

  it('with quiet: false is told in quiet hours, and the others when they end', async () => {
    const world = made([{ name: 'loud', quiet: false }, { name: 'hushed' }], quietForAnHour)
    const { id } = world.ask(world.session(), 'question', undefined)
    await told(world, 1)
    expect(received('loud')).toMatchObject([{ id }])
    expect(received('hushed')).toEqual([])
    world.clock.pass(hour - 1)
    await told(world, 1)
    expect(received('hushed')).toEqual([])
    world.clock.pass(1)
    await told(world, 3)
    expect(received('hushed')).toHaveLength(1)
    // Everybody has heard of it; nobody is reminded.
    world.clock.pass(hour)
    await told(world, 3)
    expect(received('loud')).toHaveLength(2)
  })

  it('is silent in quiet hours otherwise, at every level, but for what is critical', async () => {
    const world = made([{ name: 'both', levels: ['desktop', 'human'] }], {
      ...quietForAnHour,
      ladder: ['desktop', 'human'],
      kinds: { error: { urgency: 'critical' } },
    })
    world.ask(world.session(), 'question', undefined)
    await told(world, 1)
    world.clock.pass(10 * minute)
    expect(received('both')).toEqual([])
    const { id } = world.ask(world.session(), 'error', undefined, 'it burns')
    await vi.waitFor(() => expect(received('both')).toMatchObject([{ id }]))
  })
})

/** The clock of the worlds begins at 12:00 UTC. */
const quietForAnHour = {
  ladder: ['human'],
  remind: { limit: 0 },
  quiet_hours: { from: '11:00', to: '13:00', timezone: 'UTC' },
}

/** With real commands that write what they get on their standard input to files. */
function made(notifiers: object[], escalation: Record<string, unknown> = {}): EscalationWorld {
  const configs = NotifierConfigs.parse(
    notifiers.map((one) => ({ ...one, type: 'command', command: [command((one as { name: string }).name)] })),
  )
  const deps = { env: process.env, platform: process.platform, base: directory }
  const settings = { ladder: ['desktop', 'human'], ...escalation }
  return new EscalationWorld({
    settings,
    bell: (clock) =>
      peopleBell({
        notifiers: () => configs,
        create: (config) => createNotifier(config, deps),
        digest: () => ({ from: 100, within: 1 }),
        quiet: () => EscalationSettings.parse(settings).quiet_hours,
        clock,
      }),
  })
}

function command(name: string): string {
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\nIFS= read -r line\nprintf '%s\\n' "$line" >> '${directory}/${name}.got'\n`)
  chmodSync(path, 0o755)
  return path
}

function received(name: string): Record<string, unknown>[] {
  const path = join(directory, `${name}.got`)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

function tries(world: EscalationWorld) {
  return world.escalations.open().flatMap(({ told }) => told)
}

/** All that was going to be told has been. */
async function told(world: EscalationWorld, count: number): Promise<void> {
  await vi.waitFor(
    () => {
      expect(tries(world)).toHaveLength(count)
      expect(tries(world).filter(({ state }) => state === 'intended')).toEqual([])
    },
    { timeout: 20_000 },
  )
}
