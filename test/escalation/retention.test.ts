import { existsSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Escalation } from '../../src/escalation/escalation.ts'
import { EscalationStore } from '../../src/escalation/escalation-store.ts'
import { EscalationSettings } from '../../src/escalation/ladder-rules.ts'
import { Retention } from '../../src/escalation/retention.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { anEscalation, iso } from '../support/an-escalation.ts'
import { aMoment, EscalationWorld, PlayedSession } from '../support/escalation-world.ts'
import { FakeClock } from '../support/fake-clock.ts'

const day = 86_400_000
const person = { from: 'human', via: 'cli' as const }

describe('the record of an escalation that is over', () => {
  it('is deleted 90 days after its end: at the start, and once a day', () => {
    const { directory, store, clock, retention } = made()
    closed(directory, store, 'a', aMoment - 91 * day)
    closed(directory, store, 'b', aMoment - 90 * day + 1)
    closed(directory, store, 'c', aMoment - 88.5 * day)
    retention().start()
    expect(left(directory)).toEqual(['b', 'c'])
    clock.pass(day - 1)
    expect(left(directory)).toEqual(['b', 'c'])
    clock.pass(1)
    expect(left(directory)).toEqual(['c'])
    clock.pass(day)
    expect(left(directory)).toEqual([])
  })

  it('is kept as long as the configuration says, also when that is changed', () => {
    const { directory, store, clock, retention } = made()
    let keep = '2h'
    const running = retention({ settings: () => EscalationSettings.parse({ keep }) })
    closed(directory, store, 'a', aMoment - 3_600_000)
    running.start()
    expect(left(directory)).toEqual(['a'])
    keep = '3d'
    clock.pass(day)
    expect(left(directory)).toEqual(['a'])
    keep = '1d'
    clock.pass(day)
    expect(left(directory)).toEqual([])
    running.stop()
    closed(directory, store, 'b', aMoment - 99 * day)
    clock.pass(2 * day)
    expect(left(directory)).toEqual(['b'])
  })

  it('is kept while its session runs, and goes when that has ended', () => {
    const { directory, store, clock, retention } = made()
    const session = new PlayedSession()
    closed(directory, store, 'a', aMoment - 99 * day, { session: session.id })
    retention({ subject: (id) => (id === session.id ? session : undefined) }).start()
    expect(left(directory)).toEqual(['a'])
    session.record = { ...session.record, exit: { reason: 'it ended', at: iso(aMoment), lastScreen: [] } }
    clock.pass(day)
    expect(left(directory)).toEqual([])
  })

  it.each<[string, (file: string) => void]>([
    ['cannot be read', (file) => old(file, '{"version":1,"id":"')],
    ['says that it is open', (file) => old(file, record({ closedAt: iso(aMoment - 99 * day) }))],
    ['does not say when it ended', (file) => old(file, record({ outcome: 'answered' }))],
    [
      'says that it ended lately',
      (file) => old(file, record({ outcome: 'answered', closedAt: iso(aMoment - day) })),
    ],
  ])('is left alone byte for byte when it %s', (_, write) => {
    const { directory, retention } = made()
    const file = join(directory, 'closed', `${id('a')}.json`)
    write(file)
    const before = readFileSync(file, 'utf8')
    retention().start()
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it('is left alone while somebody is still to be told, and where an open one has its id', () => {
    const { directory, store, retention } = made()
    closed(directory, store, 'a', aMoment - 99 * day)
    closed(directory, store, 'b', aMoment - 99 * day)
    writeFileSync(join(directory, `${id('a')}.json`), record({}))
    store.save(anEscalation({ id: id('b') }))
    retention().start()
    expect(left(directory)).toEqual(['a', 'b'])
    expect(readdirSync(directory).sort()).toEqual([`${id('a')}.json`, `${id('b')}.json`, 'closed'])
  })

  it('goes at the next time when the service was stopped in between, and the others are whole', () => {
    const { directory, store, clock, retention } = made()
    for (const letter of ['a', 'b', 'c', 'd']) closed(directory, store, letter, aMoment - 99 * day)
    closed(directory, store, 'e', aMoment - day)
    let seen = 0
    const stopped = retention({
      subject: () => {
        seen += 1
        if (seen === 3) throw new Error('stopped')
        return undefined
      },
    })
    stopped.start()
    expect(left(directory)).toEqual(['c', 'd', 'e'])
    expect(store.all()).toMatchObject({ escalations: [{}, {}, {}], unreadable: [] })
    clock.pass(day)
    expect(left(directory)).toEqual(['e'])
  })
})

it('a service that starts forgets what is old, and keeps what is open and what has just ended', async () => {
  const world = new EscalationWorld()
  const gone = world.ask(world.session(), 'question', undefined)
  const open = world.ask(world.session(), 'question', undefined)
  await world.escalations.answer(gone.id, { text: 'yes' }, person)
  world.sessions.delete(world.escalations.find(gone.id).session)
  const store = new EscalationStore(world.directory)
  closed(world.directory, store, 'a', aMoment - 91 * day)
  await world.restart()
  expect(() => world.escalations.find(id('a'))).toThrow('There is no escalation')
  expect(world.escalations.find(gone.id).outcome).toBe('answered')
  expect(world.escalations.open().map((one) => one.id)).toEqual([open.id])
})

function made() {
  const directory = join(mkdtempSync(join(process.env['HOME'] ?? '', 're-')), 'escalations')
  const store = new EscalationStore(directory)
  store.load()
  const clock = new FakeClock(aMoment)
  const settings = () => EscalationSettings.parse({})
  const options = { store, clock, log: silentLogger(), settings, subject: () => undefined }
  const retention = (changes: Partial<ConstructorParameters<typeof Retention>[0]> = {}) =>
    new Retention({ ...options, ...changes })
  return { directory, store, clock, retention }
}

function id(letter: string): string {
  return `0mm1abcde${letter.repeat(11)}`
}

function record(changes: Partial<Escalation>): string {
  return JSON.stringify(anEscalation({ id: id('a'), ...changes }))
}

function old(file: string, content: string): void {
  writeFileSync(file, content)
  utimesSync(file, new Date(aMoment - 99 * day), new Date(aMoment - 99 * day))
}

function closed(
  directory: string,
  store: EscalationStore,
  letter: string,
  at: number,
  changes: Partial<Escalation> = {},
): void {
  store.save(anEscalation({ id: id(letter), outcome: 'answered', closedAt: iso(at), ...changes }))
  const file = join(directory, 'closed', `${id(letter)}.json`)
  expect(existsSync(file)).toBe(true)
  utimesSync(file, new Date(at), new Date(at))
}

/** Of the closed ones. */
function left(directory: string): string[] {
  return readdirSync(join(directory, 'closed'))
    .map((name) => name.charAt(9))
    .sort()
}
