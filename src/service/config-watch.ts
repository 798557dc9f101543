/** Tells when the configuration or a profile was changed on the disk. */
import { type FSWatcher, watch } from 'node:fs'
import { basename, join } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'

/** Editors write a file in several steps. */
const settleMs = 100

/**
 * Directories are watched, not files: those may not be there yet, and editors replace them. Only the names
 * that the system tells are looked at: the journal lies in the same directory, and each of its lines is a
 * change there too.
 *
 * @param changed called with the path of a file that was changed, made or removed, or of the directory of
 *   profiles, when it has settled
 * @param failed told once when the system does not tell of changes
 * @returns ends the watching
 */
export function watchConfig(
  home: Home,
  changed: (path: string) => void,
  failed: (error: unknown) => void,
): () => void {
  const timers = new Map<string, NodeJS.Timeout>()
  let profiles: FSWatcher | undefined
  const settle = (path: string) => {
    clearTimeout(timers.get(path))
    const timer = setTimeout(() => {
      timers.delete(path)
      changed(path)
    }, settleMs)
    timers.set(path, timer)
  }
  const watchProfiles = () => {
    profiles?.close()
    profiles = watchDirectory(home.agents, failed, (name) => {
      if (name === undefined) settle(home.agents)
      else if (/\.ya?ml$/u.test(name)) settle(join(home.agents, name))
    })
  }
  const root = watchDirectory(home.root, failed, (name) => {
    if (name === undefined || name === basename(home.config)) settle(home.config)
    if (name !== undefined && name !== basename(home.agents)) return
    // It was made, removed or replaced.
    watchProfiles()
    settle(home.agents)
  })
  watchProfiles()
  return () => {
    for (const timer of timers.values()) clearTimeout(timer)
    profiles?.close()
    root?.close()
  }
}

/** @param told with the name of what changed in the directory, where the system tells it */
function watchDirectory(
  path: string,
  failed: (error: unknown) => void,
  told: (name: string | undefined) => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(path, (_event, name) => told(name ?? undefined))
    watcher.on('error', failed)
    return watcher
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') failed(error)
    return undefined
  }
}
