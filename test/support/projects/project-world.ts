/** Registered projects in an empty home, and what the monitor makes of their documents. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, vi } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { type Home, resolveHome } from '../../../src/lib/home.ts'
import { silentLogger } from '../../../src/lib/logger.ts'
import { registerProject } from '../../../src/projects/change-registry.ts'
import type { TaskEvent } from '../../../src/projects/monitor/project-log.ts'
import { type MonitorParts, ProjectMonitor } from '../../../src/projects/monitor/project-monitor.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import { ProjectSettings } from '../../../src/projects/project-settings.ts'
import { TaskRecord } from '../../../src/projects/run/task-record.ts'
import { TaskResult } from '../../../src/projects/run/task-result.ts'
import { killProcesses } from '../../../src/runner/end-processes.ts'
import { shellExecutor } from './shell-executor.ts'
import { taskProcessCommand } from './task-process-command.ts'

/** Long enough for a busy computer; nothing is measured by it. */
const patienceMs = 18_000

export class ProjectWorld {
  readonly root = mkdtempSync(join(process.env['HOME'] ?? '', 'p-'))
  readonly home: Home = resolveHome({ ITERM_ORCH_HOME: join(this.root, 'h') })
  readonly events: TaskEvent[] = []
  readonly #monitors: ProjectMonitor[] = []
  readonly #paths: string[] = []

  constructor() {
    // Of several waits in one test.
    vi.setConfig({ testTimeout: 3 * patienceMs })
    afterAll(() => this.end())
  }

  /** A registered project with its directories. Gives its path. */
  async project(name: string): Promise<string> {
    const path = this.unregistered(name)
    await registerProject(this.home, path, { name })
    return path
  }

  unregistered(name: string): string {
    const path = join(this.root, name)
    mkdirSync(path, { recursive: true })
    initProject(path)
    this.#paths.push(path)
    return path
  }

  monitor(given: Partial<MonitorParts> = {}, settings: Partial<ProjectSettings> = {}): ProjectMonitor {
    const all = {
      ...ProjectSettings.parse({}),
      settle: 50,
      retry_delay: 10,
      max_retry_delay: 20,
      ...settings,
    }
    const monitor = new ProjectMonitor({
      ...{ home: this.home, clock: systemClock, log: silentLogger(), executor: shellExecutor() },
      ...{ command: taskProcessCommand, settings: () => all, closeSessions: async () => undefined },
      tell: (event) => this.events.push(event),
      ...given,
    })
    this.#monitors.push(monitor)
    monitor.start()
    return monitor
  }

  async end(): Promise<void> {
    for (const monitor of this.#monitors.splice(0)) monitor.stop()
    for (const path of this.#paths) {
      for (const id of idsIn(join(path, 'state', 'tasks'))) {
        const record = recordOf(path, id)
        for (const { run } of record?.attempts ?? []) await killProcesses({ run })
      }
    }
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}

export const idOf = (name: string, second = 0) => `task-${name}-20260101-${String(second).padStart(6, '0')}`

/** @param second orders it among the others */
export function writeTask(project: string, name: string, script: string, second = 0, top = ''): string {
  const id = idOf(name, second)
  writeFileSync(join(project, 'tasks', `${id}.md`), `${top === '' ? '' : `---\n${top}\n---\n`}${script}\n`)
  return id
}

export function recordOf(project: string, id: string): TaskRecord | undefined {
  const path = join(project, 'state', 'tasks', id, 'task.json')
  return existsSync(path) ? TaskRecord.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

export function resultOf(project: string, id: string): TaskResult | undefined {
  const path = join(project, 'results', `${id}.json`)
  return existsSync(path) ? TaskResult.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

/** Waits until the task is over, and gives its result. */
export async function overOf(project: string, id: string): Promise<TaskResult> {
  await until(() => recordOf(project, id)?.over !== undefined, `${id} is not over`)
  const result = resultOf(project, id)
  if (!result) throw new Error(`${id} has no result`)
  return result
}

export function until(isSo: () => boolean, what: string, timeout = patienceMs): Promise<void> {
  return vi.waitFor(
    () => {
      if (!isSo()) throw new Error(what)
    },
    { timeout, interval: 20 },
  )
}

/** A script that says that it has begun, and goes on when {@link letGo} is called. */
export const untilLetGo = 'touch begun; while ! test -e go; do sleep 0.05; done'

export function untilBegun(project: string): Promise<void> {
  return until(() => existsSync(join(project, 'begun')), 'not begun')
}

export function letGo(project: string): void {
  writeFileSync(join(project, 'go'), '')
}

let named = 0
/** A name that no other project of the file has. */
export const newName = () => `p${++named}`

/** A line of a script that says that it ran; {@link orderIn} gives what was said, in order. */
export const sayIn = (project: string, word: string) => `echo ${word} >> ${join(project, 'order')}`
export const orderIn = (project: string) => linesOf(join(project, 'order'))

export function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}

function idsIn(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : []
}
