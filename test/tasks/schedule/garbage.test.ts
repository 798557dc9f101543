// What the disk gives back of the state is not what was written. More of it: GARBAGE=2000 npx vitest run test/tasks/schedule/garbage.test.ts
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type FileLock, tryLockFile } from '../../../src/lib/lock-file.ts'
import { ownIdentity } from '../../../src/lib/process-identity.ts'
import { commandHash } from '../../../src/runner/command-hash.ts'
import type { Run } from '../../../src/runner/run.ts'
import { writeRun } from '../../../src/runner/run-files.ts'
import { runFile, runLockFile } from '../../../src/runner/run-paths.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import { writePidFile } from '../../../src/runner/take-run.ts'
import type { Scheduler } from '../../../src/tasks/schedule/scheduler.ts'
import { TaskControls } from '../../../src/tasks/schedule/task-controls.ts'
import { TaskDesk } from '../../../src/tasks/schedule/task-desk.ts'
import { garbage } from '../../support/garbage.ts'
import { HomeWithTasks, noon } from './home-with-tasks.ts'

const numRuns = Number(process.env['GARBAGE'] ?? 12)
const minute = 60_000
const at = (minutes: number) => new Date(noon + minutes * minute).toISOString()
const yaml = `tasks:
  tick: { schedule: "*/10 * * * *", timezone: UTC, overlap: queue, catch_up: all, run: "true" }
  other: { schedule: "0 3 1 1 *", run: "true" }
  long: { run: "true", alerts: [{ on: failed, severity: critical }] }
`
/** That of the run whose process this is. */
let lock: FileLock | undefined
let place: HomeWithTasks | undefined

afterEach(() => {
  letGo()
  place?.end()
  place = undefined
})

/** The process of the run is gone. */
function letGo(): void {
  lock?.release()
  lock = undefined
}

/** A home whose service has ended at 12:25: two slots of tick were run, and long is running in this very process. */
async function homeAtWork(): Promise<{ home: HomeWithTasks; run: Run }> {
  const home = new HomeWithTasks(yaml)
  place = home
  const scheduler = await home.start()
  const run = queue(scheduler, 'long')
  const own = { ...ownIdentity(), command: commandHash(process.pid) ?? '' }
  lock = tryLockFile(runLockFile(home.home, run))
  if (!lock) throw new Error('nobody else has it')
  const begun: Run = { ...run, state: 'running', reason: 'it begins', process: own, startedAt: at(0) }
  writePidFile(home.home, run, own)
  writeRun(home.home, begun)
  scheduler.board.refresh(begun)
  home.pass(25 * minute)
  scheduler.controls.change('other', { enabled: false })
  await settled(home, scheduler)
  scheduler.stop()
  return { home, run: begun }
}

function queue(scheduler: Scheduler, task: string): Run {
  const loaded = scheduler.definitions.get(task)
  if (!loaded) throw new Error(`${task} is defined`)
  return scheduler.queue(loaded, { cause: { kind: 'manual' } })
}

/** Every run of tick has ended: its process ends at once, without a word. */
async function settled(home: HomeWithTasks, scheduler: Scheduler): Promise<void> {
  await expect
    .poll(
      () => {
        home.pass(10)
        return home.runs('tick').every(isOver) && scheduler.board.openOf('tick').length === 0
      },
      { interval: 10, timeout: 10_000 },
    )
    .toBe(true)
}

const files = ['open.json', 'controls.json', 'definitions.json', 'alerts.json', 'tick/schedule.json'] as const

describe('state files that are garbage', () => {
  it(
    'keep no service from starting; no slot is lost or run twice, what runs goes on, and it is told',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.subarray([...files], { minLength: 1 }),
          fc.infiniteStream(fc.nat()),
          async (broken, seeds) => {
            const { home } = await homeAtWork()
            const written = new Map<string, Buffer>()
            for (const name of broken) {
              const path = join(home.home.tasks, name)
              const before = existsSync(path) ? readFileSync(path, 'utf8') : '{"version":1}'
              const seed = Number(seeds.next().value)
              const [bytes = new Uint8Array()] = fc.sample(garbage(before), { seed, numRuns: 1 })
              writeFileSync(path, bytes)
              written.set(path, Buffer.from(bytes))
            }
            home.jump(10 * minute)
            const scheduler = await home.start()
            home.pass(10 * minute)
            await settled(home, scheduler)
            const kept = home.setAside()
            for (const path of kept) {
              expect(
                written.get(path.replace(/(?:\.replaced)?\.broken$/u, ''))?.equals(readFileSync(path)),
              ).toBe(true)
              expect(scheduler.damage.notices.join('\n')).toContain(path)
            }
            expect(scheduler.unready).toBeUndefined()
            expect(scheduler.board.openOf('long')).toMatchObject([{ state: 'running' }])
            expect(home.runs('long')).toHaveLength(1)
            // A digit may have become another: that is no garbage to anybody.
            if (kept.length === broken.length) {
              expect(home.slots('tick')).toEqual([10, 20, 30, 40].map(at))
              expect(scheduler.controls.of('other').enabled).toBe(false)
            } else expect(new Set(home.slots('tick')).size).toBe(home.slots('tick').length)
            home.end()
            letGo()
          },
        ),
        { numRuns },
      )
    },
    60_000 + numRuns * 2_000,
  )

  it('do not undo what people have decided: it is read from a copy', async () => {
    const { home } = await homeAtWork()
    const path = join(home.home.tasks, 'controls.json')
    const before = readFileSync(path, 'utf8')
    for (const broken of ['', 'garbage', '{"version":1,"tasks":[]}']) {
      writeFileSync(path, broken)
      const controls = new TaskControls(home.home)
      controls.look(() => expect.unreachable())
      expect(controls.of('other').enabled).toBe(false)
      const scheduler = await home.start()
      expect(scheduler.controls.of('other').enabled).toBe(false)
      expect(scheduler.damage.notices.at(-1)).toMatch(/replaced\.broken.*was read from its copy/u)
      expect(readFileSync(path, 'utf8')).toBe(before)
      scheduler.stop()
    }
    expect(home.setAside().map((kept) => readFileSync(kept, 'utf8'))).toContain('garbage')
  })

  it('are told of by the next services, too, until somebody has removed them', async () => {
    const { home } = await homeAtWork()
    const path = join(home.home.tasks, 'controls.json')
    for (const each of [path, `${path}.bak`]) writeFileSync(each, 'garbage')
    ;(await home.start()).stop()
    const next = await home.start()
    const desk = new TaskDesk(home.home, next, async () => undefined)
    expect(desk.notices).toEqual([
      expect.stringMatching(/controls\.json\.bak\.broken could not be understood: the copy/u),
      expect.stringMatching(
        /controls\.json\.broken could not be understood: what was enabled, .* has to be done again/u,
      ),
    ])
    for (const each of [path, `${path}.bak`]) rmSync(`${each}.broken`)
    expect(desk.notices).toEqual([])
  })

  it('that the system refuses to give are waited for: nothing that was disabled is started', async () => {
    const { home } = await homeAtWork()
    const path = join(home.home.tasks, 'controls.json')
    const before = readFileSync(path)
    rmSync(path)
    symlinkSync(path, path)
    const scheduler = await home.start()
    const desk = new TaskDesk(home.home, scheduler, async () => undefined)
    expect(desk.problems.join()).toContain('controls.json cannot be read: ELOOP')
    expect(() => desk.disable(['tick'])).toThrow('The state of the tasks cannot be read')
    scheduler.reload()
    home.pass(20 * minute)
    expect(home.slots('tick')).toEqual([10, 20].map(at))
    rmSync(path)
    writeFileSync(path, before)
    home.pass(10_000)
    await expect.poll(() => scheduler.unready).toBeUndefined()
    expect(scheduler.controls.of('other').enabled).toBe(false)
    await settled(home, scheduler)
    expect(home.slots('tick')).toEqual([10, 20, 30, 40].map(at))
  })
})

describe('a schedule whose record is garbage', () => {
  it('goes on from the latest run, makes up for what was missed, and says so', async () => {
    const { home } = await homeAtWork()
    const path = join(home.home.tasks, 'tick', 'schedule.json')
    writeFileSync(path, '')
    home.jump(30 * minute)
    const first = await home.start()
    expect(first.damage.notices.join()).toContain(
      `the schedule of tick goes on from the slot of its latest run, ${at(20)}`,
    )
    first.stop()
    const second = await home.start()
    home.pass(1)
    expect(home.slots('tick')).toEqual([10, 20, 30, 40, 50].map(at))
    expect(second.damage.notices).toHaveLength(1)
  })

  it('begins now when no run says how far it was followed, and says that', async () => {
    const { home } = await homeAtWork()
    rmSync(join(home.home.tasks, 'tick', 'runs'), { recursive: true })
    writeFileSync(join(home.home.tasks, 'tick', 'schedule.json'), 'garbage')
    home.jump(30 * minute)
    const scheduler = await home.start()
    home.pass(10 * minute)
    expect(home.slots('tick')).toEqual([at(60)])
    expect(scheduler.damage.notices.join()).toContain('what was due before is not made up for')
  })

  it('does not go on from a run of another schedule', async () => {
    const { home } = await homeAtWork()
    home.write(yaml.replace('*/10', '*/5'))
    writeFileSync(join(home.home.tasks, 'tick', 'schedule.json'), 'garbage')
    await home.start()
    home.pass(5 * minute)
    expect(home.slots('tick')).toEqual([10, 20, 30].map(at))
  })
})

describe('a run whose record is garbage', () => {
  it.each(['{"version":1', '{}', '{"version":2}'])(
    '(%s) goes on, and is known again as soon as its process writes',
    async (text) => {
      const { home, run } = await homeAtWork()
      writeFileSync(runFile(home.home, run), text)
      const scheduler = await home.start()
      expect(scheduler.board.openOf('long')).toMatchObject([{ id: run.id, process: { pid: process.pid } }])
      expect(scheduler.board.isStandIn(run)).toBe(true)
      expect(readFileSync(runFile(home.home, run), 'utf8')).toBe(text)
      const variables = { A: 'its own' }
      writeRun(home.home, { ...run, variables })
      scheduler.board.refresh(run)
      expect(scheduler.board.get(run.id)).toMatchObject({ variables })
      expect(scheduler.board.isStandIn(run)).toBe(false)
      expect(home.setAside()).toEqual([])
    },
  )

  it.each([
    ['garbage', 'could not be understood', 1],
    [undefined, 'was removed', 0],
  ])(
    '(%s) and whose process is gone, is failed with the reason, told of, and not run again',
    async (text, why, kept) => {
      const { home, run } = await homeAtWork()
      const scheduler = await home.start()
      const path = runFile(home.home, run)
      if (text === undefined) rmSync(path)
      else writeFileSync(path, text)
      letGo()
      home.pass(2_000)
      await expect.poll(() => scheduler.board.lastOf('long')?.state).toBe('failed')
      expect(home.runs('long')).toMatchObject([
        { id: run.id, state: 'failed', reason: expect.stringContaining(why) },
      ])
      expect(home.told.filter(({ task }) => task === 'long')).toMatchObject([
        { task: 'long', on: 'failed', severity: 'critical' },
      ])
      expect(home.setAside()).toHaveLength(kept)
      expect(scheduler.damage.notices).toHaveLength(kept)
    },
  )

  it('like the list of open runs, is found all the same', async () => {
    const { home, run } = await homeAtWork()
    writeFileSync(runFile(home.home, run), 'garbage')
    writeFileSync(join(home.home.tasks, 'open.json'), 'garbage')
    letGo()
    const scheduler = await home.start()
    expect(scheduler.board.lastOf('long')).toMatchObject({ id: run.id, state: 'failed' })
    expect(home.told.filter(({ task }) => task === 'long')).toMatchObject([{ task: 'long', on: 'failed' }])
    expect(home.setAside().map((path) => basename(path))).toEqual(
      expect.arrayContaining(['open.json.broken', `${run.id}.json.broken`]),
    )
    expect(home.runs('tick')).toHaveLength(2)
  })

  it('and was over long ago, is left where it is, and counted', async () => {
    const { home } = await homeAtWork()
    const [old] = home.runs('tick')
    if (!old) throw new Error('tick was run')
    writeFileSync(runFile(home.home, old), 'garbage')
    const scheduler = await home.start()
    const told = () => home.logged.filter((line) => line.includes('a run cannot be read'))
    const unreadable = () =>
      expect(scheduler.board.history('tick', 10)).toMatchObject({
        runs: [{ state: 'failed' }],
        unreadable: 1,
      })
    unreadable()
    unreadable()
    expect(told()).toHaveLength(1)
    writeFileSync(runFile(home.home, old), '{}')
    unreadable()
    unreadable()
    expect(told()).toHaveLength(2)
    expect(home.setAside()).toEqual([])
  })
})

it('finds a run that goes on behind one that is over, without the list of open runs', async () => {
  const { home, run } = await homeAtWork()
  const skipped: Run = {
    ...run,
    id: run.id.replace(/^./u, '1'),
    state: 'skipped',
    reason: 'r',
    endedAt: at(1),
  }
  writeRun(home.home, skipped)
  rmSync(join(home.home.tasks, 'open.json'))
  const scheduler = await home.start()
  expect(scheduler.board.openOf('long')).toMatchObject([{ id: run.id }])
})
