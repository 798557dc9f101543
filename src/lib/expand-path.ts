import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** An absolute path: `~` is the home directory, a relative one starts at `base`. */
export function expandPath(path: string, base: string, env: NodeJS.ProcessEnv = process.env): string {
  const isHome = path === '~' || path.startsWith('~/')
  return isHome ? join(env['HOME'] || homedir(), path.slice(1)) : resolve(base, path)
}
