import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { enableProject, registerProject, unregisterProject } from '../../../src/projects/change-registry.ts'
import {
  idOf,
  letGo,
  linesOf,
  newName,
  orderIn,
  overOf,
  ProjectWorld,
  recordOf,
  until,
  untilBegun,
  untilLetGo,
  writeTask,
} from '../../support/projects/project-world.ts'
import { shellExecutor } from '../../support/projects/shell-executor.ts'

const world = new ProjectWorld()

describe('registered projects', () => {
  it('come and go without restart: one that is registered, is disabled, enabled, and unregistered', async () => {
    const monitor = world.monitor()
    const name = newName()
    const project = await world.project(name)
    const first = writeTask(project, 'one', 'echo 1', 1)
    expect(await overOf(project, first)).toMatchObject({ status: 'completed' })
    await enableProject(world.home, name, false)
    await until(() => monitor.list().find((one) => one.name === name)?.state === 'disabled', 'not disabled')
    const second = writeTask(project, 'two', 'echo 2', 2)
    await enableProject(world.home, name, true)
    expect(await overOf(project, second)).toMatchObject({ stdout: '2\n' })
    const third = writeTask(project, 'three', `${untilLetGo}; echo 3`, 3)
    writeTask(project, 'four', 'echo 4', 4)
    await untilBegun(project)
    await unregisterProject(world.home, name)
    await until(() => monitor.list().every((one) => one.name !== name), 'still there')
    letGo(project)
    expect(await overOf(project, third)).toMatchObject({ stdout: '3\n' })
    expect(recordOf(project, idOf('four', 4))).toBeUndefined()
    await registerProject(world.home, project, { name })
    expect(await overOf(project, idOf('four', 4))).toMatchObject({ stdout: '4\n' })
    monitor.stop()
  })

  it('whose disk is away are waited for, nothing is made in their place, and they go on when it is back', async () => {
    const project = await world.project(newName())
    const away = `${project}-away`
    renameSync(project, away)
    const monitor = world.monitor()
    const state = () => monitor.list().find(({ path }) => path === project)?.state
    await until(() => state() === 'missing', 'not missing')
    const id = writeTask(away, 'late', 'echo back')
    expect(existsSync(project)).toBe(false)
    renameSync(away, project)
    expect(await overOf(project, id)).toMatchObject({ stdout: 'back\n' })
    monitor.stop()
  })

  it('whose disk was away for a while find again what goes on in them', async () => {
    const project = await world.project(newName())
    const id = writeTask(project, 'long', `${untilLetGo}; echo ran >> order; echo done`, 1)
    const monitor = world.monitor()
    const state = () => monitor.list().find(({ path }) => path === project)?.state
    await untilBegun(project)
    renameSync(project, `${project}-away`)
    await until(() => state() === 'missing', 'not missing')
    letGo(`${project}-away`)
    await until(() => linesOf(join(`${project}-away`, 'order')).length === 1, 'not run')
    expect(existsSync(project)).toBe(false)
    renameSync(`${project}-away`, project)
    expect(await overOf(project, id)).toMatchObject({ status: 'completed' })
    expect(orderIn(project)).toEqual(['ran'])
    monitor.stop()
  })

  it('stay as they were while the registry is broken', async () => {
    const project = await world.project(newName())
    const monitor = world.monitor()
    const before = readFileSync(world.home.registered, 'utf8')
    writeFileSync(world.home.registered, '{"projects": {')
    monitor.reload()
    expect(await overOf(project, writeTask(project, 'on', 'echo on'))).toMatchObject({ stdout: 'on\n' })
    writeFileSync(world.home.registered, before)
    monitor.stop()
  })
})

describe('one project', () => {
  it('delays no other, whatever happens in it', async () => {
    const hanging = await world.project(newName())
    const throwing = await world.project(newName())
    const blocked = await world.project(newName())
    const good = await world.project(newName())
    const shell = shellExecutor()
    const executor: typeof shell = {
      async prepare(order) {
        if (order.project.path === hanging) await new Promise(() => undefined)
        if (order.project.path === throwing) throw new Error('no agent of that name')
        return shell.prepare(order)
      },
      unprepare: shell.unprepare,
      conclude: shell.conclude,
    }
    for (const project of [hanging, throwing]) writeTask(project, 'x', 'echo x')
    writeTask(blocked, 'x', `rm -r ${blocked}/results; touch ${blocked}/results; echo x`)
    const monitor = world.monitor({ executor }, { parallel: 3 })
    await until(() => monitor.list().some(({ state }) => state === 'trouble'), 'nothing is in trouble')
    expect(await overOf(throwing, idOf('x'))).toMatchObject({
      status: 'failed',
      error: 'no agent of that name',
    })
    const fine = writeTask(good, 'x', 'echo good')
    expect(await overOf(good, fine)).toMatchObject({ stdout: 'good\n' })
    rmSync(join(blocked, 'results'))
    expect(await overOf(blocked, idOf('x'))).toMatchObject({ stdout: 'x\n' })
    monitor.stop()
  })
})
