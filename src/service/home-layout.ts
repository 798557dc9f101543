/** Which form the files of a home have, so that an update brings older ones up to date and never harms newer ones. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import { ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { ownVersion } from '../lib/version.ts'

/**
 * Brings the files of one form into the next one. It may be killed at any instruction and is then run again from the
 * beginning: what it has done already must not trouble it.
 */
export type Migration = (home: Home) => void

/** The first brings form 1 into form 2, and so on; a change of the files adds one. */
const migrations: readonly Migration[] = []

const Layout = z.looseObject({ layout: z.int().min(1), written_by: z.string() })

/**
 * Makes the files of a home those of this version. Called by the one service of the home, before it reads anything.
 *
 * @throws {OrchError} `newer-home` when a newer version wrote it; nothing is touched then.
 */
export function bringUpToDate(home: Home, steps: readonly Migration[] = migrations): void {
  const file = join(home.state, 'layout.json')
  const ours = steps.length + 1
  const before = readLayout(file)
  // Homes of before this file have the first form; a fresh one has nothing to bring up to date.
  const layout = before?.layout ?? (isFresh(home) ? ours : 1)
  if (before && layout > ours) {
    throw new OrchError(
      'newer-home',
      `${home.root} was written by iterm-orch ${before.written_by}, which keeps its files in a newer form than this ` +
        `version (${ownVersion()}) can read.`,
      { hint: 'Update iterm-orch, or use another directory with ITERM_ORCH_HOME. Nothing was changed.' },
    )
  }
  const write = (form: number) =>
    writeFileAtomic(file, `${JSON.stringify({ layout: form, written_by: ownVersion() }, null, 2)}\n`)
  if (!before) {
    ensurePrivateDirectory(home.state)
    write(layout)
  }
  for (const [index, step] of steps.entries()) {
    if (index + 1 < layout) continue
    step(home)
    // Each step counts as done by itself.
    write(index + 2)
  }
}

function isFresh(home: Home): boolean {
  return ![home.sessions, home.escalations, home.events].some((path) => existsSync(path))
}

function readLayout(file: string): z.infer<typeof Layout> | undefined {
  const hint = 'It says which version wrote the home. Delete it when that was this version or an older one.'
  return readJsonFile(file, Layout, { hint })
}
