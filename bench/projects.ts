// What it costs to have documents worked on by the service instead of a shell loop over the same documents with the
// same program, how long it takes from a file written to the agent begun, and what the service costs when it has
// nothing to do. Arguments: tasks of a project, documents whose way is measured, seconds of rest.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { writeFileAtomic } from '../src/lib/atomic-file.ts'
import { type Home, resolveHome } from '../src/lib/home.ts'
import { newDocumentName } from '../src/projects/document-name.ts'
import { initProject, placesIn } from '../src/projects/project-places.ts'
import { ensureService, stopService } from '../src/service/ensure-service.ts'
import { builtCommand } from './support/built-command.ts'
import { cpuSeconds, processMemory } from './support/process-usage.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const tasks = Number(process.argv[2] ?? 50)
const dropped = Number(process.argv[3] ?? 100)
const seconds = Number(process.argv[4] ?? 20)
const many = { projects: 50, documents: 100 }
/** V8 collects garbage up to three times in a process that has come to rest, 8 to 50 s after that. */
const settleMs = 60_000

console.log(`${cpus().length} cores, load ${number(loadavg()[0] ?? 0)}`)
await throughput([1, 4])
await atRest()
process.exit()

interface Work {
  projects: string[]
  out: string
}

/** The same documents, by loops that run at once and by the service with as many at once. */
async function throughput(counts: number[]): Promise<void> {
  const rows: string[][] = []
  for (const count of counts) {
    const loop = await inPlace(count, ({ projects }) => byLoop(projects))
    const service = await inPlace(count, ({ projects }, home) => byService(projects, home))
    const all = count * tasks
    rows.push([
      `${count} × ${tasks}`,
      number(all / service.seconds),
      number(all / loop.seconds),
      ratio(service.seconds, loop.seconds),
      number((1_000 * service.cpu) / all),
      number((1_000 * service.cpuService) / all),
    ])
  }
  const title = `Documents whose work is one \`echo\`; a project each for loops and service, all at once`
  const header = ['projects × tasks', 'service, tasks/s', 'shell loop, tasks/s', 'time, service : loop']
  printTable(title, [...header, 'CPU a task, ms', 'of it the service, ms'], rows)
}

async function byLoop(projects: readonly string[]): Promise<{ seconds: number }> {
  const loop =
    'for f in tasks/*.md; do n=$(basename "$f"); /bin/sh -s <"$f" >results/$n.out 2>results/$n.err; done'
  const began = performance.now()
  const shells = projects.map((cwd) => once(spawn('/bin/sh', ['-c', loop], { cwd, stdio: 'ignore' }), 'exit'))
  await Promise.all(shells)
  return { seconds: (performance.now() - began) / 1_000 }
}

async function byService(projects: readonly string[], home: Home) {
  return withService(home, projects.length, async (pid) => {
    const before = { own: cpuSeconds(pid), all: cpuSeconds(pid, { children: true }) }
    const began = performance.now()
    register(home, projects)
    const results = projects.map((project) => placesIn(project).results)
    while (results.some((directory) => resultsIn(directory) < tasks)) await delay(20)
    const took = (performance.now() - began) / 1_000
    const cpuService = cpuSeconds(pid) - before.own
    return { seconds: took, cpuService, cpu: cpuSeconds(pid, { children: true }) - before.all }
  })
}

/** With many projects that are all there and have nothing to do; then documents come, one at a time. */
async function atRest(): Promise<void> {
  const none = await inPlace(0, (_, home) => withService(home, 1, rest))
  await inPlace(many.projects, ({ projects, out }, home) =>
    withService(home, 8, async (pid) => {
      for (const project of projects) settled(project)
      register(home, projects)
      const full = await rest(pid)
      const row = (name: string, take: (one: typeof none) => number) => [
        name,
        number(take(none)),
        number(take(full)),
        ratio(take(full), take(none)),
      ]
      printTable(
        `The service at rest for ${seconds} s, with ${many.projects} projects of ${many.documents} documents, half of them over and half held`,
        ['', 'no project', `${many.projects} projects`, 'ratio'],
        [
          row('CPU, % of a core', ({ cpu }) => cpu),
          row('memory of its own, MB', ({ megabytes }) => megabytes),
        ],
      )
      const renamed = await latency(projects, out, 'renamed', (path, text) => writeFileAtomic(path, text))
      const written = await latency(projects, out, 'written', (path, text) => writeFileSync(path, text))
      const node = nodeStarts(20)
      printTable(
        'From a document to its agent begun, ms, with nothing else to do',
        ['', 'times', 'p50', 'p99'],
        [
          timesRow('written elsewhere, renamed into tasks/ (as `task new` does)', renamed),
          timesRow('written in tasks/: counts as whole after 500 ms', written),
          timesRow('for comparison: a Node that does nothing, started and ended', node),
        ],
      )
    }),
  )
}

function timesRow(name: string, times: readonly number[]): string[] {
  return [name, number(times.length), number(percentile(times, 0.5)), number(percentile(times, 0.99))]
}

async function rest(pid: number): Promise<{ cpu: number; megabytes: number }> {
  await delay(settleMs)
  const before = cpuSeconds(pid)
  await delay(seconds * 1_000)
  return { cpu: (100 * (cpuSeconds(pid) - before)) / seconds, megabytes: processMemory(pid).ownMb }
}

async function latency(
  projects: readonly string[],
  out: string,
  how: string,
  write: (path: string, text: string) => void,
): Promise<number[]> {
  const times: number[] = []
  for (let drop = 0; drop < dropped; drop++) {
    const project = projects[drop % projects.length] ?? ''
    const id = idOf(how, drop)
    const said = join(out, id)
    const { tasks: directory, results } = placesIn(project)
    write(join(directory, `${id}.md`), `: > '${said}'\n`)
    const at = Date.now()
    while (!existsSync(join(results, `${id}.json`))) await delay(20)
    times.push(statSync(said).mtimeMs - at)
  }
  return times
}

function nodeStarts(count: number): number[] {
  return Array.from({ length: count }, () => {
    const began = performance.now()
    spawnSync(process.execPath, ['-e', ''])
    return performance.now() - began
  })
}

/** Half of its documents are over, half are held: the files as the service leaves them. */
function settled(project: string): void {
  const { tasks: directory, state, results } = placesIn(project)
  const marks: Record<string, object> = {}
  const at = new Date().toISOString()
  for (let index = 0; index < many.documents; index++) {
    const id = idOf('old', index)
    writeFileSync(join(directory, `${id}.md`), 'true\n')
    if (index % 2 === 0) {
      marks[id] = { held_since: at }
      continue
    }
    const record = { version: 1, task_id: id, document: { sha256: '', text: 'true\n' }, attempts: [] }
    mkdirSync(join(state, 'tasks', id), { recursive: true })
    const over = { at, state: 'cancelled' }
    writeFileSync(join(state, 'tasks', id, 'task.json'), JSON.stringify({ ...record, over }))
    writeFileSync(join(results, `${id}.json`), '{}')
  }
  writeFileSync(join(state, 'queue.json'), JSON.stringify({ version: 1, tasks: marks }))
}

/** One a second: there is no second 60 in a name. */
function idOf(description: string, number: number): string {
  return newDocumentName(description, new Date(2026, 0, 1, 0, 0, number)).id
}

/** A home with so many projects, none of them registered. */
async function inPlace<T>(count: number, act: (work: Work, home: Home) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'io-pj-'))
  const home = resolveHome({ ITERM_ORCH_HOME: join(root, 'h') })
  mkdirSync(home.root)
  const out = join(root, 'out')
  mkdirSync(out)
  const projects = Array.from({ length: count }, (_, index) => join(root, `p${index}`))
  for (const project of projects) {
    mkdirSync(project)
    initProject(project)
    mkdirSync(placesIn(project).state, { recursive: true })
    if (count >= many.projects) continue
    for (let task = 0; task < tasks; task++) {
      const id = idOf('job', task)
      writeFileSync(join(placesIn(project).tasks, `${id}.md`), `echo ${id}\n`)
    }
  }
  try {
    return await act({ projects, out }, home)
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function withService<T>(home: Home, parallel: number, act: (pid: number) => Promise<T>): Promise<T> {
  const settings = `{ parallel: ${parallel}, agent: shell }`
  writeFileSync(home.config, `terminal: host\nnotifiers: []\nprojects: ${settings}\n`)
  const { health } = await ensureService(home, builtCommand('service', 'run'))
  try {
    return await act(health.pid)
  } finally {
    await stopService(home)
  }
}

function register(home: Home, projects: readonly string[]): void {
  const entries = projects.map((path, index) => [`p${index}`, { path, enabled: true }])
  writeFileSync(home.registered, JSON.stringify({ projects: Object.fromEntries(entries) }))
}

function resultsIn(directory: string): number {
  return readdirSync(directory).filter((name) => name.endsWith('.json')).length
}
