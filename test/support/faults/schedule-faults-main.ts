// The disk is full from the n-th call of the scheduler that changes a file on, for a while. Arguments: number of the
// first call, how many calls further the next one is. Prints a line of JSON for each: what is wrong then, in words.
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isOver } from '../../../src/runner/run-state.ts'
import { HomeWithTasks, noon } from '../../tasks/schedule/home-with-tasks.ts'
import { underFault } from './faulty-fs.ts'

export interface FullDisk {
  at: number
  call: string
  met: boolean
  problems: string[]
}

const [first = '1', step = '1'] = process.argv.slice(2)
const minute = 60_000
const yaml = `tasks:
  tick: { schedule: "*/10 * * * *", timezone: UTC, overlap: queue, catch_up: all, run: "true", alerts: [{ on: failed }] }
  other: { schedule: "0 3 1 1 *", run: "true" }
`
mkdirSync(process.env['HOME'] ?? '', { recursive: true })
process.on('unhandledRejection', () => undefined)
for (let at = Number(first), met = true; met; at += Number(step)) {
  const run = await fillAt(at)
  met = run.met
  process.stdout.write(`${JSON.stringify(run)}\n`)
}
process.exit()

async function fillAt(at: number): Promise<FullDisk> {
  const home = new HomeWithTasks(yaml)
  const scheduler = await home.start()
  const { met, call } = await underFault(
    { kind: 'refuses', at, code: 'ENOSPC', lasting: true, reading: false },
    async () => {
      for (let turn = 0; turn < 2; turn++) {
        home.pass(10 * minute)
        await delay(30)
      }
      scheduler.controls.change('other', { enabled: false })
    },
  )
  // There is room again.
  scheduler.controls.change('other', { enabled: false })
  for (let turn = 0; turn < 2; turn++) {
    home.pass(minute)
    await delay(10)
  }
  // No slot is due meanwhile, and no alert to be told again.
  for (let turn = 0; turn < 3_000 && home.runs('tick').some((run) => !isOver(run)); turn++) {
    home.pass(10)
    await delay(10)
  }
  const [alert] = scheduler.alerts.of('tick')
  const open = scheduler.board.unaccounted().length
  scheduler.stop()
  const next = await home.start()
  const slots = home.slots('tick')
  const wanted = [10, 20].map((minutes) => new Date(noon + minutes * minute).toISOString())
  const problems = [
    ...(slots.join() === wanted.join() ? [] : [`the slots of its runs are ${slots.join()}`]),
    ...(alert?.count === 2 ? [] : [`${alert?.count} failures are counted`]),
    ...(next.alerts.of('tick')[0]?.count === 2 ? [] : ['the next service counts other failures']),
    ...(home.told.length === 1 ? [] : [`people are told ${home.told.length} times`]),
    ...(open === 0 ? [] : [`${open} ends are not accounted for`]),
    ...(next.controls.of('other').enabled === false ? [] : ['what was disabled is enabled again']),
    ...readdirSync(home.home.tasks).flatMap((name) =>
      /tmp|broken/u.test(name) ? [`left in the way: ${join(home.home.tasks, name)}`] : [],
    ),
  ]
  home.end()
  return { at, call, met, problems }
}
