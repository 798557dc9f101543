import type { Run } from './run.ts'

/** The record of a run that no process has, or ever had. */
export function endWithoutProcess(run: Run, state: 'failed' | 'stopped' | 'skipped', reason: string): Run {
  const now = new Date().toISOString()
  const steps = run.steps.map((step) => ({ ...step, state: 'skipped' as const, reason }))
  return { ...run, steps, state, reason, endedAt: now, updatedAt: now }
}
