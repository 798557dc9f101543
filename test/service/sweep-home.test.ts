import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { sweepHome } from '../../src/service/sweep-home.ts'
import { HomeWithTasks } from '../tasks/schedule/home-with-tasks.ts'

const minute = 60_000
const token = '0123456789ab'
let gone = 0
let place: HomeWithTasks

beforeEach(async () => {
  place = new HomeWithTasks('tasks: { once: { run: "true" } }')
  const child = spawn('true')
  await once(child, 'exit')
  gone = child.pid ?? 0
})
afterEach(() => place.end())

function leave(path: string, ageMs = 2 * minute): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '{')
  const time = new Date(Date.now() - ageMs)
  utimesSync(path, time, time)
  return path
}

it('removes what killed processes had begun to write, in every directory, and nothing else', () => {
  const { home } = place
  const temporary = (pid: number) => `x.json.${pid}.${token}.tmp`
  const directories = [
    ...[home.root, home.run, home.sessions, home.pids, home.state],
    ...['deliveries', 'limits', 'marks', 'hooks'].map((name) => join(home.state, name)),
  ]
  const left = directories.map((directory) => leave(join(directory, temporary(gone))))
  const kept = [
    leave(join(home.state, 'deliveries', temporary(process.pid))),
    leave(join(home.state, 'deliveries', `y.json.${gone}.${token}.tmp`), 0),
    leave(join(home.state, 'deliveries', 'mine.tmp')),
    leave(join(home.state, 'deliveries', `x.${gone}.${token}.tmp.json`)),
  ]
  // A process that has its number by now did not begin it an hour ago.
  left.push(leave(join(home.state, 'limits', temporary(process.pid)), 61 * minute))
  sweepHome(home, silentLogger())
  expect(left.filter((path) => existsSync(path))).toEqual([])
  expect(kept.filter((path) => existsSync(path))).toEqual(kept)
})

it('needs no directory to be there', () => {
  sweepHome(resolveHome({ ITERM_ORCH_HOME: join(place.home.root, 'none') }), silentLogger())
  expect(existsSync(join(place.home.root, 'none'))).toBe(false)
})

it('is done for tasks and their runs when the scheduler starts', async () => {
  const { tasks } = place.home
  const name = `x.json.${gone}.${token}.tmp`
  const left = [tasks, join(tasks, 'once'), join(tasks, 'once', 'runs')].map((path) =>
    leave(join(path, name)),
  )
  await place.start()
  expect(left.filter((path) => existsSync(path))).toEqual([])
})
