// A service that works on the documents of many projects is killed again and again, with the built binary:
// npm run build && PROJECTS=50 TASKS=100 PARALLEL=8 KILLS=Infinity KILL_EVERY=6 npx vitest run test/projects/killed.test.ts
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { enableProject } from '../../src/projects/change-registry.ts'
import { newDocumentName } from '../../src/projects/document-name.ts'
import { initProject, placesIn } from '../../src/projects/project-places.ts'
import { TaskRecord } from '../../src/projects/run/task-record.ts'
import { TaskResult } from '../../src/projects/run/task-result.ts'
import { readRun, runIds } from '../../src/runner/run-files.ts'
import { runPlacesOf } from '../../src/runner/run-paths.ts'
import { isOver } from '../../src/runner/run-state.ts'
import { ensureService, lockHolder, stopService } from '../../src/service/ensure-service.ts'
import { binary } from '../cli/cli.ts'
import { LoggingAgent, mostAtOnce, orderFor, type Wanted } from '../support/projects/logging-agent.ts'
import { seededRandom } from '../support/seeded-random.ts'

const projectCount = Number(process.env['PROJECTS'] ?? 5)
const taskCount = Number(process.env['TASKS'] ?? 5)
const kills = Number(process.env['KILLS'] ?? 3)
/** Seconds, on average. */
const killEvery = Number(process.env['KILL_EVERY'] ?? 2)
const seed = Number(process.env['SEED'] ?? 1)
const parallel = Number(process.env['PARALLEL'] ?? 4)
const retries = 2

const random = seededRandom(seed)
const home = resolveHome()
const agent = new LoggingAgent(join(home.root, 'out'))
const projects = Array.from({ length: projectCount }, (_, index) => `p${String(index).padStart(2, '0')}`)
/** One has an agent that hangs, one a `results/` that takes nothing, one is switched off and on. */
const [hanging = '', refusing = '', switched = ''] = projects
const pathOf = (project: string) => join(home.root, 'work', project)
const others = projects.filter((project) => project !== hanging && project !== refusing)

const idOf = (number: number) => newDocumentName('job', new Date(2026, 0, 1, 0, 0, number)).id

/** All tasks of a project, in their order. */
const wanted = (project: string): Wanted[] =>
  Array.from({ length: taskCount }, (_, number) => ({
    ...{ project, id: idOf(number) },
    ...(project === hanging && number === 1 ? { hangs: true } : {}),
    // One fails once, and the one after it more often than it may.
    failures: number % 25 === 3 ? 1 : number % 25 === 4 ? retries + 1 : 0,
    seconds: Math.round((random() / 5) * 1_000) / 1_000,
  }))
const plan = new Map(projects.map((project) => [project, wanted(project)]))

beforeAll(() => {
  const settings = `{ parallel: ${parallel}, agent: worker, settle: 200ms, retry_delay: 100ms, max_retry_delay: 1s }`
  const config = `terminal: host\nnotifiers: []\nprojects: ${settings}\nagents: { worker: ${agent.start} }\n`
  writeFileSync(home.config, config)
  for (const project of projects) {
    mkdirSync(pathOf(project), { recursive: true })
    initProject(pathOf(project))
    for (const one of (plan.get(project) ?? []).slice(0, Math.ceil(taskCount / 2))) drop(one)
  }
  const { results } = placesIn(pathOf(refusing))
  rmSync(results, { recursive: true })
  writeFileSync(results, 'in the way')
  const entries = projects.map((name) => [name, { path: pathOf(name), enabled: name !== switched }])
  writeFileSync(home.registered, JSON.stringify({ projects: Object.fromEntries(entries) }))
})

afterAll(async () => {
  for (const { pid } of hung()) process.kill(pid, 'SIGKILL')
  await stopService(home)
  // Too much for what is left to do when the process of a test ends.
  rmSync(home.root, { recursive: true, force: true, maxRetries: 5 })
}, 60_000)

describe(`${projectCount} projects with ${taskCount} tasks each, and a service that is killed (seed ${seed})`, () => {
  it('goes on with all of them while one hangs and the disk of one refuses', async () => {
    const began = Date.now()
    await startService()
    for (let kill = 0; kill < kills && !others.every(isDone); kill++) {
      if (kill === 1) dropRest()
      if (kill === 2) await enableProject(home, switched, true)
      await killService(kill)
    }
    if (kills < 2) dropRest()
    await enableProject(home, switched, true)
    await startService()
    await until(() => others.every(isDone))
    expect(hung().map(({ project, id }) => [project, id])).toEqual([[hanging, idOf(1)]])
    expect(existsSync(join(placesIn(pathOf(refusing)).results, `${idOf(0)}.json`))).toBe(false)
    const seconds = (Date.now() - began) / 1_000
    console.log(`${others.length * taskCount} tasks in ${seconds.toFixed(0)} s, ${killed} kills`)
  }, 7_200_000)

  it('goes on with these two as soon as they can', async () => {
    // While no service is there: one that has tried in vain for long enough may be giving up at that very moment.
    await stopService(home)
    rmSync(placesIn(pathOf(refusing)).results)
    for (const { pid } of hung()) process.kill(pid, 'SIGKILL')
    await startService()
    await until(() => projects.every(isDone))
  }, 7_200_000)

  it('has each attempt made once, in the order of the tasks, one at a time in a project', () => {
    const lines = agent.lines()
    for (const project of projects) {
      const own = lines.filter((line) => line.project === project)
      const begun = own.filter(({ what }) => what === 'begin')
      expect(begun.map(({ id }) => id)).toEqual(
        (plan.get(project) ?? []).flatMap((one) => Array<string>(attemptsOf(one)).fill(one.id)),
      )
      expect(begun.map(({ run }) => run)).toEqual(
        (plan.get(project) ?? []).flatMap(({ id }) => record(project, id).attempts.map(({ run }) => run)),
      )
      // The one that hung was ended by force.
      expect(mostAtOnce(own.filter(({ id }) => project !== hanging || id !== idOf(1)))).toBe(1)
    }
  })

  it('has never more at work than it may', () => {
    expect(mostAtOnce(agent.lines())).toBeLessThanOrEqual(parallel)
  })

  it('has all results, and they are right', () => {
    for (const project of projects) {
      const names = readdirSync(placesIn(pathOf(project)).results)
      expect(names.filter((name) => name.endsWith('.json')).sort()).toEqual(
        (plan.get(project) ?? []).map(({ id }) => `${id}.json`),
      )
      for (const one of plan.get(project) ?? []) examineResult(one)
    }
  })

  it('leaves nothing behind that is not over', () => {
    for (const project of projects) {
      const places = runPlacesOf(home, pathOf(project))
      expect(namesIn(places.pids)).toEqual([])
      for (const { id } of plan.get(project) ?? []) {
        const { attempts, over } = record(project, id)
        expect(over, `${project} ${id}`).toBeDefined()
        expect(attempts.filter(({ end }) => !end)).toEqual([])
        const runs = runIds(places, id)
        expect(runs).toEqual(attempts.map(({ run }) => run))
        expect(runs.flatMap((run) => readRun(places, { task: id, id: run }) ?? []).every(isOver)).toBe(true)
      }
    }
  })
})

let killed = 0

async function startService(): Promise<void> {
  await ensureService(home, [process.execPath, binary, 'service', 'run'])
}

/** Some of them while they start and find out what the one before has left. */
async function killService(kill: number): Promise<void> {
  const starting = startService().catch(() => undefined)
  if (kill % 3 !== 1) await starting
  await delay(killEvery * 1_000 * (0.5 + random()))
  const pid = lockHolder(home)
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  killed += 1
  await starting
}

/** The other half comes while the service works, is dead, or starts. */
function dropRest(): void {
  for (const all of plan.values()) for (const one of all.slice(Math.ceil(taskCount / 2))) drop(one)
}

function drop(one: Wanted): void {
  const path = documentOf(one)
  writeFileSync(`${path}.part`, `---\nretries: ${one.hangs ? 0 : retries}\n---\n${orderFor(one)}`)
  renameSync(`${path}.part`, path)
}

function documentOf({ project, id }: Wanted): string {
  return join(placesIn(pathOf(project)).tasks, `${id}.md`)
}

/** Agents that have begun and are still there, though nothing ends them. */
function hung() {
  const lines = agent.lines()
  const isGone = ({ run, pid }: { run: string; pid: number }) =>
    lines.some((other) => other.what === 'end' && other.run === run) || !isAlive(pid)
  return lines.filter((line) => line.project === hanging && line.what === 'begin' && !isGone(line))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function isDone(project: string): boolean {
  const last = (plan.get(project) ?? []).at(-1)
  const path = join(runPlacesOf(home, pathOf(project)).tasks, last?.id ?? '', 'task.json')
  return existsSync(path) && TaskRecord.parse(JSON.parse(readFileSync(path, 'utf8'))).over !== undefined
}

function attemptsOf({ failures = 0 }: Wanted): number {
  return Math.min(failures, retries) + 1
}

function record(project: string, id: string): TaskRecord {
  const path = join(runPlacesOf(home, pathOf(project)).tasks, id, 'task.json')
  return TaskRecord.parse(JSON.parse(readFileSync(path, 'utf8')))
}

function examineResult(one: Wanted): void {
  const { project, id, failures = 0 } = one
  const path = join(placesIn(pathOf(project)).results, `${id}.json`)
  const result = TaskResult.parse(JSON.parse(readFileSync(path, 'utf8')))
  const attempts = attemptsOf(one)
  const status = failures > retries || one.hangs ? 'failed' : 'completed'
  expect(result).toMatchObject({
    ...{ task_id: id, project, status, mode: 'headless', agent: 'worker' },
    stdout: `${project} ${id} attempt ${attempts}\n`,
    stderr: `stderr of attempt ${attempts}\n`,
    error: status === 'completed' ? null : expect.stringMatching(/./u),
    document_sha256: createHash('sha256')
      .update(readFileSync(documentOf(one)))
      .digest('hex'),
    attempts: Array.from({ length: attempts }, (_, index) => ({
      number: index + 1,
      status: index < attempts - 1 ? 'failed' : status,
    })),
  })
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : []
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(200)
}
