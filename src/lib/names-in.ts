import { readdirSync } from 'node:fs'
import { systemErrorCode } from './errors.ts'

/** What stands in the directory; nothing when there is none. What cannot be read is not empty, and throws. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
