/**
 * Which queued runs start now, and why each of the others waits. A function of its arguments: whoever calls it
 * starts, stops and drops what it says, and calls it again when anything has changed.
 */
import type { Task } from '../../runner/task.ts'

export type QueuedTask = Pick<Task, 'name' | 'type' | 'groups' | 'concurrency'>

/** Something that has to be there before a run starts. */
export interface Need {
  task: string
  state: 'met' | 'pending' | 'failed'
}

export interface QueuedRun {
  /** Its id. */
  run: string
  task: QueuedTask
  /** Milliseconds since 1970. */
  queuedAt: number
  /** Not before this time. */
  notBefore?: number
  /** What happens when the task still runs; often the task's own, but what was missed is queued. */
  overlap: Task['overlap']
  needs: readonly Need[]
  /** How many of its concurrency group run at once for this one to start; absent: as {@link Limits} say. */
  groupLimit?: number | undefined
}

export interface ActiveRun {
  run: string
  task: QueuedTask
}

export interface Limits {
  /** Runs at once, but for daemons. */
  all: number
  /** Runs at once in a concurrency group. */
  groups: Readonly<Record<string, number>>
}

export interface WaitingRun {
  run: string
  /** A sentence for people, without a full stop. */
  why: string
}

export interface Decision {
  /** Ids, in the order in which they start. */
  start: string[]
  wait: WaitingRun[]
  /** Will not run: to be recorded as skipped. */
  drop: WaitingRun[]
  /** Active runs that have to end for a newer one; asked for again until they have. */
  stop: string[]
}

/** Of a concurrency group that no file gives a limit. */
const defaultGroupLimit = 1

/** How many of a concurrency group run at once, as files say. */
export function groupLimitIn(limits: Readonly<Record<string, number>>, group: string): number {
  return (Object.hasOwn(limits, group) ? limits[group] : undefined) ?? defaultGroupLimit
}

/** More at once would take the machine down rather than be done sooner; config.yaml may say otherwise. */
const defaultLimit = 100

/** @param concurrency what the files say under `concurrency:`, merged */
export function limitsOf({ all = defaultLimit, ...groups }: Readonly<Record<string, number>>): Limits {
  return { all, groups }
}

/** @param queue in any order; of two runs of a task, the one that was queued first goes first */
export function decide(
  queue: readonly QueuedRun[],
  active: readonly ActiveRun[],
  limits: Limits,
  now: number,
): Decision {
  const decision: Decision = { start: [], wait: [], drop: [], stop: [] }
  const candidates: QueuedRun[] = []
  const inOrder = [...queue].sort((a, b) => a.queuedAt - b.queuedAt || (a.run < b.run ? -1 : 1))
  const first = new Map<string, QueuedRun>()
  const newest = new Map(
    inOrder
      .filter(({ needs }) => needs.every(({ state }) => state !== 'failed'))
      .map((entry) => [entry.task.name, entry]),
  )
  const running = new Map(active.map((each) => [each.task.name, each]))
  for (const entry of inOrder) {
    const { name } = entry.task
    const dropped = reasonToDrop(entry, running.get(name), first.get(name), newest.get(name))
    if (dropped !== undefined) {
      decision.drop.push({ run: entry.run, why: dropped })
      continue
    }
    const waits = reasonToWait(entry, running.get(name), first.get(name), now)
    if (waits === undefined) candidates.push(entry)
    else decision.wait.push({ run: entry.run, why: waits })
    const current = running.get(name)
    if (current !== undefined && entry.overlap === 'replace') decision.stop.push(current.run)
    if (!first.has(name)) first.set(name, entry)
  }
  startFairly(candidates, active, limits, decision)
  return decision
}

function reasonToDrop(
  { run, task, overlap, needs }: QueuedRun,
  running: ActiveRun | undefined,
  first: QueuedRun | undefined,
  newest: QueuedRun | undefined,
): string | undefined {
  const failed = needs.find(({ state }) => state === 'failed')
  if (failed !== undefined) return `it needs ${failed.task}, which did not succeed`
  if (overlap === 'skip' && running !== undefined) return `${task.name} still runs`
  if (overlap === 'skip' && first !== undefined) return `${task.name} waits already`
  if (newest !== undefined && newest.run !== run && newest.overlap === 'replace') {
    return `a newer run of ${task.name} takes its place`
  }
  return undefined
}

function reasonToWait(
  { task, overlap, needs, notBefore }: QueuedRun,
  running: ActiveRun | undefined,
  first: QueuedRun | undefined,
  now: number,
): string | undefined {
  if (running !== undefined && overlap === 'replace') return 'the run before it is being stopped'
  // Two processes of one task would share its log and its pid file.
  if (running !== undefined) return 'the run before it has not ended'
  if (first !== undefined) return `an earlier run of ${task.name} goes first`
  const pending = needs.filter(({ state }) => state === 'pending').map((need) => need.task)
  if (pending.length > 0) return `it needs ${pending.join(' and ')} first`
  if (notBefore !== undefined && notBefore > now) return `it starts at ${new Date(notBefore).toISOString()}`
  return undefined
}

/**
 * One after the other, from the group that has the fewest runs; of several, from the one that waits longest. So a
 * group that queues a hundred runs does not hold up another that queues one.
 */
function startFairly(
  candidates: readonly QueuedRun[],
  active: readonly ActiveRun[],
  limits: Limits,
  decision: Decision,
): void {
  const places = new Places(active, limits)
  const waiting = new Set(candidates)
  for (;;) {
    let next: QueuedRun | undefined
    for (const entry of waiting) {
      if (places.refusal(entry) !== undefined) continue
      if (next === undefined || places.share(entry.task) < places.share(next.task)) next = entry
    }
    if (next === undefined) break
    waiting.delete(next)
    places.take(next.task)
    decision.start.push(next.run)
  }
  for (const entry of waiting) decision.wait.push({ run: entry.run, why: places.refusal(entry) ?? '' })
}

/** Who runs, and whether there is room for one more. */
class Places {
  readonly #limits: Limits
  readonly #shares = new Map<string, number>()
  readonly #groups = new Map<string, string[]>()
  #total = 0

  constructor(active: readonly ActiveRun[], limits: Limits) {
    this.#limits = limits
    for (const { task } of active) this.take(task)
  }

  take(task: QueuedTask): void {
    this.#shares.set(shareOf(task), this.share(task) + 1)
    if (task.type !== 'daemon') this.#total++
    const { concurrency } = task
    if (concurrency !== undefined) this.#groups.set(concurrency, [...this.#beside(concurrency), task.name])
  }

  /** Runs that go on from the same group. */
  share(task: QueuedTask): number {
    return this.#shares.get(shareOf(task)) ?? 0
  }

  /** Why one more cannot run now. */
  refusal({ task: { concurrency, type }, groupLimit }: QueuedRun): string | undefined {
    const { all, groups } = this.#limits
    if (concurrency !== undefined) {
      const limit = groupLimit ?? groupLimitIn(groups, concurrency)
      const beside = this.#beside(concurrency)
      if (beside.length >= limit) {
        return `of the group ${concurrency} only ${limit} may run at once: ${someOf(beside)}`
      }
    }
    if (type === 'daemon' || this.#total < all) return undefined
    return `only ${all} may run at once, and ${this.#total} do`
  }

  #beside(group: string): readonly string[] {
    return this.#groups.get(group) ?? []
  }
}

/** Whose share a run takes: its first group's, or its own. */
function shareOf({ groups, name }: QueuedTask): string {
  const [group] = groups
  return group === undefined ? `task ${name}` : `group ${group}`
}

/** Names in a sentence that stays readable. */
function someOf(names: readonly string[]): string {
  const shown = 3
  const rest = names.length - shown
  return names.slice(0, shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
