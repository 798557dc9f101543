/** Where the files of an attempt are, beside its record. */
import { join } from 'node:path'
import { runPlacesOf, runsDirectory, taskDirectory } from '../../runner/run-paths.ts'
import type { TaskOrder } from '../run/executor.ts'

export interface AttemptFiles {
  /** The text of the document. Called as the task, for sessions are known by the name of their file. */
  text: string
  /** The same with what was put around it, where something was. */
  prompt: string
  stdout: string
  stderr: string
  /** The end of the screen of a session. */
  screen: string
  /** Directory with what its agent waits for. */
  asks: string
}

export function attemptFiles(home: { root: string }, { project, id, run }: TaskOrder): AttemptFiles {
  const places = runPlacesOf(home, project.path)
  const runs = runsDirectory(places, id)
  return {
    text: join(taskDirectory(places, id), `${id}.md`),
    prompt: join(taskDirectory(places, id), 'prompt', `${id}.md`),
    stdout: join(runs, `${run}.stdout`),
    stderr: join(runs, `${run}.stderr`),
    screen: join(runs, `${run}.screen`),
    asks: join(runs, `${run}.asks`),
  }
}
