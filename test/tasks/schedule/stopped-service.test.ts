import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { isStopped } from '../../../src/runner/processes-of-run.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import {
  client,
  lines,
  out,
  runs,
  secondsTaken,
  servicePid,
  status,
  until,
  useRealService,
} from './real-service.ts'

/** So many slots pass, at least, while the service stands still. */
const slots = 3
const rules = ['none', 'last', 'all'] as const
const names: string[] = [...rules]

useRealService(`${rules
  .map(
    (rule) => `
  ${rule}:
    type: cron
    interval: 1s
    catch_up: ${rule}
    overlap: queue
    enabled: false
    run: echo "$ITERM_ORCH_RUN" >> ${out}/${rule}`,
  )
  .join('')}
  long: { run: "while :; do echo x >> ${out}/long; sleep 0.1; done" }
  brief: { run: "while ! test -e ${out}/go; do sleep 0.1; done; exit 3", alerts: [{ on: failed }] }
`)

describe.runIf(process.platform === 'linux')(
  'a service that stands still (SIGSTOP), as on a computer that sleeps',
  () => {
    /** What was there when it stood still, and what when it went on. */
    let still: { before: number[]; after: number[]; progress: number; lastSlot: number }

    beforeAll(async () => {
      const tasks = await client()
      await tasks.enable({ tasks: names })
      await tasks.run({ tasks: ['long', 'brief'] })
      await until(async () => ((await status('brief'))?.state === 'running' ? true : undefined))
      await until(() =>
        names.every((name) => runs(name).length > 0) && lines('long').length > 0 ? true : undefined,
      )
      const pid = servicePid() ?? 0
      process.kill(pid, 'SIGSTOP')
      await until(() => isStopped(pid) || undefined)
      const before = names.map((name) => runs(name).length)
      const progress = lines('long').length
      const lastSlot = Math.max(...names.flatMap(secondsTaken))
      writeFileSync(join(out, 'go'), '')
      await until(() => (runs('brief').every(isOver) ? true : undefined))
      await until(() => (Date.now() > lastSlot + (slots + 1) * 1_000 ? true : undefined))
      still = { before, after: names.map((name) => runs(name).length), progress, lastSlot }
      process.kill(pid, 'SIGCONT')
      const news = (name: string, index: number) => runs(name).length > (still.after[index] ?? 0) + 1
      await until(() => (names.every(news) ? true : undefined))
      await tasks.disable(names)
      await until(() => (names.every((name) => runs(name).every(isOver)) ? true : undefined))
    }, 120_000)

    it('starts nothing, and what runs goes on', async () => {
      expect(still.after).toEqual(still.before)
      expect(lines('long').length).toBeGreaterThan(still.progress)
      expect(await status('long')).toMatchObject({ state: 'running' })
    })

    it('notices what ended meanwhile, and how', async () => {
      expect(await status('brief')).toMatchObject({
        state: 'idle',
        last: { state: 'failed', reason: expect.stringContaining('exit code 3') },
        alerts: [{ on: 'failed', count: 1 }],
      })
    })

    it.each(names)('with catch_up: %s leaves a record of every slot, and runs none twice', (name) => {
      const taken = secondsTaken(name)
      expect(taken).toEqual(taken.map((_, index) => (taken[0] ?? 0) + index * 1_000))
      const run = runs(name).filter(({ missed }) => !missed)
      expect(run.map(({ state }) => state)).toEqual(run.map(() => 'completed'))
      expect(lines(name).sort()).toEqual(run.map(({ id }) => id))
    })

    it('makes up for what catch_up says', () => {
      const missed = (name: string) => runs(name).flatMap((run) => run.missed?.count ?? [])
      expect(missed('all')).toEqual([])
      // The newest slot is on time within a minute: one of what passed is run by either rule.
      for (const name of ['none', 'last']) expect(Math.max(...missed(name))).toBeGreaterThanOrEqual(slots - 1)
    })
  },
)
