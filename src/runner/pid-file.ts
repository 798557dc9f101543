/** `pids/<task>.pid`: which process runs a task. Read before every signal. */
import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { systemErrorCode } from '../lib/errors.ts'
import { RunProcess } from './run.ts'
import { pidFile, type RunPlaces } from './run-paths.ts'

const PidFile = RunProcess.extend({ version: z.literal(1), run: z.string() })
export type PidFile = z.infer<typeof PidFile>

/** Undefined when there is none, or none that can be understood: then nothing is signalled. */
export function readPidFile(places: RunPlaces, task: string): PidFile | undefined {
  try {
    return PidFile.parse(JSON.parse(readFileSync(pidFile(places, task), 'utf8')))
  } catch (error) {
    const code = systemErrorCode(error)
    if (code !== undefined && code !== 'ENOENT') throw error
    return undefined
  }
}

/** Removes it when it still names this run. */
export function removePidFile(places: RunPlaces, run: { task: string; id: string }): void {
  if (readPidFile(places, run.task)?.run === run.id) rmSync(pidFile(places, run.task), { force: true })
}
