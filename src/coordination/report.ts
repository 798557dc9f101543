/** What an owner says while it works: `progress.md` and `<name>.response.md` in the directory of its claim. */
import { appendFileSync, linkSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { systemErrorCode } from '../lib/errors.ts'
import { mailError, writing } from '../mail/mail-error.ts'
import { parseTaskName } from '../mail/names.ts'
import type { HeldClaim } from './find-claim.ts'
import { writeTemporary } from './temporaries.ts'

/** Longest line of progress, in characters. */
const longestLine = 2_000

/** Adds one line, with one write: `- <time> <n>/<m> <text>`. */
export function addProgress(claim: HeldClaim, text: string, step?: string, now = Date.now()): string {
  const line = [new Date(now).toISOString(), step, text.replace(/\s+/g, ' ').trim().slice(0, longestLine)]
    .filter(Boolean)
    .join(' ')
  const path = join(claim.path, 'progress.md')
  writing(path, () => appendFileSync(path, `- ${line}\n`, { mode: 0o600 }))
  return line
}

/** Leaves a milestone; numbered unless it has a name. Never replaces another one. Gives its path. */
export function addResponse(claim: HeldClaim, text: string, name?: string): string {
  const temporary = writeTemporary(claim.path, text)
  try {
    for (let number = 1; ; number++) {
      const wanted = parseTaskName(name ?? claim.task)
      const path = join(
        claim.path,
        `${wanted}${name === undefined || number > 1 ? `.${number}` : ''}.response.md`,
      )
      if (tryLink(temporary, path)) return path
    }
  } finally {
    removeQuietly(temporary)
  }
}

function tryLink(from: string, path: string): boolean {
  try {
    linkSync(from, path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw mailError('mail-unwritable', 'Cannot write', path, error)
  }
}
