import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A hash of the command line of a process; undefined when it cannot be read. */
export function commandHash(pid: number): string | undefined {
  const words = commandLine(pid)
  return words === undefined ? undefined : createHash('sha256').update(words).digest('hex').slice(0, 16)
}

function commandLine(pid: number): Buffer | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`)
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return undefined
  }
}
