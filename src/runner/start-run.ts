import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { OrchError } from '../lib/errors.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { runMark, stepMark } from '../lib/run-mark.ts'
import type { Run } from './run.ts'
import { writeRun } from './run-files.ts'
import { logFile, type RunPlaces, reservedTaskNames, runFile } from './run-paths.ts'

export interface StartedRun {
  pid: number
  /** When the process has ended; what became of the run stands in its record. Never rejects. */
  exited: Promise<void>
}

/**
 * Starts the process of a queued run: detached, a group of its own, living on when its starter dies. A second one
 * for the same run ends at once, so that a starter that was killed in the middle may start it again.
 *
 * @param options.command the words before the path of the run's file, such as `iterm-orch task-process`
 * @param options.env what the steps get, apart from what the task itself says
 * @throws {OrchError} `launch-failed`, `bad-name`
 */
export async function startRun(
  places: RunPlaces,
  run: Run,
  options: { command: readonly string[]; env?: NodeJS.ProcessEnv },
): Promise<StartedRun> {
  if (reservedTaskNames.has(run.task)) throw reserved(run.task)
  const path = runFile(places, run)
  // Once it was written it belongs to the process that may have been started by then.
  if (!existsSync(path)) writeRun(places, run)
  const [program = '', ...words] = options.command
  const output = openOutput(places, run.task)
  const child = spawn(program, [...words, path], {
    detached: true,
    stdio: ['ignore', output ?? 'ignore', output ?? 'ignore'],
    cwd: places.root,
    env: { ...(options.env ?? process.env), ITERM_ORCH_HOME: places.root, [runMark]: run.id, [stepMark]: '' },
  })
  if (output !== undefined) closeSync(output)
  child.unref()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return { pid: await spawned(child, program), exited }
}

/** What the process itself has to say when it cannot even begin goes into the log of the task. */
function openOutput(places: RunPlaces, task: string): number | undefined {
  try {
    ensurePrivateDirectory(places.logs)
    return openSync(logFile(places, task), 'a', 0o600)
  } catch {
    return undefined
  }
}

async function spawned(child: ChildProcess, program: string): Promise<number> {
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw new OrchError('launch-failed', `The process of the task cannot be started: ${program}`, {
      hint: 'See whether too many processes run, and whether iterm-orch is still where it was.',
      cause: error,
    })
  }
  return child.pid ?? 0
}

function reserved(task: string): OrchError {
  return new OrchError('bad-name', `A task cannot be named ${task}: logs/${task}.log has another meaning.`, {
    hint: 'Give it another name.',
  })
}
