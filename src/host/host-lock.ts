import { join } from 'node:path'
import type { Home } from '../lib/home.ts'

/** The lock that makes the host of a home the only one; the pid of its holder is in it. */
export function hostLockPath(home: Home): string {
  return join(home.run, 'host.lock')
}
