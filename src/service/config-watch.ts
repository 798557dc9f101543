/** Tells when the configuration or a profile was changed on the disk. */
import { type FSWatcher, watch } from 'chokidar'
import type { Home } from '../lib/home.ts'

/** Editors write a file in several steps. */
const settleMs = 100

/**
 * @param changed called with the path of a file that was changed, made or removed, when it has settled
 * @returns ends the watching
 */
export function watchConfig(home: Home, changed: (path: string) => void): () => Promise<void> {
  const timers = new Map<string, NodeJS.Timeout>()
  // The directory, not the file: it may not be there yet, and editors replace it.
  const watcher: FSWatcher = watch(home.root, {
    ignoreInitial: true,
    depth: 1,
    ignored: (path) => path !== home.root && !isConfiguration(home, path),
  })
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || path === home.root) return
    clearTimeout(timers.get(path))
    timers.set(
      path,
      setTimeout(() => {
        timers.delete(path)
        changed(path)
      }, settleMs),
    )
  })
  return async () => {
    for (const timer of timers.values()) clearTimeout(timer)
    await watcher.close()
  }
}

function isConfiguration({ config, agents }: Home, path: string): boolean {
  return path === config || path === agents || (path.startsWith(`${agents}/`) && /\.ya?ml$/u.test(path))
}
