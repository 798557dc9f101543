// Kills what can be killed, with the built binary: KILLS=200 SEED=1 npx vitest run test/tasks/schedule/kills.test.ts
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import { readLockOwner } from '../../../src/lib/lock-file.ts'
import { findProcesses } from '../../../src/runner/processes-of-run.ts'
import type { Run } from '../../../src/runner/run.ts'
import { readRun, runIds } from '../../../src/runner/run-files.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import { ensureService, servicePaths, stopService } from '../../../src/service/ensure-service.ts'
import { TaskClient } from '../../../src/service/task-client.ts'
import type { TaskStatus } from '../../../src/tasks/schedule/task-status.ts'
import { binary } from '../../cli/cli.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const kills = Number(process.env['KILLS'] ?? 1)
const seed = Number(process.env['SEED'] ?? 1)
const random = seededRandom(seed)
const home = resolveHome()
const out = join(home.root, 'out')

const tasks = `terminal: host
notifiers: []
tasks:
  tick:
    type: cron
    interval: 1s
    catch_up: all
    overlap: queue
    enabled: false
    run: echo "$ITERM_ORCH_RUN" >> ${out}/tick
  long:
    run: "echo $$ > ${out}/long; while :; do sleep 0.1; done"
  stray:
    run: "setsid sh -c 'echo $$ > ${out}/stray; sleep 1000' & sleep 1000"
  web:
    type: daemon
    enabled: false
    restart: { delay: 100ms }
    run: "echo $$ >> ${out}/web; exec sleep 1000"
`

beforeAll(() => {
  mkdirSync(out, { recursive: true })
  writeFileSync(home.config, tasks)
})
afterAll(async () => {
  await (await client()).stop({ tasks: ['*'], force: true })
  await stopService(home)
})

/** Of the service, which is started when there is none. */
async function client(): Promise<TaskClient> {
  const command = [process.execPath, binary, 'service', 'run']
  return new TaskClient((await ensureService(home, command)).client)
}

async function status(task: string): Promise<TaskStatus | undefined> {
  return (await (await client()).list([task])).tasks[0]
}

function killService(): void {
  const pid = readLockOwner(servicePaths(home).lock)
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
}

function runs(task: string): Run[] {
  return runIds(home, task).flatMap((id) => readRun(home, { task, id }) ?? [])
}

function lines(name: string): string[] {
  const path = join(out, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean) : []
}

async function until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await delay(50)
  }
}

describe('a service that is killed again and again', () => {
  it(
    `loses no slot of a schedule and runs none twice (${kills} kills, seed ${seed})`,
    async () => {
      await (await client()).enable({ tasks: ['tick'] })
      for (let left = kills; left > 0; left--) {
        const before = runs('tick').length
        await until(() => (runs('tick').length > before ? true : undefined))
        await delay(random() * 1_000)
        killService()
        await status('tick')
      }
      await (await client()).disable(['tick'])
      const all = await until(() => {
        const found = runs('tick')
        return found.every(isOver) ? found : undefined
      })
      const slots = all.map(({ cause }) => Date.parse(cause.scheduledFor ?? ''))
      const first = slots[0] ?? 0
      expect(slots).toEqual(slots.map((_, index) => first + index * 1_000))
      expect(all.map(({ state }) => state)).toEqual(all.map(() => 'completed'))
      expect(lines('tick').sort()).toEqual(all.map(({ id }) => id))
    },
    60_000 + kills * 30_000,
  )

  it('finds a running task again, with its process and its state', async () => {
    await (await client()).run({ tasks: ['long'] })
    const before = await until(async () => {
      const found = await status('long')
      return found?.state === 'running' && lines('long').length > 0 ? found : undefined
    })
    killService()
    const after = await status('long')
    expect(after).toMatchObject({ state: 'running', run: { id: before.run?.id, pid: before.run?.pid } })
    await (await client()).stop({ tasks: ['long'] })
    expect(runs('long')).toMatchObject([{ state: 'stopped' }])
  }, 60_000)
})

describe('a task process that is killed', () => {
  it('is failed with the reason, and nothing of it is left, wherever it went', async () => {
    await (await client()).run({ tasks: ['stray'] })
    const found = await until(async () => {
      const seen = await status('stray')
      return lines('stray').length > 0 && seen?.run?.pid !== undefined ? seen : undefined
    })
    process.kill(found.run?.pid ?? 0, 'SIGKILL')
    const last = await until(async () => (await status('stray'))?.last)
    expect(last).toMatchObject({ state: 'failed', reason: expect.stringContaining('vanished') })
    expect(findProcesses({ run: last.id })).toEqual([])
  }, 60_000)

  it('while no service was there, is found out by the next one', async () => {
    await (await client()).run({ tasks: ['long'] })
    const found = await until(async () => {
      const seen = await status('long')
      return seen?.run?.pid === undefined ? undefined : seen
    })
    killService()
    process.kill(found.run?.pid ?? 0, 'SIGKILL')
    const after = await until(async () => (await status('long'))?.last)
    expect(after).toMatchObject({ id: found.run?.id, state: 'failed' })
  }, 60_000)

  it('of a daemon is started anew', async () => {
    await (await client()).enable({ tasks: ['web'] })
    const first = await until(async () => (await status('web'))?.run?.pid)
    await until(() => (lines('web').length === 1 ? true : undefined))
    process.kill(first, 'SIGKILL')
    const again = await until(async () => {
      const pid = (await status('web'))?.run?.pid
      return pid === undefined || pid === first ? undefined : pid
    })
    expect(again).not.toBe(first)
    await (await client()).stop({ tasks: ['web'] })
    expect(await status('web')).toMatchObject({ state: 'idle', reason: 'stopped by a command' })
    killService()
    expect(await status('web')).toMatchObject({ state: 'idle', reason: 'stopped by a command' })
  }, 60_000)
})
