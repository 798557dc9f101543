/** A task that was given back leaves its progress, responses and subtasks behind; the next owner gets them. */
import { readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { isTemporary } from '../lib/temporary-file.ts'
import { mailError } from '../mail/mail-error.ts'
import { pathExists } from '../mail/mailbox.ts'
import { lockFile } from './claim-lock.ts'
import { ownerFile, readClaimPlace, readEntries } from './claim-place.ts'
import { handedOverFile } from './handed-over.ts'
import { readOwner } from './owner.ts'
import { leaveRemains } from './release.ts'

/** What belonged to the former owner alone. */
function isOfFormerOwner(name: string): boolean {
  return [ownerFile, handedOverFile, lockFile].includes(name) || isTemporary(name)
}

/**
 * Moves everything from `released_…_<task>` into the directory of the new claim. What is there already stays
 * where it is, and can be read there. May be repeated, by several at once.
 *
 * @param root `in_progress` of the mailbox
 */
export function adoptRemains(root: string, task: string, claim: string): void {
  for (let renamed = true; renamed; ) {
    renamed = false
    for (const { name } of readEntries(root)) {
      if (!/^(?:released|claimed)_/.test(name) || !name.endsWith(`_${task}`)) continue
      const place = readClaimPlace(root, name)
      if (place?.task !== task || place.file !== undefined) continue
      if (place.kind === 'released') moveAll(place.path, claim)
      // Whoever gives it back has come as far as the task's file, or has renamed the directory since we saw its name.
      else if (readOwner(place.path)) moveAll(leaveRemains(place.path), claim)
      else if (!pathExists(place.path)) renamed = true
    }
  }
}

function moveAll(from: string, to: string): void {
  ignoringAbsence(from, () => {
    for (const name of readdirSync(from)) {
      if (isOfFormerOwner(name) || pathExists(join(to, name))) continue
      ignoringAbsence(join(from, name), () => renameSync(join(from, name), join(to, name)))
    }
    const left = readdirSync(from)
    if (left.some((name) => !isOfFormerOwner(name))) return
    for (const name of left) rmSync(join(from, name), { force: true })
    rmdirSync(from)
  })
}

/** Somebody else may do the same at this moment. */
function ignoringAbsence(path: string, action: () => void): void {
  try {
    action()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTEMPTY') return
    throw mailError('mail-unwritable', 'Cannot take over', path, error)
  }
}
