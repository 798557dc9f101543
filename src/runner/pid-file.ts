/** `pids/<task>.pid`: which process runs a task. Read before every signal. */
import { rmSync } from 'node:fs'
import { z } from 'zod'
import { lookAtJsonFile } from '../lib/json-file.ts'
import { RunProcess } from './run.ts'
import { pidFile, type RunPlaces } from './run-paths.ts'

const PidFile = RunProcess.extend({ version: z.literal(1), run: z.string() })
export type PidFile = z.infer<typeof PidFile>

/** Undefined when there is none, or none that can be understood: then nothing is signalled. */
export function readPidFile(places: RunPlaces, task: string): PidFile | undefined {
  const file = lookAtJsonFile(pidFile(places, task), PidFile)
  if (file.kind === 'unreadable') throw file.cause
  return file.kind === 'read' ? file.value : undefined
}

/** Removes it when it still names this run. */
export function removePidFile(places: RunPlaces, run: { task: string; id: string }): void {
  if (readPidFile(places, run.task)?.run === run.id) rmSync(pidFile(places, run.task), { force: true })
}
