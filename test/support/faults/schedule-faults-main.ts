// The disk refuses from the n-th call of the scheduler on, for a while. Arguments: the error (ENOSPC or EIO), what is
// refused (changing or reading), when (working or starting), number of the first call, how many calls further the next
// one is. Prints a line of JSON for each: what is wrong then, in words.
import { mkdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isOver } from '../../../src/runner/run-state.ts'
import type { Scheduler } from '../../../src/tasks/schedule/scheduler.ts'
import { HomeWithTasks, noon } from '../../tasks/schedule/home-with-tasks.ts'
import { underFault } from './faulty-fs.ts'

export interface FaultyDisk {
  at: number
  call: string
  met: boolean
  problems: string[]
}

const [code = 'ENOSPC', what = 'changing', when = 'working', first = '1', step = '1'] = process.argv.slice(2)
const minute = 60_000
const yaml = (command: string) => `tasks:
  tick: { schedule: "*/10 * * * *", timezone: UTC, overlap: queue, catch_up: all, run: "${command}", alerts: [{ on: failed }] }
  other: { schedule: "0 3 1 1 *", run: "true" }
`
mkdirSync(process.env['HOME'] ?? '', { recursive: true })
process.on('unhandledRejection', () => undefined)
for (let at = Number(first), met = true; met; at += Number(step)) {
  const run = await refuseAt(at)
  met = run.met
  process.stdout.write(`${JSON.stringify(run)}\n`)
}
process.exit()

async function refuseAt(at: number): Promise<FaultyDisk> {
  const home = new HomeWithTasks(yaml('true'))
  let scheduler = await home.start()
  if (when === 'starting') {
    // A service that ended in the middle of it all: one slot was run, one is not yet begun, and one comes.
    home.pass(10 * minute)
    await delay(30)
    scheduler.stop()
  }
  const { met, call } = await underFault(
    { kind: 'refuses', at, code, lasting: true, reading: what === 'reading' },
    async () => {
      if (when === 'starting') scheduler = await home.start()
      for (let turn = 0; turn < 2; turn++) {
        home.pass(10 * minute)
        await delay(30)
      }
      home.write(yaml('false'))
      scheduler.reload()
      if (scheduler.unready === undefined) scheduler.controls.change('other', { enabled: false })
    },
  )
  // It is as it was before.
  home.write(yaml('false'))
  for (let turn = 0; turn < 2; turn++) {
    home.pass(minute)
    await delay(20)
  }
  scheduler.reload()
  scheduler.controls.change('other', { enabled: false })
  home.write('tasks: broken')
  await untilOver(home, scheduler)
  const [alert] = scheduler.alerts.of('tick')
  const open = scheduler.board.unaccounted().length
  scheduler.stop()
  const next = await home.start()
  const problems = [
    ...(scheduler.unready === undefined ? [] : [`it waits: ${scheduler.unready}`]),
    ...wrongSlots(home),
    ...wrongAlerts(home, alert?.count, next.alerts.of('tick')[0]?.count),
    ...(open === 0 ? [] : [`${open} ends are not accounted for`]),
    ...(next.controls.of('other').enabled === false ? [] : ['what was disabled is enabled again']),
    ...wrongDefinition(next),
    ...home.setAside().map((path) => `set aside: ${path}`),
  ]
  home.end()
  return { at, call, met, problems }
}

/** No slot is due meanwhile, and no alert to be told again. */
async function untilOver(home: HomeWithTasks, scheduler: Scheduler): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    home.pass(10)
    await delay(10)
    if (home.runs('tick').every(isOver) && scheduler.board.unaccounted().length === 0) return
  }
}

/** Each was run once. */
function wrongSlots(home: HomeWithTasks): string[] {
  const slots = home.slots('tick')
  const minutes = when === 'starting' ? [10, 20, 30] : [10, 20]
  const wanted = minutes.map((one) => new Date(noon + one * minute).toISOString())
  return slots.join() === wanted.join() ? [] : [`the slots of its runs are ${slots.join()}`]
}

/** All its runs fail: their processes end without a word. */
function wrongAlerts(home: HomeWithTasks, count: number | undefined, later: number | undefined): string[] {
  // The third one may fail when a quarter of an hour has passed since people were told.
  const [wanted, most] = when === 'starting' ? [3, 2] : [2, 1]
  return [
    ...(count === wanted ? [] : [`${count} failures are counted`]),
    ...(later === wanted ? [] : [`the next service counts ${later} failures`]),
    ...(home.told.length >= 1 && home.told.length <= most
      ? []
      : [`people are told ${home.told.length} times`]),
  ]
}

/** The file is broken by now: what it said last stays in force, although the disk was full when that was read. */
function wrongDefinition(next: Scheduler): string[] {
  const [step] = next.definitions.get('tick')?.task.steps ?? []
  const run = step?.action.kind === 'command' ? step.action.run : 'nothing'
  return run === 'false' ? [] : [`the definition in force runs ${run}`]
}
