import { rmSync } from 'node:fs'
import { tryLockFile } from '../lib/lock-file.ts'
import type { Run } from './run.ts'
import { readRun, writeRun } from './run-files.ts'
import { type RunPlaces, runLockFile } from './run-paths.ts'

/** Why a run failed whose process died before its first word. */
export const neverBegan = 'its process ended before it began; its log may say why'

/** The record of a run that no process has, or ever had. */
export function endWithoutProcess(run: Run, state: 'failed' | 'stopped' | 'skipped', reason: string): Run {
  const now = new Date().toISOString()
  const steps = run.steps.map((step) => ({ ...step, state: 'skipped' as const, reason }))
  return { ...run, steps, state, reason, endedAt: now, updatedAt: now }
}

/**
 * Ends a run that waits. Safe when somebody has started its process: that finds it over, or has it already.
 *
 * @returns undefined when a process has it, or had it
 */
export function endUnbegun(
  places: RunPlaces,
  run: Run,
  state: 'failed' | 'stopped' | 'skipped',
  reason: string,
): Run | undefined {
  const path = runLockFile(places, run)
  const lock = tryLockFile(path)
  if (!lock) return undefined
  try {
    const now = readRun(places, run)
    if (now && now.state !== 'queued') return undefined
    const ended = now
      ? endWithoutProcess(now, state, reason)
      : endWithoutProcess(run, 'failed', 'its record was removed')
    writeRun(places, ended)
    return ended
  } finally {
    rmSync(path, { force: true })
    lock.release()
  }
}
