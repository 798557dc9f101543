/** What a process uses, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs'

export const canReadProcesses = process.platform === 'linux'

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
  return Number(kb) / 1024
}
