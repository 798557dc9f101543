/** `pids/<task>.pid`: which process runs a task. Read before every signal. */
import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { systemErrorCode } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { RunProcess } from './run.ts'
import { pidFile } from './run-paths.ts'

const PidFile = RunProcess.extend({ version: z.literal(1), run: z.string() })
export type PidFile = z.infer<typeof PidFile>

/** Undefined when there is none, or none that can be understood: then nothing is signalled. */
export function readPidFile(home: Home, task: string): PidFile | undefined {
  try {
    return PidFile.parse(JSON.parse(readFileSync(pidFile(home, task), 'utf8')))
  } catch (error) {
    const code = systemErrorCode(error)
    if (code !== undefined && code !== 'ENOENT') throw error
    return undefined
  }
}

/** Removes it when it still names this run. */
export function removePidFile(home: Home, run: { task: string; id: string }): void {
  if (readPidFile(home, run.task)?.run === run.id) rmSync(pidFile(home, run.task), { force: true })
}
