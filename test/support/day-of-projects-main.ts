// A day of the monitor over real files, with a clock that runs ahead: documents come, one every 30 s, are worked on
// by something that ends at once, and are cleared away; projects come, go, stand still and are begun anew. Arguments:
// documents in all, and in a round. Prints after each round, as JSON, what this process has in use.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ProfileStore } from '../../src/agents/profile-store.ts'
import { writeFileAtomic } from '../../src/lib/atomic-file.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { newDocumentName } from '../../src/projects/document-name.ts'
import { createExecutor } from '../../src/projects/execute/create-executor.ts'
import { ProjectMonitor } from '../../src/projects/monitor/project-monitor.ts'
import { initProject, placesIn } from '../../src/projects/project-places.ts'
import { loadConfig } from '../../src/service/config.ts'
import { FakeClock } from './fake-clock.ts'

export interface InUse {
  /** Documents worked on so far. */
  documents: number
  /** Bytes after a collection of garbage. */
  heap: number
  /** Open files, sockets and watches of this process. */
  descriptors: number
  /** What waits on the clock of the monitor. */
  waiting: number
  /** By kind: what keeps Node's loop going, such as `FSEventWrap`. */
  resources: Record<string, number>
  /** Of this process and its signals. */
  listeners: number
  warnings: string[]
}

const [all = 100, each = 20] = process.argv.slice(2).map(Number)
/** Between two documents: 2,880 of them are a day. */
const betweenMs = 30_000
const stepMs = 5_000
const names = ['a', 'b', 'c', 'd']

const home = resolveHome()
mkdirSync(home.root, { recursive: true })
const clock = new FakeClock(Date.now())
const warnings: string[] = []
process.on('warning', ({ message }) => warnings.push(message))
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** In place of a task process: the run is completed at once. */
const ends = join(home.root, 'ends')
writeFileSync(
  ends,
  `sed -e 's/"state":"queued"/"state":"completed"/' -e 's/"state":"pending","attempt":0/"state":"completed","attempt":1,"exitCode":0/' "$1" >"$1.new" && mv "$1.new" "$1"\n`,
)
writeFileSync(home.config, 'projects: { agent: shell, retry_delay: 10s }\n')
const config = loadConfig(home)
const profiles = new ProfileStore(home.agents)
const monitor = new ProjectMonitor({
  ...{ home, clock, log: silentLogger(), command: ['/bin/sh', ends] },
  settings: () => config.projects,
  executor: createExecutor({
    ...{ home, own: [], config: () => config, profiles: () => profiles.profiles },
    environment: () => ({ PATH: process.env['PATH'] }),
    escalations: () => [],
  }),
  closeSessions: async () => undefined,
  tell: () => undefined,
})
for (const name of names) {
  mkdirSync(pathOf(name), { recursive: true })
  initProject(pathOf(name))
}
register({})
monitor.start()
for (let done = 0; done < all; done += each) {
  await round(done)
  process.stdout.write(`${JSON.stringify(await inUse(done + each))}\n`)
}
monitor.stop()
process.exit()

async function round(first: number): Promise<void> {
  const documents = Array.from({ length: each }, (_, index) => {
    const number = first + index
    const { id } = newDocumentName(`job ${number}`, new Date(number * 1_000))
    return { id, project: names[index % names.length] ?? '' }
  })
  for (const { id, project } of documents) {
    writeFileAtomic(join(placesIn(pathOf(project)).tasks, `${id}.md`), `echo ${id}\n`)
    for (let passed = 0; passed < betweenMs; passed += stepMs) await pass()
  }
  // One is forgotten and known again, one disabled and enabled, one begun anew.
  register({ b: { path: pathOf('b'), enabled: false } }, ['a'])
  await pass()
  register({})
  monitor.restart('c')
  while (documents.some(({ id, project }) => !isOver(project, id))) await pass()
  for (const { id, project } of documents) clearAway(project, id)
  for (let looks = 0; looks < 5; looks++) await pass()
}

/** The monitor hears of it by its sweep at the latest. */
function register(changes: Record<string, object>, without: readonly string[] = []): void {
  const entries = names
    .filter((name) => !without.includes(name))
    .map((name) => [name, { path: pathOf(name) }])
  writeFileAtomic(
    home.registered,
    JSON.stringify({ projects: { ...Object.fromEntries(entries), ...changes } }),
  )
  monitor.reload()
}

/**
 * A moment, in which everything can happen that does not wait for the clock. A disk has answered before the clock goes
 * on: to the monitor one that takes longer than its 5 s hangs.
 */
async function pass(): Promise<void> {
  clock.pass(stepMs)
  do await delay(5)
  while (process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq')))
}

function isOver(project: string, id: string): boolean {
  const isThere = existsSync(join(placesIn(pathOf(project)).results, `${id}.json`))
  return isThere && monitor.list().every(({ name, task }) => name !== project || task === undefined)
}

/** As people do who want to see only what is new. */
function clearAway(project: string, id: string): void {
  const { tasks, results, state, logs } = placesIn(pathOf(project))
  const files = [join(tasks, `${id}.md`), join(results, `${id}.json`), join(logs, `${id}.log`)]
  for (const path of [...files, join(state, 'tasks', id)]) rmSync(path, { recursive: true, force: true })
}

function pathOf(name: string): string {
  return join(home.root, 'work', name)
}

async function inUse(documents: number): Promise<InUse> {
  // What is over may still be closing.
  for (let turn = 0; turn < 20; turn++) await setImmediate()
  collectGarbage()
  await delay(20)
  collectGarbage()
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  return {
    ...{ documents, resources, listeners, warnings },
    heap: process.memoryUsage().heapUsed,
    descriptors: readdirSync('/dev/fd').length,
    waiting: clock.waiting,
  }
}
