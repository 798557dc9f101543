import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { retryTask } from '../../../src/projects/monitor/task-commands.ts'
import { tidyActor } from '../../../src/projects/monitor/tidy-actor.ts'
import { readProject } from '../../../src/projects/view/read-project.ts'
import { viewProject } from '../../../src/projects/view/view-project.ts'
import {
  letGo,
  newName,
  orderIn,
  overOf,
  ProjectWorld,
  recordOf,
  sayIn,
  until,
  untilBegun,
  untilLetGo,
  writeTask,
} from '../../support/projects/project-world.ts'

const world = new ProjectWorld()
const all = { olderThanMs: 0 }

it('tidies beside a monitor that works, which goes on', async () => {
  const name = newName()
  const project = await world.project(name)
  const done = [1, 2, 3].map((second) => writeTask(project, 'done', sayIn(project, `${second}`), second))
  const running = writeTask(project, 'running', untilLetGo, 4)
  const monitor = world.monitor()
  await untilBegun(project)
  const waiting = writeTask(project, 'waiting', sayIn(project, 'last'), 5, `needs: ${done[2]}`)
  expect(await tidyActor(monitor.get(name), all)).toMatchObject({
    ...{ tidied: done.slice(0, 2), notOver: 1 },
    left: [{ task: done[2], why: `${waiting} needs it` }],
  })
  letGo(project)
  await overOf(project, running)
  await overOf(project, waiting)
  expect(orderIn(project)).toEqual(['1', '2', '3', 'last'])
  const rest = [done[2], running, waiting].sort()
  expect(await tidyActor(monitor.get(name), all)).toMatchObject({ tidied: rest, left: [] })
  expect(existsSync(join(project, 'archive', waiting, 'state', 'task.json'))).toBe(true)
  await expect(retryTask(monitor.get(name), running)).rejects.toThrow(`lies in archive/${running}`)
  monitor.stop()
})

it('takes what lies completed in the archive as completed, and runs no document that has its name', async () => {
  const name = newName()
  const project = await world.project(name)
  const first = writeTask(project, 'first', sayIn(project, 'first'), 1)
  const lost = writeTask(project, 'lost', 'exit 1', 2)
  const monitor = world.monitor()
  await overOf(project, first)
  await overOf(project, lost)
  await tidyActor(monitor.get(name), all)
  monitor.stop()
  writeTask(project, 'first', sayIn(project, 'again'), 1)
  const second = writeTask(project, 'second', sayIn(project, 'second'), 3, `needs: [${first}]`)
  const never = writeTask(project, 'never', sayIn(project, 'never'), 4, `needs: [${lost}]`)
  const views = () => viewProject(readProject(world.home, project), Date.now()).tasks
  expect(views()).toMatchObject([
    { id: second, state: 'queued', reason: 'comes next' },
    { id: never, state: 'queued', reason: `needs ${lost}, which has failed` },
    { id: first, state: 'completed', reason: `a task of this name lies in archive/${first}` },
  ])
  const later = world.monitor()
  await overOf(project, second)
  expect(orderIn(project)).toEqual(['first', 'second'])
  expect(recordOf(project, first)).toBeUndefined()
  await expect(retryTask(later.get(name), first)).rejects.toThrow(`lies in archive/${first}`)
  expect((await tidyActor(later.get(name), all)).left).toMatchObject([
    { task: first, why: `archive/${first} is there already, and so it is not run` },
  ])
  // What cannot be read there may be completed, or not: nothing is begun that may have been done.
  rmSync(join(project, 'archive', first, `${first}.json`))
  writeFileSync(join(project, 'archive', first, 'state', 'task.json'), '{')
  later.restart(name)
  await expect(retryTask(later.get(name), 'never')).rejects.toThrow('is not over')
  expect(orderIn(project)).toEqual(['first', 'second'])
  later.stop()
})

it('archives once a day what has been over for longer than `keep`', async () => {
  const project = await world.project(newName())
  const old = writeTask(project, 'old', sayIn(project, 'old'), 1)
  const day: (() => void)[] = []
  const clock: typeof systemClock = {
    now: () => systemClock.now(),
    after(ms, action) {
      if (ms !== 600_000) return systemClock.after(ms, action)
      day.push(action)
      return () => undefined
    },
  }
  const monitor = world.monitor({ clock }, { keep: 1 })
  await overOf(project, old)
  day.shift()?.()
  await until(() => existsSync(join(project, 'archive', old, 'state')), 'not archived')
  expect(existsSync(join(project, 'tasks', `${old}.md`))).toBe(false)
  await until(
    () => readFileSync(join(project, 'logs', 'monitor.log'), 'utf8').includes('in archive/'),
    'not told',
  )
  const next = writeTask(project, 'next', sayIn(project, 'next'), 2)
  await overOf(project, next)
  // Not again on the same day.
  await until(() => day.length > 0, 'it looks no more')
  day.shift()?.()
  await until(() => day.length > 0, 'it looks no more')
  expect(existsSync(join(project, 'tasks', `${next}.md`))).toBe(true)
  monitor.stop()
})

it('removes what killed writers have left in the directories of a project', async () => {
  const project = await world.project(newName())
  const done = writeTask(project, 'done', sayIn(project, 'done'), 1)
  const first = world.monitor()
  await overOf(project, done)
  first.stop()
  const left = [
    'tasks/.new',
    'results/x.json',
    `state/tasks/${done}/task.json`,
    `state/tasks/${done}/runs/x.json`,
  ]
  const paths = left.map((path) => join(project, `${path}.4194305.0123456789ab.tmp`))
  for (const path of paths) {
    writeFileSync(path, 'half')
    utimesSync(path, 1, 1)
  }
  const mine = join(project, 'results', 'mine.tmp')
  writeFileSync(mine, '')
  const monitor = world.monitor()
  await overOf(project, writeTask(project, 'next', 'true', 2))
  await until(() => paths.every((path) => !existsSync(path)), 'some are left')
  expect(existsSync(mine)).toBe(true)
  monitor.stop()
})
