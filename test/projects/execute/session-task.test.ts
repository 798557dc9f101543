import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ProfileStore } from '../../../src/agents/profile-store.ts'
import { EscalationStore } from '../../../src/escalation/escalation-store.ts'
import { ensurePrivateDirectory } from '../../../src/lib/home.ts'
import { newTimeOrderedId } from '../../../src/lib/ids.ts'
import { parseDocument } from '../../../src/projects/document.ts'
import { planOf } from '../../../src/projects/plan-of.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import type { TaskOrder } from '../../../src/projects/run/executor.ts'
import { TaskResult } from '../../../src/projects/run/task-result.ts'
import { newRun } from '../../../src/runner/new-run.ts'
import type { Run } from '../../../src/runner/run.ts'
import { readRun } from '../../../src/runner/run-files.ts'
import { runPlacesOf } from '../../../src/runner/run-paths.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import { startRun } from '../../../src/runner/start-run.ts'
import { loadConfig } from '../../../src/service/config.ts'
import { makeExecutor } from '../../../src/service/project-executor.ts'
import { RunningService } from '../../support/running-service.ts'
import { binary, taskProcessCommand } from '../../support/task-runs.ts'

const token = 'sek-geheim-8f3a99'
/** It shows what it was given; what exits within a second has not started. */
const agent = `#!/bin/sh
pwd > where.txt
printf 'task: %s\\nkey: %s\\n' "$*" "$SERVICE_TOKEN"
printf 'PERMISSION: may I delete old.log? [y/n] '
read answer
sleep 1.2
echo "got <$answer>"
`
const service = new RunningService([process.execPath, binary, 'service', 'run'])
const project = join(service.work, 'shop')
process.env['ITERM_ORCH_TERMINAL'] = 'host'
afterAll(() => service.stop())

beforeAll(async () => {
  mkdirSync(project)
  initProject(project)
  const program = join(service.work, 'agent.sh')
  writeFileSync(program, agent, { mode: 0o755 })
  ensurePrivateDirectory(service.home.root)
  writeFileSync(
    service.home.config,
    `agent: sham\nagents:\n  sham: { command: [${program}], task: argument, conversation: [--session-id, '{id}'] }\n`,
  )
  writeFileSync(join(project, '.env'), `SERVICE_TOKEN=${token}\n`, { mode: 0o600 })
  writeFileSync(
    service.home.registered,
    JSON.stringify({ projects: { shop: { path: project, enabled: true } } }),
  )
  await service.client()
}, 60_000)

it('is asked in its session, and its result tells what, and what was answered', async () => {
  const { home } = service
  const store = new EscalationStore(home.escalations)
  const executor = makeExecutor({
    ...{
      home,
      config: () => loadConfig(home),
      profiles: new ProfileStore(home.agents),
      environment: process.env,
    },
    escalations: {
      since: (time) => {
        store.load()
        return [...store.open(), ...store.closedSince(time)]
      },
    },
  })
  const document = '---\nmode: session\ndone: exit\n---\nTidy up.\n'
  const read = parseDocument(Buffer.from(document))
  if (!read.ok) throw new Error(read.problem)
  const { settings, text } = read
  const plan = planOf({ document: settings, config: loadConfig(home).projects })
  const id = 'task-tidy-20261121-120000'
  const order: TaskOrder = {
    ...{ project: { name: 'shop', path: project }, id, plan, text, number: 1 },
    run: newTimeOrderedId(),
  }
  const startedAt = new Date().toISOString()
  const { facts, definition, environment: env } = await executor.prepare(order)
  expect(facts).toMatchObject({ mode: 'session', agent: 'sham' })
  const run = {
    ...newRun(definition, { source: { kind: 'test' }, cause: { kind: 'manual' } }),
    id: order.run,
  }
  const places = runPlacesOf(home, project)
  await startRun(places, run, { command: taskProcessCommand, env })
  const until = (fits: (run: Run) => boolean) =>
    vi.waitFor(
      () => {
        const now = readRun(places, run)
        if (now && fits(now)) return now
        throw new Error(`the run is ${now?.state}: ${now?.reason}`)
      },
      { timeout: 50_000, interval: 50 },
    )
  const blocked = await until(({ state }) => state === 'blocked')
  const client = await service.client()
  await client.answerEscalation(blocked.steps[0]?.escalation ?? '', { choice: 'approve' })
  const ended = await until(isOver)
  const attempt = { number: 1, run: run.id, startedAt, facts }
  const record = {
    version: 1 as const,
    task_id: id,
    document: { sha256: '', text: document },
    attempts: [attempt],
  }
  const { state, result } = await executor.conclude(order, attempt, ended, record)
  expect(state).toBe('completed')
  expect(TaskResult.parse(result)).toEqual(result)
  expect(result.stdout).toContain('key: [redacted]')
  expect(result.stdout).toContain('got <y>')
  const [, conversation = ''] = /--session-id (\S+)/.exec(result.stdout ?? '') ?? []
  expect(conversation).toMatch(/^[0-9a-f-]{36}$/)
  expect(result.worker_output?.session_id).toBe(conversation)
  expect(result).toMatchObject({ stderr: null, mode: 'session', agent: 'sham' })
  expect(result.escalations).toMatchObject([
    { kind: 'permission', text: expect.stringContaining('may I delete old.log?'), from: 'human' },
  ])
  expect(result.escalations[0]?.answer).toBeTruthy()
  expect(readFileSync(join(project, 'where.txt'), 'utf8').trim()).toBe(realpathSync(project))
  expect(withToken(service.work)).toEqual([])
}, 120_000)

/** Files with the token in them. */
function withToken(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return withToken(path)
    if (!entry.isFile() || entry.name === '.env') return []
    return execFileSync('sh', ['-c', 'grep -c -F -- "$1" "$2" || true', 'sh', token, path])
      .toString()
      .startsWith('0')
      ? []
      : [path]
  })
}
