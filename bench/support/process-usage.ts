/** What a process has used, as the kernel says. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
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
