/**
 * Claims a task: of all who try, one gets it. The one rename of the task's file into a directory with the
 * owner's record decides; a process that dies before has changed nothing, one that dies later has the claim.
 */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { processLife } from '../lib/process-identity.ts'
import { type Comms, makeDirectoryInside } from '../mail/comms.ts'
import { mailError, writing } from '../mail/mail-error.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { parseTaskName } from '../mail/names.ts'
import { adoptRemains } from './adopt-remains.ts'
import { claimDirectoryName, stagingName } from './claim-place.ts'
import { claimsOf, type HeldClaim } from './find-claim.ts'
import { isHandedOver } from './handed-over.ts'
import { addHistory } from './history.ts'
import { type Claimant, readOwner, writeOwner } from './owner.ts'
import { parentOf } from './subtask-name.ts'
import { type QueuedTask, readQueue } from './task-queue.ts'

export interface ClaimOrder {
  claimant: Claimant
  /** Only this task. */
  task?: string | undefined
  /** Only subtasks of this one. */
  parent?: string | undefined
}

/** A long-lived claimer looks at the directories again after this time, or five times what a look takes. */
const viewMs = 100

/** Claims one task after the other; keeps what it saw for a moment, since a look at 10,000 files takes long. */
export class Claimer {
  readonly #comms: Comms
  readonly #mailbox: Mailbox
  #view: QueuedTask[] = []
  #viewUntil = 0
  #askedForUnheard = false

  constructor(comms: Comms, mailbox: Mailbox) {
    this.#comms = comms
    this.#mailbox = mailbox
  }

  /**
   * The first that fits, or undefined when there is none. A claim that this owner got without hearing of it
   * comes first.
   *
   * @throws {OrchError} `mail-unreadable`, `mail-unwritable`; `task-not-found`, `invalid-task` for a named one
   */
  claim(order: ClaimOrder): HeldClaim | undefined {
    const unheard = this.#unheard(order)
    if (unheard) return unheard
    const root = makeDirectoryInside(this.#comms, this.#mailbox.inProgress)
    const staging = join(root, stagingName())
    let staged = false
    try {
      for (let fresh = false; ; fresh = true) {
        for (const candidate of this.#candidates(order, fresh)) {
          if (!staged) stage(staging, order.claimant)
          staged = true
          this.#forget(candidate)
          if (take(candidate, staging, order.claimant)) {
            staged = false
            return this.#finish(root, staging, candidate, order.claimant)
          }
        }
        if (fresh) return undefined
      }
    } finally {
      if (staged) removeQuietly(staging)
    }
  }

  /** Claims of a command that died before it could tell. Those of this process need no search. */
  #unheard({ claimant, task, parent }: ClaimOrder): HeldClaim | undefined {
    if (this.#askedForUnheard) return undefined
    this.#askedForUnheard = true
    return claimsOf(this.#comms, this.#mailbox, claimant.process).find((place) => {
      if (task !== undefined && place.task !== task) return false
      if (parent !== undefined && parentOf(place.task) !== parent) return false
      const maker = readOwner(place.path)?.made_by
      return !isHandedOver(place.path) && maker !== undefined && processLife(maker) === 'gone'
    })
  }

  #candidates(order: ClaimOrder, fresh: boolean): QueuedTask[] {
    if (fresh || order.task !== undefined || Date.now() > this.#viewUntil) {
      const started = Date.now()
      this.#view = readQueue(this.#comms, this.#mailbox)
      const ended = Date.now()
      this.#viewUntil = ended + Math.max(viewMs, 5 * (ended - started))
    }
    if (order.task !== undefined) return this.#named(order.task)
    return this.#view.filter((queued) => isClaimable(queued, order.claimant.agent) && fits(queued, order))
  }

  #named(task: string): QueuedTask[] {
    const name = parseTaskName(task)
    const queued = this.#view.find((entry) => entry.task === name)
    if (!queued) {
      throw new OrchError('task-not-found', `There is no task ${task} to claim in ${this.#mailbox.name}.`, {
        hint: 'See `iterm-orch coord list`.',
      })
    }
    if (queued.problem !== undefined) {
      throw new OrchError('invalid-task', `${task} cannot be claimed: ${queued.problem}.`, {
        hint: `Mend ${queued.path}.`,
      })
    }
    const [need] = queued.waitsFor
    if (need) {
      throw new OrchError(
        'invalid-task',
        `${task} cannot be claimed yet: ${need.task} ${need.failed ? 'has failed' : 'is not completed'}.`,
        {
          hint: 'It is claimed by itself when what it needs is there: leave the name out.',
        },
      )
    }
    return [queued]
  }

  #forget(candidate: QueuedTask): void {
    this.#view = this.#view.filter((queued) => queued !== candidate)
  }

  #finish(root: string, staging: string, { task }: QueuedTask, { process }: Claimant): HeldClaim {
    const now = Date.now()
    const path = join(root, claimDirectoryName(now, process.pid, task))
    writing(path, () => renameSync(staging, path))
    adoptRemains(root, task, path)
    addHistory(path, { event: 'claimed', owner: process.pid }, now)
    return { kind: 'claimed', task, pid: process.pid, path, file: join(path, `${task}.${process.pid}.md`) }
  }
}

/** Whether an agent (any, when undefined) may have the task now. */
export function isClaimable({ problem, waitsFor, values }: QueuedTask, agent: string | undefined): boolean {
  if (problem !== undefined || waitsFor.length > 0) return false
  return values.agent === undefined || agent === undefined || values.agent === agent
}

function fits(queued: QueuedTask, { parent }: ClaimOrder): boolean {
  return parent === undefined || parentOf(queued.task) === parent
}

function stage(staging: string, claimant: Claimant): void {
  writing(staging, () => mkdirSync(staging, { mode: 0o700 }))
  try {
    writeOwner(staging, claimant, Date.now())
  } catch (error) {
    removeQuietly(staging)
    throw error
  }
}

/** Whether we were the one who got it. */
function take({ task, path }: QueuedTask, staging: string, { process }: Claimant): boolean {
  try {
    renameSync(path, join(staging, `${task}.${process.pid}.md`))
    return true
  } catch (error) {
    // Also where it lies again: whoever was quicker has given it back meanwhile.
    const lost = systemErrorCode(error) === 'ENOENT' && pathExists(staging)
    if (lost) return false
    throw mailError('mail-unwritable', 'Cannot claim', path, error)
  }
}
