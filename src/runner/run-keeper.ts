/** The record of a run in its own process: changed in memory, and written so that no reader is misled. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { writeFileAtomic, writeFileUnsynced } from '../lib/atomic-file.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import type { Progress, Run, StepRun } from './run.ts'

/** Progress is written this often at most: whoever watches looks no faster. */
const progressMs = 500
/** What could not be written (a full disk) is tried again this often. */
const retryMs = 1_000

export class RunKeeper {
  #run: Run
  /** Where the record is. */
  readonly path: string
  #timer: NodeJS.Timeout | undefined
  #writtenAt = Number.NEGATIVE_INFINITY
  /** Called after every change. */
  onChange: (run: Run) => void = () => {}

  constructor(path: string, run: Run) {
    this.path = path
    this.#run = run
  }

  get run(): Run {
    return this.#run
  }

  step(index: number): StepRun {
    const step = this.#run.steps[index]
    if (!step) throw new RangeError(`there is no step ${index}`)
    return step
  }

  /** The first word. @throws when it cannot be written */
  begin(patch: Partial<Run>): void {
    const begun = withoutUndefined({ ...this.#run, ...patch, updatedAt: new Date().toISOString() })
    writeFileAtomic(this.path, JSON.stringify(begun))
    this.#run = begun
    this.onChange(begun)
  }

  /** A change that must not be lost when the process is killed right after it. */
  change(patch: Partial<Run>): void {
    this.#run = withoutUndefined({ ...this.#run, ...patch, updatedAt: new Date().toISOString() })
    this.onChange(this.#run)
    this.#write(writeFileAtomic)
  }

  changeStep(index: number, patch: Partial<StepRun>, run: Partial<Run> = {}): void {
    this.change({ ...run, ...this.#withStep(index, patch) })
  }

  /** Written soon, with whatever else changes until then. */
  showProgress(index: number, progress: Progress | undefined): void {
    this.changeSoon(this.#withStep(index, { progress }))
  }

  changeSoon(patch: Partial<Run>): void {
    this.#run = withoutUndefined({ ...this.#run, ...patch, updatedAt: new Date().toISOString() })
    this.onChange(this.#run)
    if (this.#timer) return
    const wait = Math.max(0, this.#writtenAt + progressMs - performance.now())
    this.#timer = setTimeout(() => this.#write(writeFileUnsynced), wait)
  }

  /** The last word: waits as long as it takes, for a run whose end is not on the disk would count as vanished. */
  async finish(patch: Partial<Run>): Promise<void> {
    this.change(patch)
    while (this.#timer) await delay(retryMs / 4)
  }

  #write(how: (path: string, content: string) => void): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writtenAt = performance.now()
    try {
      how(this.path, JSON.stringify(this.#run))
    } catch {
      // The next try has whatever changed meanwhile; whoever looks sees the state of before until then.
      this.#timer = setTimeout(() => {
        makeDirectory(dirname(this.path))
        this.#write(writeFileAtomic)
      }, retryMs)
    }
  }

  #withStep(index: number, patch: Partial<StepRun>): Pick<Run, 'steps' | 'progress'> {
    const steps = this.#run.steps.map((step, at) =>
      at === index ? withoutUndefined({ ...step, ...patch }) : step,
    )
    return { steps, progress: progressOf(steps) }
  }
}

/** Steps count alike; one that says how far it is counts as much of itself. */
export function progressOf(steps: readonly StepRun[]): Run['progress'] {
  const done = steps.filter(({ endedAt, state }) => endedAt !== undefined || state === 'skipped').length
  const going = steps.find(({ startedAt, endedAt }) => startedAt !== undefined && endedAt === undefined)
  const part = (going?.progress?.percent ?? 0) / 100
  const text = going?.progress?.text
  const percent = Math.min(100, Math.floor(((done + part) / Math.max(1, steps.length)) * 100))
  return { done, of: steps.length, percent, ...(text === undefined ? {} : { text }) }
}

/** Removes what was set to undefined: it is absent in the file, too. */
function withoutUndefined<T extends object>(value: T): T {
  for (const key of Object.keys(value) as (keyof T)[]) if (value[key] === undefined) delete value[key]
  return value
}

/** `state/tasks/<task>/runs`, within a `state/tasks` that is there: a disk that is away is not made anew in its place. */
function makeDirectory(path: string): void {
  try {
    if (existsSync(dirname(dirname(path)))) ensurePrivateDirectory(path)
  } catch {
    // The next try will fail as well, and so will be tried again.
  }
}
