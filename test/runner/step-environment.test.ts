import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newRun } from '../../src/runner/new-run.ts'
import type { Run } from '../../src/runner/run.ts'
import { logFile, runFile } from '../../src/runner/run-paths.ts'
import { startRun } from '../../src/runner/start-run.ts'
import { stepEnvironment } from '../../src/runner/step-environment.ts'
import type { CommandAction } from '../../src/runner/task.ts'
import { hookDirectory } from '../../src/signals/hooks/hook-files.ts'
import { binary, taskProcessCommand, useTaskRuns } from '../support/task-runs.ts'

const runs = useTaskRuns()
const token = 'sek-geheim-8f3a"99'

async function runWith(name: string, action: Omit<CommandAction, 'kind'>): Promise<Run> {
  const task = runs.task([{ name: 'work', action: { kind: 'command', ...action } }], { name })
  const run = newRun(task, { source: { kind: 'test' }, cause: { kind: 'manual' } })
  const given = {
    SERVICE_TOKEN: token,
    NODE_OPTIONS: '--no-such-option',
    COLOUR: 'blue',
    PLAIN_TOKEN: 'purple-elephant',
  }
  await startRun(runs.home, run, {
    command: taskProcessCommand,
    env: { ...process.env, ...stepEnvironment(given) },
  })
  return runs.ended(run)
}

it('reaches the steps and not their process, and its secrets stand in no file', async () => {
  const capture = { stdout: join(runs.work, 'kept', 'out'), stderr: join(runs.work, 'kept', 'err') }
  const print =
    'echo "$COLOUR $NODE_OPTIONS"; printf "%.6s" "$SERVICE_TOKEN"; printf "%s" "$SERVICE_TOKEN" | cut -c7-; ' +
    'echo "is it $SERVICE_TOKEN?" >&2; echo "progress: 5% $SERVICE_TOKEN"; env | grep -c STEP_ENVIRONMENT; printf sek-'
  const run = await runWith('secrets', { run: print, capture })
  expect(run).toMatchObject({ state: 'completed' })
  expect(readFileSync(capture.stdout, 'utf8')).toBe(
    'blue --no-such-option\n[redacted]\nprogress: 5% [redacted]\n0\nsek-',
  )
  expect(readFileSync(capture.stderr, 'utf8')).toBe('is it [redacted]?\n')
  expect(runs.printed('secrets', 'work', 'stderr')).toEqual(['is it [redacted]?'])
  for (const path of [runFile(runs.home, run), logFile(runs.home, 'secrets')]) {
    expect(readFileSync(path, 'utf8')).not.toContain('sek-geheim')
  }
})

it('is known to what an agent starts of ours', async () => {
  const payload = '{"hook_event_name":"Notification","session_id":"1","message":"it is %s"}'
  const hook = `${process.execPath} ${binary} hook --agent claude --always`
  await runWith('hook', { run: `export NODE_OPTIONS=; printf '${payload}' "$PLAIN_TOKEN" | ${hook}` })
  const directory = hookDirectory(runs.home.state)
  const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.json'))
  expect(readFileSync(join(directory, file), 'utf8')).toContain('"it is [redacted]"')
})

it('has a file as its standard input, and none without', async () => {
  const stdin = join(runs.work, 'prompt.md')
  writeFileSync(stdin, 'do it\n'.repeat(50_000))
  await runWith('input', { run: 'wc -l', stdin })
  expect(runs.printed('input', 'work').map((line) => line.trim())).toEqual(['50000'])
  expect(await runWith('none', { run: 'wc -c' })).toMatchObject({ state: 'completed' })
  expect(runs.printed('none', 'work').map((line) => line.trim())).toEqual(['0'])
})

it('says which input cannot be read', async () => {
  const stdin = join(runs.work, 'nowhere')
  const marker = join(runs.work, 'ran')
  expect((await runWith('missing', { run: ['touch', marker], stdin })).reason).toBe(
    `step work: its input ${stdin} cannot be read (ENOENT)`,
  )
  expect(existsSync(marker)).toBe(false)
})
