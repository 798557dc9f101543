/** Keeps the variables that come from the process table. */

import { plainText } from '../../lib/plain-text.ts'
import type { Facts } from './facts.ts'
import { processTable } from './process-table.ts'
import type { ForegroundJob, SessionProcess } from './process-tree.ts'

/** Variables that `read` and `sample` bring up to date. */
const jobVariables = new Set([
  'jobName',
  'jobPid',
  'commandLine',
  'processTitle',
  'deepestJob',
  'foregroundJobAncestors',
  'path',
  'name',
  'autoName',
  'presentationName',
])

/** How often a watched session is looked at while anything happens in it. */
const watchMs = 1_000

/** A quiet one is looked at each time this many looks were left out: a job may end without a word. */
const quietLooks = 5

/** What was read is good for this long; several variables are asked for at once. */
const freshMs = 50

/** A program's arguments can be megabytes. */
const longestText = 4_096

export class JobWatch {
  readonly #process: () => SessionProcess | undefined
  readonly #table = processTable()
  readonly #apply: (job: ForegroundJob | undefined) => void
  #watchers = 0
  #timer: NodeJS.Timeout | undefined
  #active = true
  #skipped = 0
  #readAt = Number.NEGATIVE_INFINITY

  /** `process` is undefined while no program runs. */
  constructor(facts: Facts, process: () => SessionProcess | undefined, applied: () => void) {
    this.#process = process
    this.#apply = (job) => {
      this.#readAt = performance.now()
      setJob(facts, job)
      applied()
      facts.changed()
    }
  }

  static knows(name: string): boolean {
    return jobVariables.has(name)
  }

  /** Something was typed or printed, so that the job may be another. */
  noteActivity(): void {
    this.#active = true
  }

  /** Looks at once, where the system lets that be cheap. */
  read(): void {
    const session = this.#process()
    if (!session || !this.#table.foregroundJobNow || performance.now() - this.#readAt < freshMs) return
    this.#apply(this.#table.foregroundJobNow(session))
  }

  /** Looks, on every system. */
  async sample(): Promise<void> {
    const session = this.#process()
    if (!session) return
    const job = await this.#table.foregroundJob(session)
    if (this.#process()?.pid === session.pid) this.#apply(job)
  }

  /** Looks every second until the result is called. */
  watch(): () => void {
    this.#watchers++
    if (this.#watchers === 1) this.#start()
    let watching = true
    return () => {
      if (!watching) return
      watching = false
      this.#watchers--
      if (this.#watchers === 0) this.stop()
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #start(): void {
    void this.sample()
    this.#timer = setInterval(() => {
      if (!this.#active && ++this.#skipped < quietLooks) return
      this.#active = false
      this.#skipped = 0
      void this.sample()
    }, watchMs)
    this.#timer.unref()
  }
}

function setJob(facts: Facts, job: ForegroundJob | undefined): void {
  const text = (value: string | undefined) => (value === undefined ? null : plainText(value, longestText))
  facts.set('jobName', text(job?.name))
  facts.set('jobPid', job?.pid ?? null)
  facts.set('commandLine', text(job?.commandLine))
  facts.set('processTitle', text(job?.title))
  facts.set('deepestJob', text(job?.deepest))
  facts.set('foregroundJobAncestors', job?.ancestors.map((name) => plainText(name, longestText)) ?? null)
  facts.set('orch.jobDirectory', job?.cwd ?? null)
}
