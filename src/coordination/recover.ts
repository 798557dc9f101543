/** Finds claims whose owners are gone, and those that were half made or half given back. */
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { identifyProcess, processLife } from '../lib/process-identity.ts'
import type { Comms } from '../mail/comms.ts'
import { mailError, writing } from '../mail/mail-error.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { type ClaimPlace, claimDirectoryName, readClaimPlace, readClaimPlaces } from './claim-place.ts'
import { deliverFinished } from './complete.ts'
import { type HeldClaim, isHeld } from './find-claim.ts'
import { finishReported } from './finish.ts'
import { addHistory } from './history.ts'
import { type OwnerRecord, readOwner } from './owner.ts'
import { leaveRemains, releaseClaim } from './release.ts'

/** How long an owner has to be known to be gone before its task is given to others. */
export const defaultGraceMs = 30_000
/** A directory without any record this old was left by a process that died; on another computer perhaps. */
const abandonedMs = 3_600_000

export interface Recovered {
  /** Tasks that can be claimed again. */
  released: string[]
  /** Tasks whose report was there already. */
  finished: string[]
  /** Directories that were put in order. */
  mended: string[]
  /** Tasks whose owner is gone, within the time of grace. */
  pending: string[]
}

/** Puts right what can be put right without asking. May be run by several at once. */
export async function recoverClaims(
  comms: Comms,
  mailbox: Mailbox,
  graceMs = defaultGraceMs,
  now = Date.now(),
): Promise<Recovered> {
  const result: Recovered = { released: [], finished: [], mended: [], pending: [] }
  for (const place of readClaimPlaces(comms, mailbox)) {
    const mended = mend(place, graceMs, now)
    if (mended) result.mended.push(place.path)
    const claim = mended === true ? undefined : (mended ?? place)
    if (!claim || !isHeld(claim)) continue
    try {
      const owner = readOwner(claim.path)
      if (!owner || processLife(owner) !== 'gone') continue
      if (now - goneSince(claim, owner, now) < graceMs) result.pending.push(claim.task)
      else await giveBack(comms, mailbox, claim, result)
    } catch (error) {
      if (!isTakenAway(claim, error)) throw error
    }
  }
  return result
}

/** Another one was quicker. */
function isTakenAway({ file }: HeldClaim, error: unknown): boolean {
  if (!(error instanceof OrchError)) return false
  return error.code === 'task-not-found' || (systemErrorCode(error.cause) === 'ENOENT' && !pathExists(file))
}

async function giveBack(comms: Comms, mailbox: Mailbox, claim: HeldClaim, result: Recovered): Promise<void> {
  const finished = await finishReported(comms, mailbox, claim)
  if (finished) {
    await deliverFinished(comms, mailbox, finished)
    result.finished.push(claim.task)
    return
  }
  const stillGone = () => {
    const owner = readOwner(claim.path)
    return owner !== undefined && processLife(owner) === 'gone'
  }
  const path = await releaseClaim(comms, mailbox, claim, 'its owner is gone', stillGone)
  if (path !== undefined) result.released.push(claim.task)
}

/** The claim when it only had the wrong name, true when nothing of a claim is left, else undefined. */
function mend(place: ClaimPlace, graceMs: number, now: number): ClaimPlace | true | undefined {
  try {
    if (place.kind === 'claiming') return mendStaging(place, graceMs, now)
    if (place.kind !== 'claimed' || place.file !== undefined || !readOwner(place.path)) return undefined
    leaveRemains(place.path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return true
    throw mailError('mail-unwritable', 'Cannot put in order', place.path, error)
  }
}

/** What a process that died while it claimed has left: a claim, when the task's file is in it. */
function mendStaging(place: ClaimPlace, graceMs: number, now: number): ClaimPlace | true | undefined {
  const owner = readOwner(place.path)
  if (!isMakerGone(place, owner, graceMs, now)) return undefined
  if (!isHeld(place)) {
    rmSync(place.path, { recursive: true, force: true })
    return true
  }
  const claimedAt = Date.parse(owner?.claimed_at ?? '') || now
  const name = claimDirectoryName(claimedAt, place.pid, place.task)
  const root = dirname(place.path)
  renameSync(place.path, join(root, name))
  return readClaimPlace(root, name)
}

function isMakerGone(
  place: ClaimPlace,
  owner: OwnerRecord | undefined,
  graceMs: number,
  now: number,
): boolean {
  if (owner) return processLife(owner.made_by) === 'gone'
  const age = now - statSync(place.path).mtimeMs
  return age > abandonedMs || (age > graceMs && identifyProcess(place.pid) === undefined)
}

/** When it was first seen that the owner is gone; written down at the first time. */
function goneSince(claim: HeldClaim, owner: OwnerRecord, now: number): number {
  const path = join(claim.path, 'owner_gone.json')
  const seen = readSeen(path)
  if (seen !== undefined && seen <= now) return seen
  const record = { seen_at: new Date(now).toISOString(), pid: owner.pid }
  writing(path, () => writeFileAtomic(path, `${JSON.stringify(record)}\n`))
  addHistory(claim.path, { event: 'owner_gone', owner: owner.pid }, now)
  return now
}

function readSeen(path: string): number | undefined {
  try {
    const { seen_at } = JSON.parse(readFileSync(path, 'utf8'))
    const time = Date.parse(String(seen_at))
    return Number.isNaN(time) ? undefined : time
  } catch {
    return undefined
  }
}
