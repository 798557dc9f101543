import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { placeOf } from './registry.ts'

/** @throws {OrchError} `usage` when there is no directory at `path` */
export function projectDirectory(path: string): string {
  const place = resolve(path)
  const hint = 'A project is a directory that is there: make it first, or name another one.'
  let isDirectory: boolean
  try {
    isDirectory = statSync(place).isDirectory()
  } catch (error) {
    const away = systemErrorCode(error) === 'ENOENT'
    const message = away
      ? `There is no directory ${place}.`
      : `Cannot look at ${place}: ${errorMessage(error)}`
    throw new OrchError('usage', message, { hint, cause: error })
  }
  if (isDirectory) return placeOf(place)
  throw new OrchError('usage', `${place} is no directory.`, { hint })
}
