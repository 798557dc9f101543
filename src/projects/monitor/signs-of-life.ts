import { statSync } from 'node:fs'
import type { Run } from '../../runner/run.ts'
import { logFile, type RunPlaces, runFile } from '../../runner/run-paths.ts'

/** When something of a run was last written: its record, its log, its output. In ms since 1970. */
export function lastSignOf(places: RunPlaces, run: Run): number {
  const captured = run.definition.steps.flatMap(({ action }) =>
    action.kind === 'command' && action.capture ? Object.values(action.capture) : [],
  )
  const files = [runFile(places, run), logFile(places, run.task), ...captured]
  return Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0))
}
