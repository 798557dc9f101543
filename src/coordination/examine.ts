/** Looks through the coordination of all mailboxes for what is wrong, and repairs what loses nothing. */
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../mail/comms.ts'
import { mailError, writing } from '../mail/mail-error.ts'
import { listMailboxes, type Mailbox, mailboxAt, pathExists } from '../mail/mailbox.ts'
import { linkEndedChildren } from './children.ts'
import { readClaimPlaces, readEntries } from './claim-place.ts'
import { deliverFinished } from './complete.ts'
import { isDelivered, replyOf } from './deliver-result.ts'
import { isHeld } from './find-claim.ts'
import { recoverClaims } from './recover.ts'
import { parentOf } from './subtask-name.ts'
import { viewTasks } from './task-view.ts'
import { leftTemporaries } from './temporaries.ts'

export interface CoordinationProblem {
  mailbox: string
  path: string
  problem: string
  /** What to do. */
  repair: string
  repaired: boolean
}

export interface CoordinationReport {
  mailboxes: number
  /** How many tasks there are in each state. */
  tasks: Record<string, number>
  problems: CoordinationProblem[]
}

/** @param fix repair what can be repaired; owners that are gone lose their claims at once */
export async function examineCoordination(
  comms: Comms,
  { fix, graceMs = 0, now = Date.now() }: { fix: boolean; graceMs?: number; now?: number },
): Promise<CoordinationReport> {
  const report: CoordinationReport = { mailboxes: 0, tasks: {}, problems: [] }
  for (const name of listMailboxes(comms)) {
    const mailbox = mailboxAt(comms, name)
    report.mailboxes += 1
    const examination = new Examination(comms, mailbox, fix, report.problems)
    try {
      await examination.claims(graceMs, now)
      examination.links()
      await examination.deliveries()
      examination.temporaries(now)
      examination.tasks(report.tasks)
    } catch (error) {
      examination.found(
        mailbox.path,
        errorMessage(error).replace(/\.$/, ''),
        'Make it readable: what is in it is not known.',
        false,
      )
    }
  }
  return report
}

class Examination {
  readonly #comms: Comms
  readonly #mailbox: Mailbox
  readonly #fix: boolean
  readonly #problems: CoordinationProblem[]

  constructor(comms: Comms, mailbox: Mailbox, fix: boolean, problems: CoordinationProblem[]) {
    this.#comms = comms
    this.#mailbox = mailbox
    this.#fix = fix
    this.#problems = problems
  }

  found(path: string, problem: string, repair: string, repaired: boolean): void {
    this.#problems.push({ mailbox: this.#mailbox.name, path, problem, repair, repaired })
  }

  /** Half-made claims, and those of owners that are gone. */
  async claims(graceMs: number, now: number): Promise<void> {
    const before = readClaimPlaces(this.#comms, this.#mailbox)
    if (!this.#fix) {
      for (const place of before) {
        if (place.kind === 'claiming')
          this.found(
            place.path,
            'a claim is half made',
            'Repaired with --fix, when its maker is gone.',
            false,
          )
        else if (place.kind === 'claimed' && place.file === undefined) {
          this.found(place.path, 'a claim without its task', 'Repaired with --fix.', false)
        }
      }
      return
    }
    const done = await recoverClaims(this.#comms, this.#mailbox, graceMs, now)
    for (const path of done.mended)
      this.found(path, 'it was half made or half given back', 'Put in order.', true)
    for (const task of done.released)
      this.found(this.#mailbox.inProgress, `the owner of ${task} is gone`, 'Given back.', true)
    for (const task of done.finished) {
      this.found(this.#mailbox.completed, `the owner of ${task} died after its report`, 'Completed.', true)
    }
  }

  /** Links of parents to subtasks that have ended. */
  links(): void {
    const { completed } = this.#mailbox
    const parents = [
      ...readClaimPlaces(this.#comms, this.#mailbox).filter(isHeld),
      ...this.#ended().map((task) => ({ task, path: join(insidePath(this.#comms, completed), task) })),
    ]
    const ended = this.#ended()
    for (const { task, path } of parents) {
      const entries = readEntries(path)
      const names = new Set(entries.map(({ name }) => name))
      const missing = ended.filter((child) => parentOf(child) === task && !names.has(`${child}@`))
      if (missing.length > 0) {
        if (this.#fix) linkEndedChildren(this.#comms, this.#mailbox, task, path)
        this.found(path, `no link to ${missing.join(', ')}`, 'The links are made with --fix.', this.#fix)
      }
      for (const entry of entries) {
        if (!entry.name.endsWith('@') || entry.isSymbolicLink()) continue
        this.found(
          join(path, entry.name),
          'a copy stands where a link belongs',
          'Move it away; --fix makes the link.',
          false,
        )
      }
    }
  }

  /** Results that the one who asked has not got. */
  async deliveries(): Promise<void> {
    for (const task of this.#ended()) {
      const path = join(insidePath(this.#comms, this.#mailbox.completed), task)
      const reply = replyOf(path, task)
      if (reply === undefined) continue
      try {
        if (reply === this.#mailbox.name || isDelivered(this.#comms, task, reply)) continue
        const problem = this.#fix
          ? (await deliverFinished(this.#comms, this.#mailbox, { task, path, open: [] })).deliveryProblem
          : 'it was not sent'
        this.found(path, `${reply} has not got the result`, problem ?? 'Sent.', problem === undefined)
      } catch (error) {
        this.found(path, `${reply} has not got the result`, errorMessage(error), false)
      }
    }
  }

  /** Temporary files of processes that died while they wrote. */
  temporaries(now: number): void {
    for (const path of leftTemporaries(this.#comms, this.#mailbox, now)) {
      if (this.#fix) writing(path, () => rmSync(path, { force: true }))
      this.found(
        path,
        'its writer has died',
        'It is removed with --fix: nobody was told that it was written.',
        this.#fix,
      )
    }
  }

  /** Tasks that nobody can claim, and those left behind. */
  tasks(counts: Record<string, number>): void {
    for (const view of viewTasks(this.#comms, this.#mailbox)) {
      counts[view.state] = (counts[view.state] ?? 0) + 1
      const { path, task } = view
      if (view.state === 'invalid')
        this.found(path, view.reason ?? 'it is not valid', 'Mend or move it.', false)
      if (view.state === 'blocked' && view.reason?.includes('(failed)')) {
        this.found(
          path,
          `${task} ${view.reason}`,
          'Submit what it needs again, or take it out of `needs`.',
          false,
        )
      }
      if (view.state === 'orphaned')
        this.found(path, `the owner of ${task} is gone`, 'Given back with --fix.', false)
      if (view.state === 'claimed' && view.owner?.life === 'unrecorded') {
        this.found(
          path,
          `${task} was claimed by hand: nobody knows whether its owner lives`,
          'See `coord release --force`.',
          false,
        )
      }
      if (view.state === 'left') {
        const queued = this.#fix && this.#requeue(view.task, path)
        this.found(
          path,
          `${task} was left when its parent was closed`,
          this.#fix && !queued
            ? 'Another task of this name waits in to_execute: move one of the two away.'
            : 'It goes to to_execute with --fix.',
          queued,
        )
      }
    }
  }

  /** False when another task of this name waits there, which nothing may replace. */
  #requeue(task: string, path: string): boolean {
    const to = join(makeDirectoryInside(this.#comms, this.#mailbox.toExecute), `${task}.md`)
    if (pathExists(to)) return !pathExists(path)
    try {
      renameSync(path, to)
    } catch (error) {
      // Another doctor has done it.
      if (systemErrorCode(error) !== 'ENOENT' || pathExists(path))
        throw mailError('mail-unwritable', 'Cannot write', to, error)
    }
    return true
  }

  #ended(): string[] {
    return readEntries(insidePath(this.#comms, this.#mailbox.completed)).map(({ name }) => name)
  }
}
