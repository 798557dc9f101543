/** State files of the tasks that could not be understood: told of until somebody has removed what was set aside. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isSetAside, type SetAside } from '../../lib/json-file.ts'
import type { Logger } from '../../lib/logger.ts'
import { namesIn } from '../../lib/names-in.ts'
import { sweepTemporaries } from '../../lib/temporary-file.ts'

/** So many are told of one by one. */
const mostTold = 20

export class DamageReport {
  readonly #log: Logger
  /** Of each file that was set aside, what follows from that. */
  readonly #found = new Map<string, string>()

  constructor(log: Logger) {
    this.#log = log
  }

  /** Takes note of what earlier services have set aside, and removes what killed ones have left. */
  look(directory: string): void {
    const names = namesIn(directory)
    sweepTemporaries(directory, names)
    for (const name of names.filter(isSetAside)) {
      const kept = join(directory, name)
      if (!this.#found.has(kept)) this.#found.set(kept, consequence(kept))
    }
  }

  /** @param what follows from it, where more can be said than the file's name says */
  add({ kept, why }: SetAside, what: string = consequence(kept)): void {
    this.#found.set(kept, `${what} (it ${why})`)
    this.#log.error({ kept, why, what }, 'a state file cannot be understood; it is kept aside')
  }

  /** For people; empty when there is nothing to look at any more. */
  get notices(): string[] {
    for (const kept of this.#found.keys()) if (!existsSync(kept)) this.#found.delete(kept)
    const all = [...this.#found].map(
      ([kept, what]) => `${kept} could not be understood: ${what}. Remove it when you have looked at it.`,
    )
    if (all.length <= mostTold) return all
    return [...all.slice(0, mostTold), `${all.length - mostTold} more files could not be understood.`]
  }
}

function consequence(kept: string): string {
  const name = basename(kept).replace(/\.broken(?:-\d+)?$/u, '')
  switch (name) {
    case 'open.json':
      return 'the runs were found again by their records'
    case 'controls.json':
      return 'what was enabled, disabled and stopped by commands is forgotten, and has to be done again'
    case 'controls.json.replaced':
      return 'what was enabled, disabled and stopped by commands was read from its copy'
    case 'controls.json.bak':
      return 'the copy of controls.json was made anew'
    case 'definitions.json':
      return 'a file that is broken now has no tasks until it is mended'
    case 'alerts.json':
      return 'earlier alerts are forgotten, or told again'
    case 'schedule.json':
      return `the schedule of ${basename(dirname(kept))} went on from its latest run`
    default:
      return `it was the record of a run of ${basename(dirname(dirname(kept)))}, which counts as failed`
  }
}
