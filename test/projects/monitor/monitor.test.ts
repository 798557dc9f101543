import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changeSettings } from '../../../src/projects/change-registry.ts'
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

const world = new ProjectWorld()

describe('the monitor', () => {
  it('runs the documents of a project one after the other, in their order, and writes a result for each', async () => {
    const project = await world.project(newName())
    const script = (name: string) =>
      `${sayIn(project, `+${name}`)}; sleep 0.05; ${sayIn(project, `-${name}`)}; echo ${name}!`
    writeTask(project, 'c', script('c'), 3)
    writeTask(project, 'a', script('a'), 1)
    writeTask(project, 'b', script('b'), 2)
    writeTask(project, 'high', sayIn(project, 'high'), 9, 'priority: high')
    const monitor = world.monitor()
    expect(await overOf(project, idOf('c', 3))).toMatchObject({ status: 'completed', stdout: 'c!\n' })
    expect(orderIn(project)).toEqual(['high', '+a', '-a', '+b', '-b', '+c', '-c'])
    monitor.stop()
  })

  it('takes a thousand documents that are dropped at once, and begins with the first of them', async () => {
    const project = await world.project(newName())
    const monitor = world.monitor({}, { settle: 300 })
    for (let number = 1_000; number > 3; number--)
      writeTask(project, 'many', 'exit 0', number, 'priority: low')
    for (let number = 3; number > 0; number--) writeTask(project, 'many', sayIn(project, `${number}`), number)
    await overOf(project, idOf('many', 3))
    expect(orderIn(project)).toEqual(['1', '2', '3'])
    monitor.stop()
  })

  it('takes no half of a document: it waits until nobody writes it, and takes a renamed one as it is', async () => {
    const project = await world.project(newName())
    const monitor = world.monitor({}, { settle: 400 })
    const path = join(project, 'tasks', `${idOf('slow')}.md`)
    writeFileSync(path, 'echo one')
    writeFileSync(path, ' && echo two', { flag: 'a' })
    writeFileSync(path, ' && echo three\n', { flag: 'a' })
    writeFileSync(join(project, 'tasks', '.new.tmp'), 'echo whole\n')
    renameSync(join(project, 'tasks', '.new.tmp'), join(project, 'tasks', `${idOf('renamed', 1)}.md`))
    expect(await overOf(project, idOf('slow'))).toMatchObject({ stdout: 'one\ntwo\nthree\n' })
    expect(await overOf(project, idOf('renamed', 1))).toMatchObject({ stdout: 'whole\n' })
    expect(recordOf(project, idOf('slow'))?.attempts).toHaveLength(1)
    monitor.stop()
  })

  it('tries again as often as the document says, in its place, and tells of every attempt', async () => {
    const name = newName()
    const project = await world.project(name)
    const script = `${sayIn(project, 'try')}; test $(wc -l < ${project}/order) -ge 3`
    const id = writeTask(project, 'flaky', script, 1, 'retries: 5')
    const after = writeTask(project, 'after', sayIn(project, 'after'), 2)
    const never = writeTask(project, 'never', 'exit 3', 3, 'retries: 1')
    const monitor = world.monitor()
    expect(await overOf(project, never)).toMatchObject({ status: 'failed' })
    expect(orderIn(project)).toEqual(['try', 'try', 'try', 'after'])
    expect(recordOf(project, after)?.attempts).toHaveLength(1)
    const tries = resultOf(project, id)?.attempts.map(({ status }) => status)
    expect(tries).toEqual(['failed', 'failed', 'completed'])
    expect(recordOf(project, never)?.attempts).toHaveLength(2)
    const told = world.events.filter((event) => event.task === never && event.project === name)
    expect(told.map(({ what }) => what)).toEqual(['started', 'retrying', 'started', 'failed'])
    monitor.stop()
  })

  it('tries again as often as its project says, as it was when the attempt began', async () => {
    const name = newName()
    const project = await world.project(name)
    const monitor = world.monitor({}, { retries: 5 })
    const set = (retries: number) => changeSettings(world.home, name, { set: { retries }, unset: [] })
    await set(1)
    const twice = writeTask(project, 'twice', 'exit 1', 1)
    expect((await overOf(project, twice)).attempts).toHaveLength(2)
    // Changed while it runs: for the next one that is begun, after the service was killed, too.
    await set(0)
    const once = writeTask(project, 'once', `${untilLetGo}; exit 1`, 2)
    await untilBegun(project)
    await set(2)
    monitor.stop()
    const another = world.monitor()
    letGo(project)
    expect((await overOf(project, once)).attempts).toHaveLength(1)
    expect(recordOf(project, once)?.plan).toMatchObject({ retries: 0 })
    const thrice = writeTask(project, 'thrice', 'exit 1', 3)
    expect((await overOf(project, thrice)).attempts).toHaveLength(3)
    const own = writeTask(project, 'own', 'exit 1', 4, 'retries: 0')
    expect((await overOf(project, own)).attempts).toHaveLength(1)
    another.stop()
  })

  it('does nothing with a task whose record cannot be read, until somebody mends it', async () => {
    const project = await world.project(newName())
    const broken = writeTask(project, 'broken', sayIn(project, 'broken'), 1)
    const path = join(project, 'state', 'tasks', broken)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'task.json'), '{"version": 1, "task_')
    const monitor = world.monitor()
    await overOf(project, writeTask(project, 'other', sayIn(project, 'other'), 2))
    rmSync(path, { recursive: true })
    await overOf(project, writeTask(project, 'last', sayIn(project, 'last'), 3))
    expect(orderIn(project)).toEqual(['other', 'broken', 'last'])
    monitor.stop()
  })

  it('says once of each record and result that it cannot be read, and again when it cannot be read in another way', async () => {
    const project = await world.project(newName())
    const result = writeTask(project, 'result', 'exit 0', 1)
    const path = join(project, 'results', `${result}.json`)
    writeFileSync(path, '{"')
    const record = writeTask(project, 'record', 'exit 0', 2)
    mkdirSync(join(project, 'state', 'tasks', record), { recursive: true })
    writeFileSync(join(project, 'state', 'tasks', record, 'task.json'), '{"')
    const told = () =>
      linesOf(join(project, 'logs', 'monitor.log')).filter((line) => line.includes('nothing is done'))
    const monitor = world.monitor()
    await until(() => told().length === 2, 'it is not said')
    // It begins to own the project, and looks at everything again and again.
    for (const second of [3, 4, 5]) await overOf(project, writeTask(project, 'other', 'exit 0', second))
    expect(told().map((line) => line.split(' ')[1])).toEqual([`[${record}]`, `[${result}]`])
    writeFileSync(path, '{}')
    await overOf(project, writeTask(project, 'other', 'exit 0', 6))
    expect(told()).toHaveLength(3)
    expect(told().at(-1)).toContain('status')
    monitor.stop()
    rmSync(join(project, 'state', 'tasks', record), { recursive: true })
  })

  it('lets a task wait for what it needs, and the others go first', async () => {
    const project = await world.project(newName())
    writeTask(project, 'first', sayIn(project, 'first'), 1, `needs: ${idOf('second', 2)}`)
    writeTask(project, 'second', sayIn(project, 'second'), 2)
    writeTask(project, 'lost', sayIn(project, 'lost'), 3, `needs: ${idOf('broken', 4)}`)
    writeTask(project, 'broken', 'exit 1', 4)
    const last = writeTask(project, 'last', sayIn(project, 'last'), 5)
    const monitor = world.monitor()
    await overOf(project, last)
    expect(orderIn(project)).toEqual(['second', 'first', 'last'])
    expect(recordOf(project, idOf('lost', 3))).toBeUndefined()
    monitor.stop()
  })

  it('runs what somebody changes while it waits, and goes on with what it was given while it runs', async () => {
    const project = await world.project(newName())
    const running = writeTask(project, 'running', `${untilLetGo}; echo old`, 1)
    const waiting = writeTask(project, 'waiting', 'echo old', 2)
    const gone = writeTask(project, 'gone', 'echo gone', 3)
    const named = writeTask(project, 'before', 'echo renamed', 4)
    const monitor = world.monitor()
    await untilBegun(project)
    writeTask(project, 'running', 'echo new', 1)
    writeTask(project, 'waiting', 'echo new', 2)
    rmSync(join(project, 'tasks', `${gone}.md`))
    const renamed = idOf('renamed', 5)
    renameSync(join(project, 'tasks', `${named}.md`), join(project, 'tasks', `${renamed}.md`))
    letGo(project)
    expect(await overOf(project, renamed)).toMatchObject({ stdout: 'renamed\n' })
    expect(resultOf(project, running)).toMatchObject({ stdout: 'old\n' })
    expect(resultOf(project, waiting)).toMatchObject({ stdout: 'new\n' })
    expect(recordOf(project, gone)).toBeUndefined()
    expect(recordOf(project, named)).toBeUndefined()
    // The same name again is the same task, which is over.
    expect(recordOf(project, running)?.attempts).toHaveLength(1)
    monitor.stop()
  })

  it('runs nothing of which there is a result already, and nothing that another monitor has', async () => {
    const project = await world.project(newName())
    const id = writeTask(project, 'again', sayIn(project, 'ran'), 1)
    const one = world.monitor()
    await overOf(project, id)
    const other = world.monitor()
    await overOf(project, writeTask(project, 'next', `${sayIn(project, 'next')}; sleep 0.2`, 2))
    one.stop()
    rmSync(join(project, 'state', 'tasks'), { recursive: true })
    other.restartAll()
    await overOf(project, writeTask(project, 'third', sayIn(project, 'third'), 3))
    expect(orderIn(project)).toEqual(['ran', 'next', 'third'])
    other.stop()
  })
})
