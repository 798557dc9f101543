/** Who has a claim: `owner.json` in its directory, on the disk before the claim counts. */
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import {
  ancestors,
  callingProcess,
  identifyProcess,
  isSameProcess,
  ownIdentity,
  type ProcessLife,
  processLife,
} from '../lib/process-identity.ts'
import { ProcessIdentity } from '../lib/process-identity-record.ts'
import { mailError, writing } from '../mail/mail-error.ts'
import { type ClaimPlace, ownerFile } from './claim-place.ts'

export const OwnerRecord = ProcessIdentity.extend({
  /** The owner's own mailbox, when it has said who it is. */
  as: z.string().optional(),
  /** Session of iterm-orch that the owner runs in. */
  session: z.string().optional(),
  agent: z.string().optional(),
  claimed_at: z.string(),
  /** The process that made the claim on behalf of the owner. */
  made_by: ProcessIdentity,
})
export type OwnerRecord = z.infer<typeof OwnerRecord>

/** Who claims; kept in the record. */
export interface Claimant {
  process: ProcessIdentity
  as?: string | undefined
  session?: string | undefined
  agent?: string | undefined
}

export type OwnerLife = ProcessLife | 'unrecorded'

/**
 * The process that a command claims for: the one with this pid, else the nearest lasting one above it
 * (an agent, a script, an interactive shell).
 *
 * @throws {OrchError} `usage` when there is no such process
 */
export function claimantProcess(pid?: number): ProcessIdentity {
  const identity = identifyProcess(pid ?? callingProcess())
  if (identity) return identity
  throw new OrchError('usage', `There is no process ${pid}.`, {
    hint: 'Give the pid of the agent or script that does the work; it has to run.',
  })
}

/** Writes the record into a directory that nobody takes for a claim yet. */
export function writeOwner(directory: string, claimant: Claimant, now: number): void {
  const record: OwnerRecord = {
    ...claimant.process,
    ...(claimant.as !== undefined && { as: claimant.as }),
    ...(claimant.session !== undefined && { session: claimant.session }),
    ...(claimant.agent !== undefined && { agent: claimant.agent }),
    claimed_at: new Date(now).toISOString(),
    made_by: ownIdentity(),
  }
  const path = join(directory, ownerFile)
  writing(path, () => {
    const file = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  })
}

/** The owner of a claim; undefined when another program made it, or the record cannot be understood. */
export function readOwner(directory: string): OwnerRecord | undefined {
  const path = join(directory, ownerFile)
  try {
    return OwnerRecord.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

export function ownerLife(owner: OwnerRecord | undefined): OwnerLife {
  return owner === undefined ? 'unrecorded' : processLife(owner)
}

/**
 * @param force take it even from an owner that lives
 * @throws {OrchError} `not-owner` unless the caller is the owner, runs below it, or the owner is known to be gone
 */
export function assertOwner(place: ClaimPlace, caller: ProcessIdentity | undefined, force: boolean): void {
  if (force) return
  const owner = readOwner(place.path)
  // A claim made by hand tells nothing but a pid: whoever works on it may finish it.
  if (owner === undefined) return
  if (caller && isSameProcess(caller, owner)) return
  const life = processLife(owner)
  if (life === 'gone') return
  if (life === 'alive' && (owner.pid === process.pid || ancestors().some(({ pid }) => pid === owner.pid)))
    return
  throw new OrchError(
    'not-owner',
    `${place.task} is claimed by ${owner.as ?? 'process'} ${owner.pid} on ${owner.host}.`,
    {
      hint: 'Only its owner may do this. When the owner is known to be gone, use --force.',
      details: { task: place.task, owner: { pid: owner.pid, host: owner.host, life } },
    },
  )
}
