/** The file by which an administrator lets every app connect (protocol reference, section 2.3). */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { supportDirectory } from './socket-location.ts'

/** A fixed part of the file's content; the number comes from the protocol. */
const marker = '61DF88DC-3423-4823-B725-22570E01C027'

const administrator = 0

export function allowAllFilePath(env: NodeJS.ProcessEnv): string {
  return join(supportDirectory(env), 'disable-automation-auth')
}

/** What the file must hold, to the byte: its own path in hex, a space and the marker. */
export function allowAllContent(path: string): string {
  return `${Buffer.from(path, 'utf8').toString('hex')} ${marker}`
}

/**
 * Whether the file is there, is a plain file of the administrator and holds exactly what it must. A file
 * that cannot be read counts as invalid: it only takes away a short cut.
 * @param ownerUid who must own it; tests are not root
 */
export async function isAllowAllFileValid(path: string, ownerUid = administrator): Promise<boolean> {
  const expected = Buffer.from(allowAllContent(path))
  try {
    // Without O_NONBLOCK a FIFO in this place would hold us for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const facts = await file.stat()
      if (!facts.isFile() || facts.uid !== ownerUid || facts.size !== expected.length) return false
      const { bytesRead, buffer } = await file.read(Buffer.alloc(expected.length + 1), 0)
      return buffer.subarray(0, bytesRead).equals(expected)
    } finally {
      await file.close()
    }
  } catch {
    return false
  }
}
