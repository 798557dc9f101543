/** Gives a claimed task back, so that somebody else may claim it. */
import { renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type Comms, makeDirectoryInside } from '../mail/comms.ts'
import { mailError } from '../mail/mail-error.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { lockFile, withClaim } from './claim-lock.ts'
import { readClaimPlaces } from './claim-place.ts'
import type { HeldClaim } from './find-claim.ts'
import { addHistory } from './history.ts'
import { parentOf } from './subtask-name.ts'

/**
 * The task's file goes back into the queue, a subtask into the directory of its parent. Everything else stays
 * in `released_…` for the next owner. Who may do this is decided by the caller.
 *
 * @param check looked at again when nobody else can change the claim any more
 * @returns the path of the task's file
 * @throws {OrchError} `task-not-found` when it is not claimed any more, `task-exists`
 */
export function releaseClaim(
  comms: Comms,
  mailbox: Mailbox,
  claim: HeldClaim,
  reason: string,
  check: () => boolean = () => true,
): Promise<string | undefined> {
  return withClaim(claim, () => {
    if (!check()) return undefined
    // A claim that was still being made when its maker died has no other name yet.
    const path = freePlace(comms, mailbox, claim)
    addHistory(claim.path, { event: 'released', reason, owner: claim.pid }, Date.now())
    try {
      renameSync(claim.file, path)
    } catch (error) {
      throw mailError('mail-unwritable', 'Cannot release', claim.file, error)
    }
    leaveRemains(claim.path)
    return path
  })
}

/** Says in the name of the directory that there is no claim in it any more; gives its new path. */
export function leaveRemains(claim: string): string {
  const remains = join(dirname(claim), basename(claim).replace(/^claimed_/, 'released_'))
  try {
    renameSync(claim, remains)
  } catch (error) {
    // Somebody who cleans up did it.
    if (systemErrorCode(error) !== 'ENOENT') throw mailError('mail-unwritable', 'Cannot rename', claim, error)
  }
  removeQuietly(join(remains, lockFile))
  return remains
}

function freePlace(comms: Comms, mailbox: Mailbox, { task, path: claim }: HeldClaim): string {
  const parent = parentOf(task)
  const home =
    parent === undefined
      ? undefined
      : readClaimPlaces(comms, mailbox).find((place) => place.task === parent && place.path !== claim)?.path
  const directory = home ?? makeDirectoryInside(comms, mailbox.toExecute)
  const path = join(directory, `${task}.md`)
  if (!pathExists(path)) return path
  // The file of a parent with this very pid looks like that of its subtask.
  const other = join(makeDirectoryInside(comms, mailbox.toExecute), `${task}.md`)
  if (home !== undefined && !pathExists(other)) return other
  throw new OrchError('task-exists', `${task} cannot be given back: ${path} exists.`, {
    hint: 'Somebody submitted a task of the same name. Move that file away first.',
    details: { task, path },
  })
}
