import { homedir } from 'node:os'
import { join } from 'node:path'

/** iTerm2's own directory below `~/Library`, for the suite that `IT2_SUITE` names (`iTerm2` when unset). */
export function supportDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const home = env['HOME'] || homedir()
  return join(home, 'Library', 'Application Support', env['IT2_SUITE'] || 'iTerm2')
}

/** Where iTerm2 listens for API clients. */
export function defaultSocketPath(env: NodeJS.ProcessEnv = process.env): string {
  return join(supportDirectory(env), 'private', 'socket')
}
