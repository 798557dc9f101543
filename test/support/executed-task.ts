/** One document of a project, executed as the monitor does it, by the built binary; its service answers for it. */
import { vi } from 'vitest'
import { ProfileStore } from '../../src/agents/profile-store.ts'
import { EscalationStore } from '../../src/escalation/escalation-store.ts'
import type { Home } from '../../src/lib/home.ts'
import { newTimeOrderedId } from '../../src/lib/ids.ts'
import { parseDocument } from '../../src/projects/document.ts'
import { planOf } from '../../src/projects/plan-of.ts'
import type { TaskOrder } from '../../src/projects/run/executor.ts'
import { TaskResult } from '../../src/projects/run/task-result.ts'
import { killProcesses } from '../../src/runner/end-processes.ts'
import { newRun } from '../../src/runner/new-run.ts'
import type { Run } from '../../src/runner/run.ts'
import { readRun } from '../../src/runner/run-files.ts'
import { runPlacesOf } from '../../src/runner/run-paths.ts'
import { isOver } from '../../src/runner/run-state.ts'
import { startRun } from '../../src/runner/start-run.ts'
import { loadConfig } from '../../src/service/config.ts'
import { makeExecutor } from '../../src/service/project-executor.ts'
import { binary, taskProcessCommand } from './task-runs.ts'

export interface ExecutedTask {
  run: Run
  /** The run as soon as it fits. */
  until(fits: (run: Run) => boolean): Promise<Run>
  /** Waits for its end, and looks at what came of it. */
  result(): Promise<TaskResult>
  /** Ends whatever is left of it. */
  kill(): Promise<unknown>
}

/** Long enough for an agent on a busy computer; nothing is measured by it. */
const patienceMs = 60_000

export async function executeTask(
  home: Home,
  project: string,
  document: string,
  environment: NodeJS.ProcessEnv,
): Promise<ExecutedTask> {
  const store = new EscalationStore(home.escalations)
  const since = (time: number) => {
    store.load()
    return [...store.open(), ...store.closedSince(time)]
  }
  const executor = makeExecutor({
    ...{ home, environment, config: () => loadConfig(home), profiles: new ProfileStore(home.agents) },
    ...{ escalations: { since }, own: [process.execPath, binary] },
  })
  const read = parseDocument(Buffer.from(document))
  if (!read.ok) throw new Error(read.problem)
  const { settings, text } = read
  const plan = planOf({ document: settings, config: loadConfig(home).projects })
  const id = `task-${newTimeOrderedId()}-20261121-120000`
  const order: TaskOrder = {
    ...{ project: { name: 'shop', path: project }, id, plan, text, number: 1 },
    run: newTimeOrderedId(),
  }
  const startedAt = new Date().toISOString()
  const { facts, definition, environment: env } = await executor.prepare(order)
  const source = { source: { kind: 'test' }, cause: { kind: 'manual' as const } }
  const run = { ...newRun(definition, source), id: order.run }
  const places = runPlacesOf(home, project)
  await startRun(places, run, { command: taskProcessCommand, env })
  const until: ExecutedTask['until'] = (fits) =>
    vi.waitFor(
      () => {
        const now = readRun(places, run)
        if (now && fits(now)) return now
        throw new Error(`the run is ${now?.state}: ${now?.reason}`)
      },
      { timeout: patienceMs, interval: 50 },
    )
  return {
    run,
    until,
    async result() {
      const ended = await until(isOver)
      const attempt = { number: 1, run: run.id, startedAt, facts }
      const record = { version: 1 as const, task_id: id, document: { sha256: '', text: document } }
      const concluded = await executor.conclude(order, attempt, ended, { ...record, attempts: [attempt] })
      return TaskResult.parse(concluded.result)
    },
    kill: () => killProcesses({ run: run.id }),
  }
}
