import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { writeRun } from '../../../src/runner/run-files.ts'
import type { Scheduler } from '../../../src/tasks/schedule/scheduler.ts'
import { TaskDesk } from '../../../src/tasks/schedule/task-desk.ts'
import { HomeWithTasks, noon } from './home-with-tasks.ts'

const minute = 60_000
const hour = 60 * minute
let place: HomeWithTasks | undefined

function homeWith(tasks: string): HomeWithTasks {
  place = new HomeWithTasks(`tasks:\n${tasks}`)
  return place
}

afterEach(() => {
  place?.end()
  place = undefined
})

const tick = (more = '') =>
  `  tick: { type: cron, schedule: "*/10 * * * *", timezone: UTC, overlap: queue, run: "true"${more} }\n`
const at = (ms: number) => new Date(noon + ms).toISOString()

describe('the schedule of a task', () => {
  it('makes a run for each slot, however the clock is looked at', async () => {
    const home = homeWith(tick())
    await home.start()
    home.pass(35 * minute)
    expect(home.slots('tick')).toEqual([at(10 * minute), at(20 * minute), at(30 * minute)])
  })

  it('goes on where a service that died had left it: nothing is lost, nothing doubled', async () => {
    const home = homeWith(tick())
    const first = await home.start()
    home.pass(15 * minute)
    first.stop()
    home.pass(4 * minute)
    await home.start()
    home.pass(12 * minute)
    expect(home.slots('tick')).toEqual([at(10 * minute), at(20 * minute), at(30 * minute)])
  })

  it('knows a slot that was taken right before a crash from its run alone', async () => {
    const home = homeWith(tick())
    const first = await home.start()
    home.pass(10 * minute)
    first.stop()
    // As if it had been killed between the record of the run and that of the slot.
    const record = {
      version: 1,
      taken: noon,
      schedule: JSON.stringify(first.definitions.get('tick')?.task.schedule),
    }
    writeFileSync(join(home.home.tasks, 'tick', 'schedule.json'), JSON.stringify(record))
    await home.start()
    home.pass(5 * minute)
    expect(home.slots('tick')).toEqual([at(10 * minute)])
  })

  it.each([
    ['none', 0],
    ['last', 1],
    ['all', 6],
  ])('after an hour of sleep, with catch_up: %s, makes up for %i runs', async (rule, count) => {
    const home = homeWith(tick(`, catch_up: ${rule}, alerts: [{ on: missed }]`))
    await home.start()
    home.jump(hour + 5 * minute)
    home.pass(minute)
    expect(home.slots('tick')).toHaveLength(count)
    home.pass(10 * minute)
    expect(home.slots('tick')).toHaveLength(count + 1)
    const left = count === 6 ? [] : [6 - count]
    expect(home.told.map(({ count: missed }) => missed)).toEqual(left)
    const records = home.runs('tick').filter(({ missed }) => missed)
    expect(records.map(({ state, missed }) => [state, missed?.count])).toEqual(
      left.map((each) => ['skipped', each]),
    )
    expect(records.map(({ reason }) => reason).join()).toContain(left.length > 0 ? at(10 * minute) : '')
  })

  it('runs no slot twice when the clock is set back for an hour', async () => {
    const home = homeWith(tick())
    await home.start()
    home.pass(25 * minute)
    home.jump(-hour)
    home.pass(hour)
    expect(home.slots('tick')).toEqual([at(10 * minute), at(20 * minute)])
    home.pass(10 * minute)
    expect(home.slots('tick')).toEqual([at(10 * minute), at(20 * minute), at(30 * minute)])
  })

  it('goes on at once when the clock had been a year ahead', async () => {
    const home = homeWith(tick())
    await home.start()
    home.pass(10 * minute)
    home.jump(-365 * 24 * hour)
    home.pass(21 * minute)
    expect(home.slots('tick').length).toBeGreaterThanOrEqual(3)
  })

  it('keeps a slot whose run cannot be written, and tries again until it can', async () => {
    const home = homeWith(tick())
    await home.start()
    const inTheWay = join(home.home.tasks, 'tick', 'runs')
    writeFileSync(inTheWay, 'no directory, so no file can be made in it')
    home.pass(11 * minute)
    rmSync(inTheWay)
    expect(home.slots('tick')).toEqual([])
    home.pass(minute)
    expect(home.slots('tick')).toEqual([at(10 * minute)])
  })

  it('has missed nothing when the task was disabled meanwhile', async () => {
    const home = homeWith(tick())
    const scheduler = await home.start()
    scheduler.controls.change('tick', { enabled: false })
    scheduler.reload()
    home.pass(hour)
    scheduler.controls.change('tick', { enabled: true })
    scheduler.reload()
    home.pass(10 * minute)
    expect(home.slots('tick')).toEqual([at(hour + 10 * minute)])
  })

  it('stays in force while the file is broken, also for the next service, and runs keep their definition', async () => {
    const home = homeWith(tick())
    const first = await home.start()
    home.write('tasks:\n  tick: { type: cron, scedule: "* * * * *", run: "false" }\n')
    first.reload()
    expect(first.definitions.problems.join()).toContain('config.yaml:2')
    first.stop()
    const second = await home.start()
    home.pass(10 * minute)
    expect(home.runs('tick')).toMatchObject([{ definition: { steps: [{ action: { run: 'true' } }] } }])
    home.write(`tasks:\n${tick().replace('"true"', '"false"')}`)
    second.reload()
    home.pass(10 * minute)
    const commands = home.runs('tick').map(({ definition: { steps } }) => steps[0]?.action)
    expect(commands).toMatchObject([{ run: 'true' }, { run: 'false' }])
  })
})

describe('a run', () => {
  it('whose process ends before its first word is failed with the reason, not running', async () => {
    const home = homeWith('  once: { run: "true", alerts: [{ on: failed, severity: critical }] }\n')
    const scheduler = await home.start()
    const loaded = scheduler.definitions.get('once')
    if (!loaded) throw new Error('it is defined')
    const ended = new Promise<void>((resolve) =>
      scheduler.on('changed', () => {
        if (scheduler.board.lastOf('once')) resolve()
      }),
    )
    scheduler.queue(loaded, { cause: { kind: 'manual' } })
    scheduler.wake()
    await ended
    expect(home.runs('once')).toMatchObject([
      { state: 'failed', reason: expect.stringContaining('before it began') },
    ])
    expect(home.told).toMatchObject([{ task: 'once', on: 'failed', severity: 'critical', count: 1 }])
    scheduler.stop()
    await home.start()
    expect(home.told).toHaveLength(1)
  })

  it('that ended while no service was there is told of once', async () => {
    const home = homeWith('  once: { run: "true", alerts: [{ on: failed }] }\n')
    const scheduler = await home.start(['/bin/sleep', '1000', '#'])
    const loaded = scheduler.definitions.get('once')
    if (!loaded) throw new Error('it is defined')
    const run = scheduler.queue(loaded, { cause: { kind: 'manual' } })
    scheduler.stop()
    writeRun(home.home, { ...run, state: 'failed', reason: 'exit code 7', endedAt: at(0), updatedAt: at(1) })
    const second = await home.start()
    expect(home.told).toMatchObject([{ text: 'exit code 7' }])
    expect(second.board.open()).toEqual([])
    second.stop()
    await home.start()
    expect(home.told).toHaveLength(1)
  })

  it('that is done counts for what needs it, although a slot of its schedule was left out meanwhile', async () => {
    const home = homeWith(
      '  build: { schedule: "*/10 * * * *", timezone: UTC, run: "true" }\n  report: { run: "true", needs: [build] }\n',
    )
    const scheduler = await home.start(['/bin/sleep', '1000', '#'])
    const loaded = scheduler.definitions.get('report')
    if (!loaded) throw new Error('it is defined')
    scheduler.queue(loaded, { cause: { kind: 'manual' } })
    scheduler.wake()
    home.pass(10 * minute)
    const [needed, slot] = home.runs('build')
    expect(slot).toMatchObject({ state: 'skipped', cause: { scheduledFor: at(10 * minute) } })
    if (!needed) throw new Error('it was queued')
    const endedAt = new Date(Date.parse(slot?.endedAt ?? '') + 1_000).toISOString()
    writeRun(home.home, { ...needed, state: 'completed', reason: 'done', endedAt, updatedAt: endedAt })
    scheduler.board.refresh(needed)
    expect(scheduler.board.lastOf('build')).toMatchObject({ id: needed.id, state: 'completed' })
  })

  it('is queued after what it needs, and skipped with the reason when that fails', async () => {
    const home = homeWith('  build: { run: "true" }\n  report: { run: "true", needs: [build] }\n')
    const scheduler = await home.start()
    const loaded = scheduler.definitions.get('report')
    if (!loaded) throw new Error('it is defined')
    const over = new Promise<void>((resolve) =>
      scheduler.on('changed', () => {
        if (scheduler.board.lastOf('report')) resolve()
      }),
    )
    scheduler.queue(loaded, { cause: { kind: 'manual' } })
    expect(home.runs('build')).toMatchObject([{ cause: { kind: 'dependency', by: 'report' } }])
    scheduler.wake()
    await over
    expect(home.runs('report')).toMatchObject([
      { state: 'skipped', reason: 'it needs build, which did not succeed' },
    ])
  })
})

it('holds a daemon that was stopped, also for the next service, until it is enabled again', async () => {
  const home = homeWith('  web: { type: daemon, enabled: true, run: "sleep 1000" }\n')
  const first = await home.start(['/bin/sleep', '1000', '#'])
  const desk = (scheduler: Scheduler) => new TaskDesk(home.home, scheduler, async () => undefined)
  const idle = { state: 'idle', reason: 'stopped by a command' }
  expect(home.runs('web')).toHaveLength(1)
  const [run] = home.runs('web')
  if (!run) throw new Error('it was started')
  writeRun(home.home, { ...run, state: 'stopped', reason: 'r', endedAt: at(0), updatedAt: at(1) })
  first.controls.change('web', { held: true })
  first.board.refresh(run)
  expect(await desk(first).statuses(['web'], false)).toMatchObject([idle])
  first.stop()
  const second = await home.start(['/bin/sleep', '1000', '#'])
  home.pass(hour)
  expect(await desk(second).statuses(['web'], false)).toMatchObject([idle])
  expect(home.runs('web')).toHaveLength(1)
  desk(second).enable(['web'], undefined, [])
  expect(home.runs('web')).toHaveLength(2)
})
