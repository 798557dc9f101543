import type { Home } from '../lib/home.ts'
import { secretsAmong } from '../lib/redact/secret-values.ts'
import { knowSecrets } from '../lib/redact.ts'
import { readEnvFiles } from '../projects/execute/env-files.ts'
import { readRegistry } from '../projects/registry.ts'

/** Agents that earlier services have started may show on their screens what they were given. */
export function rememberSecrets(home: Home): void {
  for (const { path } of orEmpty(() => readRegistry(home).projects)) {
    knowSecrets(orEmpty(() => secretsAmong(readEnvFiles(home.root, path).variables)))
  }
}

/** What cannot be read is told of when a task needs it. */
function orEmpty<T>(read: () => T[]): T[] {
  try {
    return read()
  } catch {
    return []
  }
}
