import { errorMessage, OrchError } from '../../lib/errors.ts'
import { namesIn } from '../../lib/names-in.ts'

/** @throws {OrchError} `failed` when it cannot be read; without it there is nothing in it */
export function listDirectory(directory: string): string[] {
  try {
    return namesIn(directory)
  } catch (error) {
    throw new OrchError('failed', `${directory} cannot be read: ${errorMessage(error)}`, {
      hint: 'Look at who owns it, and who may read it.',
      cause: error,
    })
  }
}
