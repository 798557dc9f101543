/** CPU and memory of task processes and all below them, looked at when somebody asks. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

export interface Usage {
  /** Of one core, in percent, since the look before this one or since the start. */
  cpu: number
  /** Resident memory in bytes. */
  memory: number
  processes: number
  /** The task process is stopped by a signal (SIGSTOP), whoever sent it. */
  stopped: boolean
}

/** One row of the process table. */
export interface ProcessRow {
  pid: number
  parent: number
  group: number
  /** Used so far, in seconds. */
  cpuSeconds: number
  /** In bytes. */
  memory: number
  stopped: boolean
}

interface Before {
  at: number
  cpuSeconds: number
}

/** Two looks closer than this give no rate that means anything: CPU time is counted in 10 ms. */
const leastSampleMs = 500

/** Keeps what was seen before, so that the next look can say how much was used since. */
export class UsageMeter {
  readonly #before = new Map<number, Before>()
  readonly #last = new Map<number, Usage>()

  /** @param leaders pids of task processes, each the leader of its process group, with the time of their start */
  async read(leaders: ReadonlyMap<number, number>, now = Date.now()): Promise<Map<number, Usage>> {
    for (const known of this.#before.keys()) if (!leaders.has(known)) this.#forget(known)
    if (leaders.size === 0) return new Map()
    const families = familiesOf(await readProcessTable(), [...leaders.keys()])
    const result = new Map<number, Usage>()
    for (const [leader, family] of families) result.set(leader, this.#usage(leader, family, leaders, now))
    return result
  }

  #usage(
    leader: number,
    family: readonly ProcessRow[],
    leaders: ReadonlyMap<number, number>,
    now: number,
  ): Usage {
    const cpuSeconds = family.reduce((sum, row) => sum + row.cpuSeconds, 0)
    const memory = family.reduce((sum, row) => sum + row.memory, 0)
    const stopped = family.some((row) => row.pid === leader && row.stopped)
    const before = this.#before.get(leader) ?? { at: leaders.get(leader) ?? now, cpuSeconds: 0 }
    const last = this.#last.get(leader)
    if (now - before.at < leastSampleMs && last) return { ...last, memory, processes: family.length, stopped }
    // Children that ended take their time with them where nobody waited for it: never less than nothing.
    const used = Math.max(0, cpuSeconds - before.cpuSeconds)
    const cpu = (100 * used * 1_000) / Math.max(leastSampleMs, now - before.at)
    const usage = { cpu: Math.round(cpu * 10) / 10, memory, processes: family.length, stopped }
    this.#before.set(leader, { at: now, cpuSeconds })
    this.#last.set(leader, usage)
    return usage
  }

  #forget(leader: number): void {
    this.#before.delete(leader)
    this.#last.delete(leader)
  }
}

/** The processes of each leader: those of its group, and all that descend from one of them. */
export function familiesOf(
  rows: readonly ProcessRow[],
  leaders: readonly number[],
): Map<number, ProcessRow[]> {
  const byPid = new Map(rows.map((row) => [row.pid, row]))
  const wanted = new Set(leaders)
  const owners = new Map<number, number | undefined>()
  const ownerOf = (row: ProcessRow): number | undefined => {
    if (owners.has(row.pid)) return owners.get(row.pid)
    // Set before the walk upwards: a table that was read while processes came and went may have a circle.
    owners.set(row.pid, undefined)
    const parent = byPid.get(row.parent)
    const owner = wanted.has(row.pid)
      ? row.pid
      : wanted.has(row.group)
        ? row.group
        : parent && ownerOf(parent)
    owners.set(row.pid, owner)
    return owner
  }
  const families = new Map<number, ProcessRow[]>()
  for (const row of rows) {
    const owner = ownerOf(row)
    if (owner !== undefined) families.set(owner, [...(families.get(owner) ?? []), row])
  }
  return families
}

function readProcessTable(): Promise<ProcessRow[]> {
  return process.platform === 'linux' ? Promise.resolve(readProc()) : readPs()
}

/** Ticks of `/proc/<pid>/stat` in a second (USER_HZ): 100 on every architecture that Node runs on. */
const ticksPerSecond = 100

/** `rss` in `/proc/<pid>/stat` is in pages; their size is told by our own, which Node gives in bytes. */
function pageBytes(): number {
  pageSize ??= 2 ** Math.round(Math.log2(process.memoryUsage.rss() / Number(procFields('self')[21])))
  return pageSize
}
let pageSize: number | undefined

function readProc(): ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const fields = procFields(name)
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
      return {
        pid: Number(name),
        parent: Number(fields[1]),
        group: Number(fields[2]),
        cpuSeconds: ticks / ticksPerSecond,
        memory: Number(fields[21]) * pageBytes(),
        stopped: fields[0] === 'T',
      }
    } catch {
      // It ended meanwhile.
      return []
    }
  })
}

/** From the state (3) on, which follows the name in parentheses; that may have blanks. */
function procFields(pid: string): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

async function readPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,time=,state='], {
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, kilobytes, time, state] = line.trim().split(/\s+/)
    if (time === undefined || state === undefined) return []
    const cpuSeconds = time.split(':').reduce((sum, unit) => sum * 60 + Number(unit), 0)
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      cpuSeconds,
      memory: Number(kilobytes) * 1_024,
      stopped: state.startsWith('T'),
    }
  })
}
