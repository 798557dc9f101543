import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runsDirectory } from '../../../src/runner/run-paths.ts'
import { client, home, out, runs, status, until, useRealService } from './real-service.ts'

const names = Array.from({ length: 6 }, (_, index) => `job-${index}`)

useRealService(
  names.map((name) => `  ${name}: { run: "echo x >> ${out}/${name}; exec sleep 1000" }\n`).join(''),
)

const running = (task: string) =>
  until(async () => {
    const { run, state } = (await status(task)) ?? {}
    return state === 'running' && run?.steps[0]?.pid !== undefined ? run : undefined
  })

it('runs that are killed by a command are stopped, although the service notices that their processes are gone', async () => {
  await (await client()).run({ tasks: names })
  await Promise.all(names.map(running))
  for (const task of names) {
    const { results } = await (await client()).stop({ tasks: [task], force: true })
    expect(results).toEqual([{ task, done: true, what: 'stopped' }])
    expect(runs(task)).toMatchObject([{ state: 'stopped', reason: 'it was killed, as asked' }])
  }
  expect(names.flatMap((name) => readdirSync(runsDirectory(home, name)))).toEqual(
    names.flatMap((name) => runs(name).map(({ id }) => `${id}.json`)),
  )
}, 60_000)
