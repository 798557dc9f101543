import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../../src/lib/clock.ts'
import { lookAtProject } from '../../../src/projects/monitor/look-at-project.ts'
import { beforeAll, neverHad, Turns } from '../../../src/projects/monitor/turns.ts'
import {
  letGo,
  linesOf,
  newName,
  overOf,
  ProjectWorld,
  recordOf,
  until,
  untilBegun,
  untilLetGo,
  writeTask,
} from '../../support/projects/project-world.ts'

const world = new ProjectWorld()
/** Of the monitor at a run, in ms. */
const betweenLooks = 1_000
const orderFile = join(world.root, 'order')

describe('turns', () => {
  const never = new AbortController().signal

  it('go round, and nobody gets a second one before the others that wait', async () => {
    const turns = new Turns(() => 2)
    const order: string[] = []
    let now = 0
    const work = async (name: string) => {
      let since = neverHad
      for (let time = 0; time < 3; time++) {
        const turn = await turns.ask(never, since)
        since = ++now
        order.push(name)
        await Promise.resolve()
        turn.end()
      }
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(work))
    for (let round = 0; round < 3; round++)
      expect(order.slice(round * 4, round * 4 + 4).sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are given first to what waits for nobody, then to who has waited longest, whoever asked first', async () => {
    const turns = new Turns(() => 1)
    const goOn = turns.hold()
    const order: number[] = []
    const work = async (since: number) => {
      const turn = await turns.ask(never, since)
      order.push(since)
      turn.end()
    }
    const all = [30, 10, beforeAll, 20, neverHad].map(work)
    await Promise.resolve()
    expect(order).toEqual([])
    goOn()
    await Promise.all(all)
    expect(order).toEqual([beforeAll, neverHad, 10, 20, 30])
  })

  it('are left to others by what stands still, and taken back though that is one too many', async () => {
    const turns = new Turns(() => 1)
    const first = await turns.ask(never, neverHad)
    const waiting = turns.ask(never, neverHad)
    const leaving = new AbortController()
    const gone = turns.ask(leaving.signal, neverHad)
    first.stepAside()
    const second = await waiting
    first.comeBack()
    leaving.abort(new Error('it leaves'))
    await expect(gone).rejects.toThrow('it leaves')
    const urgent = turns.ask(never, beforeAll)
    second.end()
    expect(await Promise.race([urgent, 'it waits'])).toBe('it waits')
    first.end()
    first.comeBack()
    await urgent
  })
})

describe('projects that wait for a turn', () => {
  it('come in turn, however often the monitor is started anew', async () => {
    const names = [newName(), newName(), newName(), newName()]
    for (const name of names) {
      const project = await world.project(name)
      for (let second = 1; second <= 3; second++)
        writeTask(project, 'x', `echo ${name} >> ${orderFile}`, second)
    }
    for (let begun = 1; begun < 2 * names.length; begun++) {
      const monitor = world.monitor({}, { parallel: 1 })
      await until(() => linesOf(orderFile).length >= begun, `${begun} not begun`)
      monitor.stop()
    }
    const monitor = world.monitor({}, { parallel: 1 })
    await until(() => linesOf(orderFile).length === 3 * names.length, 'not all were begun')
    // Of those that never had one, the one whose disk answers first.
    const round = linesOf(orderFile).slice(0, names.length)
    expect([...round].sort()).toEqual([...names].sort())
    expect(linesOf(orderFile)).toEqual([...round, ...round, ...round])
    monitor.stop()
  })

  it('are begun after a start by who has waited longest, while a disk hangs', async () => {
    const [last, longAgo, never] = [newName(), newName(), newName()]
    const [one, two, three] = await Promise.all([last, longAgo, never].map((name) => world.project(name)))
    const hanging = await world.project(newName())
    const first = world.monitor({}, { parallel: 1 })
    for (const project of [two, one])
      await overOf(String(project), writeTask(String(project), 'x', 'exit', 1))
    first.stop()
    const before = linesOf(orderFile)
    for (const [name, project] of Object.entries({ [last]: one, [longAgo]: two, [never]: three })) {
      const id = writeTask(String(project), 'x', `echo ${name} >> ${orderFile}`, 2)
      // Nobody writes it any more.
      utimesSync(join(String(project), 'tasks', `${id}.md`), 0, 0)
    }
    const examine: typeof lookAtProject = (path) =>
      path === hanging ? new Promise(() => undefined) : lookAtProject(path)
    const second = world.monitor({ examine }, { parallel: 1 })
    await until(() => linesOf(orderFile).length === before.length + 3, 'not all were begun')
    expect(linesOf(orderFile).slice(before.length)).toEqual([never, longAgo, last])
    second.stop()
  })

  it('get it from what was not heard of for 10 minutes, until that says something again', async () => {
    const [quiet, next, last] = await Promise.all([1, 2, 3].map(() => world.project(newName())))
    if (!quiet || !next || !last) throw new Error('no projects')
    let ahead = 0
    let looks = 0
    const clock: Clock = {
      now: () => Date.now() + ahead,
      after: (ms, action) =>
        systemClock.after(ms, () => {
          if (ms === betweenLooks) looks++
          action()
        }),
    }
    const hangs = writeTask(
      quiet,
      'hangs',
      `${untilLetGo}; echo on; touch on; while ! test -e end; do sleep 0.05; done`,
    )
    const monitor = world.monitor({ clock }, { parallel: 1 })
    await untilBegun(quiet)
    const waits = writeTask(next, 'waits', untilLetGo)
    const status = (path: string) => monitor.list().find((one) => one.path === path)
    await until(() => status(next)?.reason.includes('fewer projects work') ?? false, 'it does not wait')
    expect(recordOf(next, waits)).toBeUndefined()
    ahead = 601_000
    await untilBegun(next)
    expect(recordOf(quiet, hangs)?.over).toBeUndefined()
    // What it writes from now on is no 10 minutes old, and it has its turn again.
    ahead = 0
    letGo(quiet)
    await until(() => existsSync(join(quiet, 'on')), 'it does not go on')
    // At both that run, twice.
    const seen = looks + 4
    await until(() => looks >= seen, 'it is not looked at')
    letGo(next)
    await overOf(next, waits)
    const third = writeTask(last, 'third', 'echo third')
    await until(() => status(last)?.reason.includes('fewer projects work') ?? false, 'it does not wait')
    expect(recordOf(last, third)).toBeUndefined()
    writeFileSync(join(quiet, 'end'), '')
    expect(await overOf(quiet, hangs)).toMatchObject({ stdout: 'on\n' })
    expect(await overOf(last, third)).toMatchObject({ stdout: 'third\n' })
    monitor.stop()
  })
})
