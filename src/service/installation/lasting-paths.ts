/** Paths that are still right after the next update of node, and after the shell that installs has ended. */
import { realpathSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { OrchError } from '../../lib/errors.ts'

/** What an installed service always finds, whatever stood on the PATH of the shell. */
const usualDirectories = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']

/**
 * The path to start node by: one on `path` that leads to this very node and names no version, such as
 * `/opt/homebrew/bin/node` for `/opt/homebrew/Cellar/node/24.1.0/bin/node`; else `node` as it is (nvm, fnm, volta
 * keep one directory for each version).
 */
export function lastingNode(
  node: string,
  path: string,
  realpath: (path: string) => string | undefined = tryRealpath,
): string {
  const real = realpath(node)
  const candidates = lastingDirectories(path).map((directory) => join(directory, 'node'))
  return candidates.find((one) => !namesVersion(one) && realpath(one) === real) ?? node
}

/**
 * Directories of a PATH that will be there in another shell: absolute ones, each once, without those of a single
 * shell (fnm) or of one package (`node_modules/.bin`), the usual ones of the system behind them.
 */
export function lastingDirectories(path: string): string[] {
  const own = path
    .split(delimiter)
    .filter((one) => isAbsolute(one) && !passing.some((part) => one.includes(part)))
  return [...new Set([...own, ...usualDirectories])]
}

const passing = ['/fnm_multishells/', '/node_modules/.bin', '/node-gyp-bin']

/**
 * The PATH of an installed service: that of the shell, with node's own directory in it, as agents that are scripts of
 * node need it.
 */
export function lastingPath(node: string, path: string): string {
  const directories = lastingDirectories(path)
  const own = dirname(node)
  return (directories.includes(own) ? directories : [own, ...directories]).join(delimiter)
}

/** @throws {OrchError} `usage` for a copy of this package that a cache may remove at any time. */
export function assertLastingPackage(main: string): void {
  const cache = /\/_npx\//u.test(main) ? 'npx' : /\/dlx(?:-\d+)?\//u.test(main) ? 'dlx' : undefined
  if (cache === undefined) return
  throw new OrchError(
    'usage',
    `This copy of iterm-orch lies in the cache of ${cache}, which may remove it.`,
    {
      hint: 'Install it first: npm install --global iterm-orch',
    },
  )
}

const namesVersion = (path: string) => /\d+\.\d+\.\d+/.test(path)

function tryRealpath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
