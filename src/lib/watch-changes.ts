import { type FSWatcher, watch } from 'chokidar'
import { errorMessage } from './errors.ts'

/**
 * Tells that something has changed in directories. Files are not watched, only the directories that they lie in.
 *
 * @param changed also called when the watch has begun: what came before that is not told of
 * @param onProblem called once when the system does not tell of changes, with the reason
 */
export function watchChanges(
  directories: readonly string[],
  changed: () => void,
  { depth = 0, onProblem }: { depth?: number; onProblem?: ((reason: string) => void) | undefined } = {},
): FSWatcher {
  let told = false
  const watcher = watch([...directories], {
    depth,
    ignoreInitial: true,
    followSymlinks: false,
    // A watched directory tells of its files; a watch for each file would cost a descriptor on macOS.
    ignored: (_path, stats) => stats?.isFile() === true,
  })
  watcher.on('raw', changed)
  watcher.on('all', changed)
  watcher.on('ready', changed)
  watcher.on('error', (error) => {
    if (!told) onProblem?.(errorMessage(error))
    told = true
  })
  return watcher
}
