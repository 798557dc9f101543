/** What a process has used, as the kernel says. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}

export interface Memory {
  /** The most that was resident so far. */
  peakMb: number
  /** What no other process shares: it would be free if this one were not. */
  ownMb: number
}

/** Memory of a process that runs. Without /proc the peak is what is resident now, and its own is NaN. */
export function processMemory(pid: number): Memory {
  if (!existsSync('/proc')) return { peakMb: residentMb(pid), ownMb: Number.NaN }
  const sumOf = (file: string, names: RegExp) =>
    [...readFileSync(`/proc/${pid}/${file}`, 'latin1').matchAll(names)].reduce(
      (sum, [, kb]) => sum + Number(kb) / 1024,
      0,
    )
  return {
    peakMb: sumOf('status', /^VmHWM:\s+(\d+)/gm),
    ownMb: sumOf('smaps_rollup', /^Private_\w+:\s+(\d+)/gm),
  }
}

/** Seconds of CPU so far, those of ended children included when `children`; NaN where there is no /proc. */
export function cpuSeconds(pid: number, { children = false } = {}): number {
  const { own, ofChildren } = cpuTimes(pid)
  return own + (children ? ofChildren : 0)
}

/** Seconds of CPU that the ended children of this process have used. In steps of 10 ms: sum over many. */
export function childrenCpuSeconds(): number {
  return cpuTimes(process.pid).ofChildren
}

function cpuTimes(pid: number): { own: number; ofChildren: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    // utime, stime, cutime, cstime are fields 14 to 17 of proc(5); the first two were cut off.
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15)
    return { own: (utime + stime) / ticksPerSecond, ofChildren: (cutime + cstime) / ticksPerSecond }
  } catch {
    return { own: Number.NaN, ofChildren: Number.NaN }
  }
}
