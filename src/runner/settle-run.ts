import { rmSync } from 'node:fs'
import { tryLockFile } from '../lib/lock-file.ts'
import { restartedSince } from '../lib/process-identity.ts'
import { announcedEnding, type Ending, forgetEnding } from './announced-ending.ts'
import { killProcesses } from './end-processes.ts'
import { removePidFile } from './pid-file.ts'
import type { Run } from './run.ts'
import { readRun, writeRun } from './run-files.ts'
import { type RunPlaces, runLockFile } from './run-paths.ts'
import { hasBegun, isOver } from './run-state.ts'

/**
 * Ends a run whose process is gone: what it left running is killed, and its record says how it ended. Safe to call
 * at any time and by several at once: whoever holds the run's lock does it.
 *
 * @param known how it ended; otherwise as whoever killed it has announced, or it vanished
 * @returns the run as it is now; undefined when its process lives, or somebody else is settling it, or there is no
 *   such run
 */
export async function settleRun(
  places: RunPlaces,
  run: { task: string; id: string },
  known?: Ending,
): Promise<{ run: Run; settled: boolean } | undefined> {
  const seen = readRun(places, run)
  if (!seen) return undefined
  if (!hasBegun(seen)) return { run: seen, settled: false }
  const path = runLockFile(places, run)
  const lock = tryLockFile(path)
  if (!lock) return undefined
  try {
    await killProcesses({
      run: run.id,
      ...(seen.process?.start !== undefined && { since: seen.process.start }),
    })
    const last = readRun(places, run)
    if (!last) return undefined
    if (isOver(last)) return { run: last, settled: false }
    const ending = known ?? announcedEnding(places, run)
    const ended = ending
      ? endedRun(last, ending)
      : { ...endedRun(last, { state: 'failed', reason: whyVanished(last) }), vanished: true as const }
    writeRun(places, ended)
    removePidFile(places, run)
    forgetEnding(places, run)
    return { run: ended, settled: true }
  } finally {
    rmSync(path, { force: true })
    lock.release()
  }
}

function endedRun(run: Run, { state, reason }: Ending): Run {
  const now = new Date().toISOString()
  const { process: _, pausedAt: __, readyAt: ___, nextAttemptAt: ____, ...rest } = run
  const steps = run.steps.map((step): Run['steps'][number] => {
    if (step.endedAt !== undefined || step.state === 'pending') {
      return step.state === 'pending' ? { ...step, state: 'skipped', reason } : step
    }
    const { pid: _____, escalation: ______, ...known } = step
    return { ...known, state, reason, endedAt: now }
  })
  return { ...rest, steps, state, reason, endedAt: now, updatedAt: now }
}

function whyVanished(run: Run): string {
  const started = run.process
  if (started && restartedSince(started)) {
    return 'the computer was restarted while it ran'
  }
  return `its process${started ? ` (${started.pid})` : ''} vanished: it was killed, or the system ended it`
}
