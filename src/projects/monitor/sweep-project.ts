import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { namesIn } from '../../lib/names-in.ts'
import { sweepTemporaries } from '../../lib/temporary-file.ts'
import { placesIn } from '../project-places.ts'

/** So many directories between two turns of whatever else there is to do: some 5 ms. */
const atOnce = 100

/**
 * Removes what killed processes have left half written in the directories of a project, a few at a time.
 *
 * @param isOver whether it is nobody's business any more
 * @throws what the system refuses with
 */
export async function sweepProject(project: string, isOver: () => boolean): Promise<void> {
  const { tasks, results, state, logs, archive } = placesIn(project)
  for (const directory of [tasks, results, state, join(state, 'pids'), logs, archive])
    sweepTemporaries(directory)
  const own = namesIn(join(state, 'tasks')).map((id) => join(state, 'tasks', id))
  const directories = own.flatMap((directory) => [directory, join(directory, 'runs')])
  while (directories.length > 0) {
    await nextTurn()
    if (isOver()) return
    for (const directory of directories.splice(0, atOnce)) sweepTemporaries(directory)
  }
}
