/** Where a session works, and whether a path is in there once its symbolic links are followed. */
import { lstatSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemErrorCode } from '../../../lib/errors.ts'

export interface Place {
  /** The session's directory, absolute. */
  directory: string
  /** The person's home directory. */
  home: string
  /** The path with its links followed, as far as it exists. Undefined: it could not be found out. */
  realPath(path: string): string | undefined
}

export function placeOf(directory: string, home: string): Place {
  return { directory: resolve(directory), home: resolve(home), realPath: followLinks }
}

/** An absolute path from what a program was given; undefined for another user's home. */
export function absolutePath(text: string, from: string, { home }: Place): string | undefined {
  if (text === '~' || text.startsWith('~/')) return join(home, text.slice(1))
  if (text.startsWith('~')) return undefined
  return resolve(from, text)
}

/** Whether it is the session's directory or below it, both as it is written and with its links followed. */
export function isInside(path: string, place: Place): boolean {
  if (!isBelow(path, place.directory)) return false
  const real = place.realPath(path)
  const top = place.realPath(place.directory)
  return real !== undefined && top !== undefined && isBelow(real, top)
}

/** Whether a path is another one or below it. */
export function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(top === '/' ? '/' : `${top}/`)
}

/** The longest part that exists is followed; what is not there yet is created below it. */
function followLinks(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    const code = systemErrorCode(error)
    // A link that leads to nothing leads somewhere else all the same.
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || isThere(path)) return undefined
  }
  const parent = dirname(path)
  if (parent === path) return undefined
  const real = followLinks(parent)
  return real === undefined ? undefined : join(real, path.slice(parent === '/' ? 1 : parent.length + 1))
}

function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch (error) {
    return systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR'
  }
}
