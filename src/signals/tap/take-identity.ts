/** The secret of this session, which proves to the client that a message comes from the tap. */
import { closeSync, constants, fstatSync, openSync, readFileSync, unlinkSync } from 'node:fs'

const keyFileVariable = 'ITERM_ORCH_TAP_KEY_FILE'

const longestFile = 256
const form = /^[A-Za-z0-9_-]{16,128}$/

/**
 * Reads and deletes the file that the environment names, and removes the variable, so that the program gets
 * to see neither. Undefined when there is no secret, or when others could have read it.
 */
export function takeIdentity(env: NodeJS.ProcessEnv): string | undefined {
  const path = env[keyFileVariable]
  delete env[keyFileVariable]
  if (!path) return undefined
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const { mode, uid, size } = fstatSync(file)
      const ours = (mode & constants.S_IFMT) === constants.S_IFREG && uid === process.getuid?.()
      if (!ours || size > longestFile) return undefined
      // Before anything can go wrong: a secret that stays on the disk is none.
      unlinkSync(path)
      const identity = readFileSync(file, 'utf8').trim()
      return (mode & 0o077) === 0 && form.test(identity) ? identity : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
