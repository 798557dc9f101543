import { afterAll, expect, it } from 'vitest'
import { RunningService } from '../../support/running-service.ts'
import { binary, useTaskRuns } from '../../support/task-runs.ts'

const service = new RunningService([process.execPath, binary, 'service', 'run'])
// The last to be registered is the first to be called: what runs ends before the service.
afterAll(() => service.stop())
const { start, task, until, ended } = useTaskRuns({ home: service.home })

it('settles a run that somebody else has started, and whose process was killed, while nothing else runs', async () => {
  const { pid } = await (await service.client()).health()
  // It is begun when the service first sees it.
  process.kill(pid, 'SIGSTOP')
  const run = await start(task(['sleep 600']))
  const { process: own } = await until(
    run,
    ({ state, steps: [step] }) => state === 'running' && step?.pid !== undefined,
  )
  process.kill(pid, 'SIGCONT')
  if (!own) throw new Error('its record has its process')
  process.kill(own.pid, 'SIGKILL')
  expect(await ended(run)).toMatchObject({ state: 'failed', reason: expect.stringContaining('vanished') })
}, 60_000)
