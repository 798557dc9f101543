// Kills what can be killed, with the built binary: KILLS=200 SEED=1 npx vitest run test/tasks/schedule/kills.test.ts
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { findProcesses } from '../../../src/runner/processes-of-run.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import type { TaskStatus } from '../../../src/tasks/schedule/task-status.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import {
  client,
  killService,
  lines,
  out,
  runs,
  secondsTaken,
  status,
  until,
  useRealService,
} from './real-service.ts'

const kills = Number(process.env['KILLS'] ?? 1)
const seed = Number(process.env['SEED'] ?? 1)
const random = seededRandom(seed)

useRealService(`
  tick:
    type: cron
    interval: 1s
    catch_up: all
    overlap: queue
    enabled: false
    run: echo "$ITERM_ORCH_RUN" >> ${out}/tick
  long:
    run: "echo $$ > ${out}/long; while :; do sleep 0.1; done"
  lost:
    run: "while :; do sleep 0.1; done"
  stray:
    run: "setsid sh -c 'echo $$ > ${out}/stray; sleep 1000' & sleep 1000"
  web:
    type: daemon
    enabled: false
    restart: { delay: 100ms }
    run: "echo $$ >> ${out}/web; exec sleep 1000"
`)

const running = (task: string) =>
  until(async () => {
    const found = await status(task)
    return found?.state === 'running' && found.run?.pid !== undefined ? found : undefined
  })

describe(`a service that is killed (${kills} times, seed ${seed})`, () => {
  let before: TaskStatus[] = []

  beforeAll(
    async () => {
      await (await client()).enable({ tasks: ['tick', 'web'] })
      await (await client()).run({ tasks: ['long', 'lost'] })
      before = await Promise.all(['long', 'web', 'lost'].map(running))
      await until(() => (lines('long').length > 0 && lines('web').length > 0 ? true : undefined))
      for (let left = kills; left > 0; left--) {
        const known = runs('tick').length
        await until(() => (runs('tick').length > known ? true : undefined))
        await delay(random() * 1_000)
        killService()
        // With the last service the process of a run ends as well.
        if (left === 1) process.kill(before[2]?.run?.pid ?? 0, 'SIGKILL')
        await status('tick')
      }
    },
    60_000 + kills * 30_000,
  )

  it('loses no slot of a schedule and runs none twice', async () => {
    const [first = 0] = secondsTaken('tick')
    await (await client()).disable(['tick'])
    const all = await until(() => {
      const found = runs('tick')
      return found.every(isOver) ? found : undefined
    })
    expect(secondsTaken('tick')).toEqual(all.map((_, index) => first + index * 1_000))
    expect(all.map(({ state }) => state)).toEqual(all.map(() => 'completed'))
    expect(lines('tick').sort()).toEqual(all.map(({ id }) => id))
  }, 60_000)

  it.each(['long', 'web'])(
    'is followed by one that finds %s again, with its process and its state',
    async (task) => {
      const { run: known } = before[task === 'long' ? 0 : 1] ?? {}
      expect(await status(task)).toMatchObject({ state: 'running', run: { id: known?.id, pid: known?.pid } })
      expect(lines(task)).toHaveLength(1)
    },
  )

  it('is followed by one that stops what the other has started', async () => {
    await (await client()).stop({ tasks: ['long'] })
    expect(runs('long')).toMatchObject([{ state: 'stopped' }])
  })

  it('is followed by one that finds out which process was killed while none was there', async () => {
    const last = await until(async () => (await status('lost'))?.last)
    expect(last).toMatchObject({ id: before[2]?.run?.id, state: 'failed' })
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

  it('of a daemon is started anew', async () => {
    const first = (await running('web')).run?.pid ?? 0
    process.kill(first, 'SIGKILL')
    const again = await until(async () => {
      const pid = (await status('web'))?.run?.pid
      return pid === undefined || pid === first ? undefined : pid
    })
    expect(again).not.toBe(first)
  }, 60_000)
})
