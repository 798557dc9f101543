/** The directory of all mailboxes, and the guard that nothing outside of it is read or written. */
import { lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { expandPath } from '../lib/expand-path.ts'
import { ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { mailError, writing } from './mail-error.ts'

export interface Comms {
  /** Real path: no part of it is a symbolic link. */
  root: string
}

/**
 * The comms root of a home: `comms.root` of its config.yaml, else `comms/` in the home, which is made. A
 * configured one has to exist: a network drive that is not mounted must not look like an empty mailbox.
 * Needs no service; the rest of config.yaml is not looked at.
 */
export async function openComms(home: Home, env: NodeJS.ProcessEnv = process.env): Promise<Comms> {
  const configured = await configuredRoot(home, env)
  if (configured === undefined) {
    writing(home.comms, () => ensurePrivateDirectory(home.comms))
    return commsAt(home.comms)
  }
  return commsAt(configured)
}

/** The comms of an existing directory. */
export function commsAt(directory: string): Comms {
  try {
    return { root: realpathSync.native(directory) }
  } catch (error) {
    const missing = systemErrorCode(error) === 'ENOENT'
    if (!missing) throw mailError('mail-unreadable', 'Cannot read', directory, error)
    throw new OrchError('mail-unreadable', `The directory of the mailboxes does not exist: ${directory}`, {
      hint: 'Create or mount it, or change comms.root in config.yaml.',
      details: { path: directory },
    })
  }
}

/**
 * The real path of `path`, which must lie below the comms root and may not exist yet; a symbolic link on the
 * way may lead only to places inside.
 *
 * @throws {OrchError} `outside-mailboxes`
 */
export function insidePath(comms: Comms, path: string): string {
  const real = realPathOf(path)
  if (real === comms.root || real.startsWith(comms.root + sep)) return real
  throw new OrchError('outside-mailboxes', `${path} leads out of the mailboxes, to ${real}.`, {
    hint: `Remove the symbolic link: only what lies below ${comms.root} is read and written.`,
    details: { path, target: real },
  })
}

/** Makes a directory inside, with its parents, for this user only; gives its real path. */
export function makeDirectoryInside(comms: Comms, path: string): string {
  const real = insidePath(comms, path)
  if (!writing(real, () => makeWithParents(real))) return real
  // Someone may have put a link in the way in the meantime.
  return insidePath(comms, path)
}

/** Not Node's own way with parents, which calls a read-only file system ENOENT. False when it was there. */
function makeWithParents(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' && statSync(path).isDirectory()) return false
    if (systemErrorCode(error) !== 'ENOENT' || dirname(path) === path) throw error
    makeWithParents(dirname(path))
    return makeWithParents(path)
  }
  return true
}

/** Resolves what exists of the path; the rest stays as it is. */
function realPathOf(path: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    const parent = dirname(path)
    if (systemErrorCode(error) !== 'ENOENT' || parent === path) {
      throw mailError('mail-unreadable', 'Cannot read', path, error)
    }
    assertNoLink(path)
    return join(realPathOf(parent), basename(path))
  }
}

/** A link that leads nowhere yet would be followed by the one who creates the file. */
function assertNoLink(path: string): void {
  if (!isLink(path)) return
  throw new OrchError('outside-mailboxes', `${path} is a symbolic link to something that does not exist.`, {
    hint: 'Remove the link.',
    details: { path },
  })
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

async function configuredRoot(home: Home, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const text = readConfig(home.config)
  if (text === undefined || !/^\s*["']?comms\b/m.test(text)) return undefined
  const { parse } = await import('yaml')
  const root = rootIn(parseYaml(home.config, text, parse))
  return root === undefined ? undefined : expandPath(root, dirname(home.config), env)
}

function readConfig(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw invalid(path, errorMessage(error))
  }
}

function parseYaml(path: string, text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw invalid(path, errorMessage(error))
  }
}

function rootIn(config: unknown): string | undefined {
  if (typeof config !== 'object' || config === null || !('comms' in config)) return undefined
  const { comms } = config
  if (typeof comms !== 'object' || comms === null || !('root' in comms)) return undefined
  return typeof comms.root === 'string' && comms.root !== '' ? comms.root : undefined
}

function invalid(path: string, problem: string): OrchError {
  return new OrchError('invalid-config', `${path} cannot be read: ${problem}`, {
    hint: 'docs/configuration.md describes every key.',
  })
}
