// How late cron runs start at ten a second, what a service costs with 1,000 tasks defined and 100 running, and what
// it costs to supervise 100 daemons, against pm2 or supervisord, whichever is on the PATH. Each of our runs has a
// process of its own, which outlives the service; theirs are children of one supervisor.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Home, resolveHome } from '../src/lib/home.ts'
import type { Run } from '../src/runner/run.ts'
import { readRun, runIds } from '../src/runner/run-files.ts'
import { isOver } from '../src/runner/run-state.ts'
import { ensureService, stopService } from '../src/service/ensure-service.ts'
import { TaskClient } from '../src/service/task-client.ts'
import { builtCommand } from './support/built-command.ts'
import { isThere } from './support/is-there.ts'
import { cpuSeconds, processMemory } from './support/process-usage.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const daemons = Number(process.argv[2] ?? 100)
const seconds = Number(process.argv[3] ?? 20)
/** V8 collects garbage up to three times in a process that has come to rest, 8 s after that and later. */
const settleMs = 30_000

await lateness(10)
await idle(1_000, 100)
await supervision(daemons)
process.exit()

/** Runs of `count` tasks that are due every second. */
async function lateness(count: number): Promise<void> {
  const tasks = Array.from(
    { length: count },
    (_, index) => `  tick-${index}: { interval: 1s, run: "true" }\n`,
  )
  await withService(tasks.join(''), async (client, home) => {
    await delay(seconds * 1_000)
    await client.disable(['*'])
    await until(async () => (await client.list()).tasks.every(({ run }) => !run || isOver(run)))
    const runs = Array.from({ length: count }, (_, index) => `tick-${index}`).map((task) =>
      runIds(home, task).flatMap((id) => readRun(home, { task, id }) ?? []),
    )
    const all = runs.flat()
    const after = (at: (run: Run) => string | undefined) =>
      all.flatMap((run) => {
        const time = at(run)
        return time === undefined ? [] : [Date.parse(time) - Date.parse(run.cause.scheduledFor ?? '')]
      })
    const row = (name: string, values: number[]) => [
      name,
      number(values.length),
      number(percentile(values, 0.5)),
      number(percentile(values, 0.99)),
    ]
    const onTime = all.filter(({ missed }) => !missed)
    printTable(
      `How late ${count} cron runs a second are, in ms`,
      ['', 'runs', 'p50', 'p99'],
      [
        row(
          'taken from the schedule',
          after(({ createdAt, missed }) => (missed ? undefined : createdAt)),
        ),
        row(
          'process of the run has begun',
          after(({ startedAt }) => startedAt),
        ),
      ],
    )
    const missed = all.reduce((sum, run) => sum + (run.missed?.count ?? 0), 0)
    const due = runs.reduce((sum, one) => sum + slotsBetween(one), 0)
    printTable(
      'What became of the slots that were due',
      ['due', 'run', 'skipped, the run before was not over', 'missed, with a record', 'without a record'],
      [
        [
          number(due),
          number(onTime.filter(({ startedAt }) => startedAt !== undefined).length),
          number(onTime.filter(({ startedAt }) => startedAt === undefined).length),
          number(missed),
          number(due - onTime.length - missed),
        ],
      ],
    )
  })
}

/** Slots of a second each from the first record to the last one. */
function slotsBetween(runs: readonly Run[]): number {
  const times = runs.map(({ cause, missed }) => Date.parse(missed?.first ?? cause.scheduledFor ?? ''))
  const last = Math.max(...runs.map(({ cause }) => Date.parse(cause.scheduledFor ?? '')))
  return runs.length === 0 ? 0 : (last - Math.min(...times)) / 1_000 + 1
}

/** Nothing happens meanwhile. */
async function idle(defined: number, running: number): Promise<void> {
  const tasks = Array.from({ length: defined }, (_, index) =>
    index < running
      ? `  run-${index}: { run: "exec sleep 1000" }\n`
      : `  cron-${index}: { schedule: "0 3 1 1 *", run: "true" }\n`,
  )
  await withService(tasks.join(''), async (client, _home, pid) => {
    await client.run({ tasks: ['run-*'] })
    await until(async () => (await client.list(['run-*'])).tasks.every(({ state }) => state === 'running'))
    const before = cpuSeconds(pid)
    await delay(seconds * 1_000)
    const used = (100 * (cpuSeconds(pid) - before)) / seconds
    printTable(
      `The service with ${number(defined)} tasks defined and ${running} running, for ${seconds} s`,
      ['CPU, % of a core', 'memory of its own, MB'],
      [[number(used), number(processMemory(pid).ownMb)]],
    )
  })
}

interface Supervision {
  upMs: number
  cpu: number
  megabytes: number
}

async function supervision(count: number): Promise<void> {
  const ours = await superviseOurs(count)
  const other = isThere('pm2') ? 'pm2' : isThere('supervisord') ? 'supervisord' : undefined
  const theirs = other && (await (other === 'pm2' ? supervisePm2(count) : superviseSupervisord(count)))
  const row = (name: string, take: (one: Supervision) => number) => [
    name,
    number(take(ours)),
    theirs ? number(take(theirs)) : '–',
    theirs ? ratio(take(ours), take(theirs)) : '–',
  ]
  printTable(
    `Supervising ${count} daemons (without the daemons themselves)`,
    ['', 'iterm-orch', other ?? 'neither pm2 nor supervisord is on the PATH', `iterm-orch : ${other ?? ''}`],
    [
      row('until all run, ms', ({ upMs }) => upMs),
      row('CPU when idle, % of a core', ({ cpu }) => cpu),
      row('memory of their own, MB', ({ megabytes }) => megabytes),
    ],
  )
}

/** Says that it runs, in a file of its own. */
function daemon(root: string, index: number): string {
  return `echo up > ${root}/up-${index}; exec sleep 100000`
}

async function superviseOurs(count: number): Promise<Supervision> {
  const out = mkdtempSync(join(tmpdir(), 'io-up-'))
  const tasks = Array.from(
    { length: count },
    (_, index) => `  d-${index}: { type: daemon, enabled: false, run: "${daemon(out, index)}" }\n`,
  )
  try {
    return await withService(tasks.join(''), async (client, _home, pid) => {
      const started = performance.now()
      await client.run({ tasks: ['d-*'] })
      const upMs = await allUp(out, count, started)
      const all = async () => (await client.list(['d-*'])).tasks.flatMap(({ run }) => run?.pid ?? [])
      await until(async () => (await all()).length === count)
      return { upMs, ...(await cost([pid, ...(await all())])) }
    })
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

async function supervisePm2(count: number): Promise<Supervision> {
  const out = mkdtempSync(join(tmpdir(), 'io-pm2-'))
  const env = { ...process.env, PM2_HOME: join(out, 'home') }
  const apps = Array.from({ length: count }, (_, index) => ({
    name: `d-${index}`,
    script: '/bin/sh',
    args: ['-c', daemon(out, index)],
    interpreter: 'none',
  }))
  const file = join(out, 'apps.json')
  writeFileSync(file, JSON.stringify({ apps }))
  const pm2 = (...words: string[]) => once(spawn('pm2', words, { env, stdio: 'ignore' }), 'exit')
  try {
    // Its background process is there already, as our service is.
    await pm2('ping')
    const started = performance.now()
    const starting = pm2('start', file)
    const upMs = await allUp(out, count, started)
    await starting
    return { upMs, ...(await cost([Number(readFileSync(join(out, 'home', 'pm2.pid'), 'utf8'))])) }
  } finally {
    await pm2('kill')
    rmSync(out, { recursive: true, force: true })
  }
}

async function superviseSupervisord(count: number): Promise<Supervision> {
  const out = mkdtempSync(join(tmpdir(), 'io-sup-'))
  const programs = Array.from(
    { length: count },
    (_, index) => `[program:d-${index}]\ncommand=/bin/sh -c "${daemon(out, index)}"\n`,
  )
  const file = join(out, 'supervisord.conf')
  writeFileSync(
    file,
    `[supervisord]\nnodaemon=true\nlogfile=${out}/log\npidfile=${out}/pid\n${programs.join('')}`,
  )
  const started = performance.now()
  const child = spawn('supervisord', ['-c', file], { stdio: 'ignore', cwd: out })
  try {
    const upMs = await allUp(out, count, started)
    return { upMs, ...(await cost([child.pid ?? 0])) }
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(out, { recursive: true, force: true })
  }
}

/** Ms until all say that they run. */
async function allUp(root: string, count: number, started: number): Promise<number> {
  for (let up = 0; up < count; ) {
    if (existsSync(join(root, `up-${up}`))) up += 1
    else await delay(5)
  }
  return performance.now() - started
}

async function cost(pids: readonly number[]): Promise<Omit<Supervision, 'upMs'>> {
  const sum = () => pids.reduce((total, pid) => total + cpuSeconds(pid), 0)
  // What starting has left to do is not idling.
  await delay(settleMs)
  const before = sum()
  await delay(seconds * 1_000)
  return {
    cpu: (100 * (sum() - before)) / seconds,
    megabytes: pids.reduce((total, pid) => total + processMemory(pid).ownMb, 0),
  }
}

async function withService<T>(
  tasks: string,
  act: (client: TaskClient, home: Home, pid: number) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'io-tasks-'))
  const home = resolveHome({ ITERM_ORCH_HOME: join(root, 'h') })
  mkdirSync(home.root)
  writeFileSync(home.config, `terminal: host\nnotifiers: []\nconcurrency: { all: 200 }\ntasks:\n${tasks}`)
  const { client: service, health } = await ensureService(home, builtCommand('service', 'run'))
  const client = new TaskClient(service)
  try {
    return await act(client, home, health.pid)
  } finally {
    await client.disable(['*'])
    await client.stop({ tasks: ['*'], force: true })
    await until(async () => (await client.list()).tasks.every(({ run }) => !run || isOver(run)))
    await stopService(home)
    rmSync(root, { recursive: true, force: true })
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(100)
}
