import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { killProcesses } from '../../../src/runner/end-processes.ts'
import { MonitorProcess } from '../../support/projects/monitor-process.ts'
import {
  idOf,
  linesOf,
  overOf,
  ProjectWorld,
  recordOf,
  resultOf,
  until,
  writeTask,
} from '../../support/projects/project-world.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const world = new ProjectWorld()
const fullWorld = new ProjectWorld()
const kills = Number(process.env['KILLS'] ?? 3)
const settings = { SETTINGS: JSON.stringify({ settle: '50ms', retry_delay: '20ms', parallel: 4 }) }

describe('kill -9', () => {
  it(`of the monitor, ${kills} times, loses nothing, runs nothing twice, and keeps the order`, {
    timeout: 60_000 + kills * 5_000,
  }, async () => {
    const random = seededRandom(Number(process.env['SEED'] ?? 7))
    const projects = await Promise.all(['a', 'b', 'c'].map((name) => world.project(name)))
    const number = kills + 1
    for (const project of projects) {
      for (let second = 1; second <= number; second++) {
        const say = (word: string) => `echo ${word} >> ${project}/order`
        writeTask(
          project,
          'work',
          `${say(`+${second}`)}; sleep 0.1; ${say(`-${second}`)}; echo ${second}`,
          second,
        )
      }
    }
    for (let kill = 0; kill < kills; kill++) {
      const monitor = await MonitorProcess.start(world.home, settings)
      await delay(random() * 1_500)
      await monitor.kill()
    }
    const monitor = await MonitorProcess.start(world.home, settings)
    for (const project of projects) {
      await until(() => recordOf(project, idOf('work', number))?.over !== undefined, 'not over', 60_000)
      const seconds = Array.from({ length: number }, (_, index) => index + 1)
      expect(linesOf(join(project, 'order'))).toEqual(
        seconds.flatMap((second) => [`+${second}`, `-${second}`]),
      )
      for (const second of seconds) {
        expect(resultOf(project, idOf('work', second))).toMatchObject({
          status: 'completed',
          stdout: `${second}\n`,
        })
        expect(recordOf(project, idOf('work', second))?.attempts).toHaveLength(1)
      }
      expect(readdirSync(join(project, 'results')).filter((name) => name.endsWith('.json'))).toHaveLength(
        number,
      )
    }
    await monitor.kill()
  })

  it('of what a task runs in ends the attempt as interrupted, and another one begins only where retries are left', async () => {
    const project = await world.project('killed')
    const script = `echo run >> ${project}/order; test $(wc -l < ${project}/order) = 2 || sleep 60`
    const again = writeTask(project, 'again', script, 1, 'retries: 1')
    const once = writeTask(project, 'once', `echo run >> ${project}/order; sleep 60`, 2)
    const last = writeTask(project, 'last', 'echo last', 3)
    const monitor = world.monitor()
    await killRun(project, again, 1)
    expect(await overOf(project, again)).toMatchObject({ status: 'completed' })
    expect(recordOf(project, again)?.attempts).toMatchObject([
      { end: { state: 'failed', interrupted: true } },
      { end: { state: 'completed' } },
    ])
    await killRun(project, once, 3)
    expect(await overOf(project, once)).toMatchObject({ status: 'failed' })
    expect(recordOf(project, once)).toMatchObject({ over: { interrupted: true } })
    expect(resultOf(project, once)?.error).toContain('vanished')
    expect(await overOf(project, last)).toMatchObject({ status: 'completed' })
    monitor.stop()
  })
})

describe('a full disk', () => {
  it('is the matter of one project, which goes on when there is room again', async () => {
    const full = await fullWorld.project('full')
    const good = await fullWorld.project('good')
    const monitor = await MonitorProcess.start(fullWorld.home, { ...settings, FULL_BELOW: full })
    await monitor.fill()
    const say = `echo run >> ${full}/order`
    writeTask(full, 'x', say, 1)
    writeTask(full, 'x', say, 2)
    const fine = await overOf(good, writeTask(good, 'x', 'echo good'))
    expect(fine).toMatchObject({ stdout: 'good\n' })
    expect(recordOf(full, idOf('x', 1))).toBeUndefined()
    await monitor.heal()
    await overOf(full, idOf('x', 2))
    expect(linesOf(join(full, 'order'))).toEqual(['run', 'run'])
    await monitor.kill()
  })
})

/** With everything that it has started, as soon as it has said so many words. */
async function killRun(project: string, id: string, words: number): Promise<void> {
  await until(() => linesOf(join(project, 'order')).length === words, 'not begun')
  await killProcesses({ run: recordOf(project, id)?.attempts.at(-1)?.run ?? '' })
}
