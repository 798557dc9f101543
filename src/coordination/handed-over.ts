/** Whether the owner of a claim was told of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { mailError } from '../mail/mail-error.ts'
import { pathExists } from '../mail/mailbox.ts'

/** Present when the claim was printed: without it the owner may not know that it has it. */
export const handedOverFile = 'handed_over'

export function isHandedOver(directory: string): boolean {
  return pathExists(join(directory, handedOverFile))
}

/** Called after the claim was printed. */
export function confirmHandOver(directory: string): void {
  try {
    writeFileSync(join(directory, handedOverFile), '', { mode: 0o600 })
  } catch (error) {
    // Finished at once by somebody who was quicker.
    if (systemErrorCode(error) === 'ENOENT') return
    throw mailError('mail-unwritable', 'Cannot write', directory, error)
  }
}
