/** What an installed service is: one unit of the system's supervisor for one home. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Home } from '../../lib/home.ts'

/** `user`: runs while that person is logged in; `system`: from the start of the machine (Linux only). */
export type InstallationScope = 'user' | 'system'

export interface Installation {
  /** Of the unit: `iterm-orch`, and for another home than the usual one a mark of that home behind it. */
  name: string
  scope: InstallationScope
  /** Program and arguments; absolute. */
  command: readonly string[]
  env: Readonly<Record<string, string>>
  home: Home
  /** Who the system's service runs as. */
  user?: string
}

/** The name of the unit for a home. */
export function installationName(home: Home, env: NodeJS.ProcessEnv = process.env): string {
  const usual = join(env['HOME'] || homedir(), '.iterm-orch')
  if (home.root === usual) return 'iterm-orch'
  return `iterm-orch-${createHash('sha256').update(home.root).digest('hex').slice(0, 8)}`
}
