import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { holdTask } from '../../../src/projects/change-queue.ts'
import { cancelTask, retryTask, runTaskNow } from '../../../src/projects/monitor/task-commands.ts'
import {
  idOf,
  letGo,
  linesOf,
  newName,
  orderIn,
  overOf,
  ProjectWorld,
  recordOf,
  resultOf,
  sayIn,
  until,
  untilBegun,
  untilLetGo,
  writeTask,
} from '../../support/projects/project-world.ts'
import { shellExecutor } from '../../support/projects/shell-executor.ts'
import { taskProcessCommand } from '../../support/projects/task-process-command.ts'

const world = new ProjectWorld()

describe('task cancel', () => {
  it('ends what waits and what runs, so that it can be told from what failed', async () => {
    const name = newName()
    const project = await world.project(name)
    const long = writeTask(project, 'long', untilLetGo, 1, 'retries: 3')
    const queued = writeTask(project, 'queued', 'echo ran', 2)
    const last = writeTask(project, 'last', 'echo last', 3)
    const monitor = world.monitor()
    const actor = monitor.get(name)
    await untilBegun(project)
    expect(await cancelTask(actor, 'queued')).toMatchObject({ task: queued })
    expect(resultOf(project, queued)).toMatchObject({ status: 'cancelled', attempts: [], stdout: null })
    expect(await cancelTask(actor, `tasks/${long}.md`)).toEqual({ task: long, what: 'cancelled' })
    expect(resultOf(project, long)).toMatchObject({
      status: 'cancelled',
      attempts: [{ status: 'cancelled' }],
    })
    await overOf(project, last)
    await expect(cancelTask(actor, queued)).rejects.toThrow('is over: cancelled')
    await expect(runTaskNow(actor, queued)).rejects.toThrow('is over: cancelled')
    await expect(cancelTask(actor, 'nothing')).rejects.toThrow('There is no task "nothing"')
    monitor.stop()
  })
})

describe('task cancel, when the process of a task was started and has yet to begin,', () => {
  it('ends it before that, also when another actor has started one as well', async () => {
    const name = newName()
    const project = await world.project(name)
    const id = writeTask(project, 'late', sayIn(project, 'ran'), 1)
    const started = join(project, 'started')
    const slowly = `echo x >> ${started}; while ! test -e ${project}/go; do sleep 0.05; done; exec "$@"`
    const monitor = world.monitor({ command: ['/bin/sh', '-c', slowly, 'sh', ...taskProcessCommand] })
    await until(() => linesOf(started).length === 1, 'not started')
    monitor.restart(name)
    await until(() => linesOf(started).length === 2, 'not started again')
    expect(await cancelTask(monitor.get(name), id)).toEqual({ task: id, what: 'cancelled' })
    letGo(project)
    const next = writeTask(project, 'next', sayIn(project, 'next'), 2)
    expect(await overOf(project, next)).toMatchObject({ status: 'completed' })
    expect(orderIn(project)).toEqual(['next'])
    expect(resultOf(project, id)).toMatchObject({ status: 'cancelled' })
    monitor.stop()
  })
})

describe('task cancel, when an agent hangs before it begins,', () => {
  it('waits for it no longer', async () => {
    const name = newName()
    const project = await world.project(name)
    const shell = shellExecutor()
    const hanging = writeTask(project, 'hanging', 'true', 1)
    const next = writeTask(project, 'next', 'echo next', 2)
    const executor: typeof shell = {
      ...shell,
      prepare: (order) => (order.id === hanging ? new Promise(() => undefined) : shell.prepare(order)),
    }
    const monitor = world.monitor({ executor })
    await until(() => monitor.list().some(({ task }) => task === hanging), 'not begun')
    expect(await cancelTask(monitor.get(name), hanging)).toEqual({ task: hanging, what: 'cancelled' })
    expect(resultOf(project, hanging)).toMatchObject({ attempts: [{ status: 'cancelled' }] })
    expect(await overOf(project, next)).toMatchObject({ stdout: 'next\n' })
    monitor.stop()
  })
})

describe('task retry', () => {
  it('runs what is over again, with the document of now and all its retries', async () => {
    const name = newName()
    const project = await world.project(name)
    const id = writeTask(project, 'again', 'echo old; exit 1', 1, 'retries: 1')
    const monitor = world.monitor()
    const actor = monitor.get(name)
    await overOf(project, id)
    await cancelTask(actor, writeTask(project, 'next', 'sleep 60', 2))
    writeTask(project, 'again', 'echo new; exit 1', 1, 'retries: 2')
    await retryTask(actor, 'again')
    await until(() => recordOf(project, id)?.attempts.length === 5, 'not tried five times')
    expect(await overOf(project, id)).toMatchObject({ stdout: 'new\n', status: 'failed' })
    expect(recordOf(project, id)?.attempts).toHaveLength(5)
    const waiting = writeTask(project, 'held', 'true', 3)
    await holdTask(project, 'held')
    await expect(retryTask(actor, waiting)).rejects.toThrow('is not over')
    rmSync(join(project, 'tasks', `${id}.md`))
    await expect(retryTask(actor, id)).rejects.toThrow('is not in tasks/ any more')
    monitor.stop()
  })
})

describe('task run-now', () => {
  it('runs before all others, also what is held, but not beside another one', async () => {
    const name = newName()
    const project = await world.project(name)
    const first = writeTask(project, 'first', untilLetGo, 1)
    const second = writeTask(project, 'second', sayIn(project, 'second'), 2)
    const last = writeTask(project, 'last', sayIn(project, 'last'), 3)
    await holdTask(project, 'last')
    const monitor = world.monitor()
    await untilBegun(project)
    expect(await runTaskNow(monitor.get(name), last)).toEqual({
      task: last,
      what: `it is next, after ${first}`,
    })
    letGo(project)
    await overOf(project, second)
    expect(orderIn(project)).toEqual(['last', 'second'])
    expect(await runTaskNow(monitor.get(name), writeTask(project, 'new', 'true', 4))).toEqual({
      task: idOf('new', 4),
      what: 'it is next',
    })
    monitor.stop()
  })

  it('goes before the projects that wait, and waits no longer to be tried again', async () => {
    const name = newName()
    const busy = await world.project(newName())
    const project = await world.project(name)
    const failing = writeTask(project, 'failing', `${sayIn(project, 'try')}; exit 1`, 1, 'retries: 1')
    const monitor = world.monitor({}, { retry_delay: 3_600_000, max_retry_delay: 3_600_000, parallel: 1 })
    await until(() => recordOf(project, failing)?.nextAttemptAt !== undefined, 'it is not to be tried again')
    writeTask(busy, 'busy', 'true')
    await overOf(busy, idOf('busy'))
    await runTaskNow(monitor.get(name), failing)
    await overOf(project, failing)
    expect(orderIn(project)).toEqual(['try', 'try'])
    monitor.stop()
  })
})
