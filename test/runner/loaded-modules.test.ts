import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { newRun } from '../../src/runner/new-run.ts'
import { startRun } from '../../src/runner/start-run.ts'
import { binary, useTaskRuns } from '../support/task-runs.ts'

const listModules = fileURLToPath(new URL('../support/list-modules.cjs', import.meta.url))
const runs = useTaskRuns()

it('loads nothing into a task process that a hundred of them would pay for', async () => {
  const capture = { stdout: join(runs.work, 'out'), stderr: join(runs.work, 'err') }
  const modules = join(runs.work, 'modules')
  const task = runs.task([{ action: { kind: 'command', run: ['/bin/echo', 'done'], capture } }])
  const run = newRun(task, { source: { kind: 'test' }, cause: { kind: 'manual' } })
  const command = [process.execPath, '--require', listModules, binary, 'task-process']
  const { exited } = await startRun(runs.home, run, { command, env: { ...process.env, MODULES: modules } })
  await exited
  expect((await runs.ended(run)).state).toBe('completed')
  const loaded = readFileSync(modules, 'utf8')
  expect(loaded).toContain('dist/main.cjs')
  expect(loaded).toContain('/fs-native-extensions/')
  expect(loaded).not.toContain('/zod/')
})
