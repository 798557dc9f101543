/** Finds the claim of a task. */
import { join } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { isSameProcess, type ProcessIdentity } from '../lib/process-identity.ts'
import { type Comms, insidePath } from '../mail/comms.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { parseTaskName } from '../mail/names.ts'
import { type ClaimPlace, readClaimPlaces } from './claim-place.ts'
import { readOwner } from './owner.ts'

/** A claim that counts: its directory has the task's file. */
export type HeldClaim = ClaimPlace & { file: string }

export function isHeld(place: ClaimPlace): place is HeldClaim {
  return place.kind !== 'released' && place.file !== undefined
}

/** @throws {OrchError} `task-not-found`, saying where the task is instead */
export function findClaim(comms: Comms, mailbox: Mailbox, task: string): HeldClaim {
  const name = parseTaskName(task)
  const held = readClaimPlaces(comms, mailbox).filter(isHeld)
  const found = held.find((place) => place.task === name)
  if (found) return found
  const candidates = held.map((place) => place.task)
  throw new OrchError(
    'task-not-found',
    `${name} is not claimed in ${mailbox.name}${elsewhere(comms, mailbox, name)}.`,
    {
      hint:
        candidates.length === 0
          ? 'Nothing is claimed there.'
          : `Claimed are: ${candidates.slice(0, 10).join(', ')}.`,
      details: { task: name, candidates },
    },
  )
}

/**
 * The only claim of a process, for commands that name no task.
 *
 * @throws {OrchError} `task-not-found` when it has none, or several
 */
export function onlyClaimOf(comms: Comms, mailbox: Mailbox, owner: ProcessIdentity): HeldClaim {
  const own = claimsOf(comms, mailbox, owner)
  const [only] = own
  if (only && own.length === 1) return only
  const candidates = own.map((place) => place.task)
  throw new OrchError(
    'task-not-found',
    only ? `You have several claims in ${mailbox.name}.` : `You have no claim in ${mailbox.name}.`,
    {
      hint: only ? `Name one of them: ${candidates.join(', ')}.` : 'Name the task, or claim one first.',
      details: { candidates },
    },
  )
}

export function claimsOf(comms: Comms, mailbox: Mailbox, owner: ProcessIdentity): HeldClaim[] {
  return readClaimPlaces(comms, mailbox)
    .filter(isHeld)
    .filter((place) => {
      const record = place.pid === owner.pid ? readOwner(place.path) : undefined
      return record !== undefined && isSameProcess(record, owner)
    })
}

function elsewhere(comms: Comms, mailbox: Mailbox, task: string): string {
  if (pathExists(join(insidePath(comms, mailbox.completed), task))) return ': it is finished'
  if (pathExists(join(insidePath(comms, mailbox.toExecute), `${task}.md`)))
    return ': it still waits in to_execute'
  return ''
}
