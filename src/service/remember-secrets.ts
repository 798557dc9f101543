import { type Clock, systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import { secretsAmong } from '../lib/redact/secret-values.ts'
import { knowSecrets } from '../lib/redact.ts'
import { readEnvFiles } from '../projects/execute/env-files.ts'
import { ProjectLooker } from '../projects/monitor/look-at-project.ts'
import { ProjectEntry } from '../projects/project.ts'
import { readRegistryFile } from '../projects/registry.ts'

interface DiskParts {
  clock?: Clock
  /** Asks the disk; another one in tests of a disk that hangs. */
  examine?: ConstructorParameters<typeof ProjectLooker>[2]
}

/**
 * Agents that earlier services have started may show on their screens what they were given. A disk that does not
 * answer is not waited for: the service begins without what stands there.
 */
export async function rememberSecrets(
  home: Home,
  { clock = systemClock, examine }: DiskParts = {},
): Promise<void> {
  const entries = orEmpty(() => Object.values(readRegistryFile(home).projects))
  await Promise.all(
    entries.map(async (entry) => {
      const { data } = ProjectEntry.safeParse(entry)
      if (!data) return
      const look = await new ProjectLooker(data.path, clock, examine).look()
      if (look.state !== 'ready') return
      knowSecrets(orEmpty(() => secretsAmong(readEnvFiles(home.root, look.path).variables)))
    }),
  )
}

/** What cannot be read is told of when a task needs it. */
function orEmpty<T>(read: () => T[]): T[] {
  try {
    return read()
  } catch {
    return []
  }
}
