/** Files of `--attach`. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { errorMessage, OrchError } from '../../lib/errors.ts'

/** @throws {OrchError} `usage` for a file that cannot be read */
export function enclosuresOf(paths: readonly string[] = []): { name: string; content: Buffer }[] {
  return paths.map((path) => {
    try {
      return { name: basename(path), content: readFileSync(path) }
    } catch (error) {
      throw new OrchError('usage', `The file ${path} cannot be read: ${errorMessage(error)}`, {
        hint: 'Nothing was sent. Check its path and permissions.',
        cause: error,
      })
    }
  })
}
