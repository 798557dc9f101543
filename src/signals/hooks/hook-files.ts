/** Reports that no service took, as files: one each, in the order of their names. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileUnsynced } from '../../lib/atomic-file.ts'

/** So many wait at most; then the oldest goes, since only the newest tell what is the case. */
const maxWaiting = 500
/** So many that could not be read are kept for whoever looks for the reason. */
const maxBroken = 50
/** Larger than any report that is written. */
const maxFileBytes = 1024 * 1024

/** Where reports wait. */
export function hookDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'hooks')
}

/**
 * Leaves a report to be picked up, under its id, which begins with the time. A power cut may lose it, a crash
 * cannot tear it.
 */
export function leaveHookFile(directory: string, report: { id: string }): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const waiting = reportsIn(directory)
  for (const name of waiting.slice(0, Math.max(0, waiting.length - maxWaiting + 1)))
    rmSync(join(directory, name), { recursive: true, force: true })
  const path = join(directory, `${report.id}.json`)
  // No fsync: an agent waits, and what a report says is stale after a restart of the computer.
  writeFileUnsynced(path, JSON.stringify(report))
}

export interface Drained {
  taken: number
  /** Could not be read, or not understood; kept in `broken/`. */
  broken: number
}

/**
 * Hands over every waiting report, the oldest first, and deletes each after `take` has returned. Only the
 * process that holds the service's lock may call it: each file is then handed over once, and after a crash
 * in the middle the one in hand a second time, with the same id.
 *
 * @param take false, or an exception, when it is no report
 */
export function drainHookFiles(directory: string, take: (report: unknown) => boolean): Drained {
  const drained = { taken: 0, broken: 0 }
  for (const name of reportsIn(directory)) {
    const path = join(directory, name)
    if (isTaken(path, take)) {
      rmSync(path, { force: true })
      drained.taken += 1
    } else if (setAside(directory, name)) drained.broken += 1
  }
  return drained
}

function isTaken(path: string, take: (report: unknown) => boolean): boolean {
  try {
    const bytes = readFileSync(path)
    return bytes.length <= maxFileBytes && take(JSON.parse(bytes.toString('utf8')))
  } catch {
    return false
  }
}

/** False when the file is gone: its writer has made room. */
function setAside(directory: string, name: string): boolean {
  const broken = join(directory, 'broken')
  mkdirSync(broken, { recursive: true, mode: 0o700 })
  try {
    renameSync(join(directory, name), join(broken, name))
  } catch {
    return false
  }
  for (const old of reportsIn(broken).slice(0, -maxBroken))
    rmSync(join(broken, old), { recursive: true, force: true })
  return true
}

/** Their names begin with the time. */
function reportsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
