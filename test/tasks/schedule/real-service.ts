/** The service of this test's home, run by the built binary as a process of its own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import type { Run } from '../../../src/runner/run.ts'
import { readRun, runIds } from '../../../src/runner/run-files.ts'
import { ensureService, lockHolder, stopService } from '../../../src/service/ensure-service.ts'
import { TaskClient } from '../../../src/service/task-client.ts'
import type { TaskStatus } from '../../../src/tasks/schedule/task-status.ts'
import { binary } from '../../cli/cli.ts'

export const home = resolveHome()
/** Where the tasks of a test leave what they have to say. */
export const out = join(home.root, 'out')

/** At the end everything is stopped. */
export function useRealService(tasks: string): void {
  beforeAll(() => {
    mkdirSync(out, { recursive: true })
    writeFileSync(home.config, `terminal: host\nnotifiers: []\ntasks:\n${tasks}`)
  })
  afterAll(async () => {
    // A test that failed may have left it standing still.
    const pid = servicePid()
    if (pid !== undefined) process.kill(pid, 'SIGCONT')
    await (await client()).stop({ tasks: ['*'], force: true })
    await stopService(home)
  }, 60_000)
}

/** Of the service, which is started when there is none. */
export async function client(): Promise<TaskClient> {
  const command = [process.execPath, binary, 'service', 'run']
  return new TaskClient((await ensureService(home, command)).client)
}

export async function status(task: string): Promise<TaskStatus | undefined> {
  return (await (await client()).list([task])).tasks[0]
}

/** Undefined when none runs. */
export function servicePid(): number | undefined {
  return lockHolder(home)
}

export function killService(): void {
  const pid = servicePid()
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
}

/** The oldest first. */
export function runs(task: string): Run[] {
  return runIds(home, task).flatMap((id) => readRun(home, { task, id }) ?? [])
}

/** Of a file in {@link out}. */
export function lines(name: string): string[] {
  const path = join(out, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean) : []
}

export async function until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await delay(50)
  }
}

/** Every slot that the runs of a task have taken, with those that a record says were left out; every second is one. */
export function secondsTaken(task: string): number[] {
  return runs(task).flatMap(({ cause: { scheduledFor = '' }, missed }) => {
    const last = Date.parse(scheduledFor)
    return Array.from({ length: missed?.count ?? 1 }, (_, back) => last - back * 1_000).reverse()
  })
}
