/** Whether a process and its descendants use CPU time: the last sign of life of a program that shows none. */
import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

export interface ProcessFacts {
  /** Processes below it. */
  children: number
  /** CPU time of it and all below it, in seconds. */
  cpuSeconds: number
  /** Since its start, in seconds. */
  ageSeconds: number
}

/** Between two looks at the CPU time, which `ps` gives in whole seconds: work is noticed, idling is not. */
const sampleMs = 5_000

/** The process table is read once for all sessions that ask within this time; well below the time between two looks. */
const sharedMs = 2_000

/** Undefined when there is no such process. What it says may be {@link sharedMs} old. */
export async function readProcessFacts(pid: number): Promise<ProcessFacts | undefined> {
  let rows = await sharedTable()
  // It may be younger than the table: that it is gone is said only of a new one.
  if (!rows.some((row) => row.pid === pid)) rows = await newTable()
  const root = rows.find((row) => row.pid === pid)
  if (!root) return undefined
  const family = new Set([pid])
  for (let size = 0; size < family.size; ) {
    size = family.size
    for (const row of rows) if (family.has(row.parent)) family.add(row.pid)
  }
  const cpuSeconds = rows.reduce((sum, row) => sum + (family.has(row.pid) ? row.cpu : 0), 0)
  return { children: family.size - 1, cpuSeconds, ageSeconds: root.age }
}

/** Whether CPU time is used, or children come and go, while it is looked at. */
export async function usesCpu(pid: number): Promise<boolean> {
  const before = await readProcessFacts(pid)
  await delay(sampleMs)
  const after = await readProcessFacts(pid)
  if (!before || !after) return false
  return after.cpuSeconds > before.cpuSeconds || after.children !== before.children
}

interface ProcessRow {
  pid: number
  parent: number
  /** Seconds. */
  cpu: number
  age: number
}

let shared: { at: number; rows: Promise<ProcessRow[]> } | undefined

/** Fifty idle sessions, each with a process of its own to read the table, were 4 % of a core. */
function sharedTable(): Promise<ProcessRow[]> {
  return shared && performance.now() - shared.at < sharedMs ? shared.rows : newTable()
}

function newTable(): Promise<ProcessRow[]> {
  const rows = readTable()
  shared = { at: performance.now(), rows }
  return rows
}

async function readTable(): Promise<ProcessRow[]> {
  // The columns are those of POSIX, so that Linux and macOS give them alike.
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,time=,etime='], {
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout.split('\n').flatMap((line) => {
    const [id, parent, cpu, age] = line.trim().split(/\s+/)
    return cpu === undefined || age === undefined
      ? []
      : [{ pid: Number(id), parent: Number(parent), cpu: seconds(cpu), age: seconds(age) }]
  })
}

/** `[[dd-]hh:]mm:ss`, with hundredths on macOS. */
function seconds(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text]
  const units = (clock ?? '').split(':').map(Number)
  return units.reduce((sum, unit) => sum * 60 + unit, 0) + Number(days) * 86_400
}
