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
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    // utime, stime, cutime, cstime are fields 14 to 17 of proc(5); the first two were cut off.
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15)
    return (utime + stime + (children ? cutime + cstime : 0)) / ticksPerSecond
  } catch {
    return Number.NaN
  }
}
