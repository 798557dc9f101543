/** What the monitor says of a project: in its own `logs/monitor.log`, in the log of the service, and as events. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../../lib/errors.ts'
import { LogFile } from '../../lib/log-file.ts'
import type { Logger } from '../../lib/logger.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'

/** Some ten thousand lines; older ones are `.1` to `.3`. */
const limits = { maxBytes: 1024 * 1024, keep: 3 }

export interface TaskEvent {
  project: string
  task: string
  what: 'started' | 'blocked' | 'goes-on' | 'retrying' | 'completed' | 'failed' | 'cancelled'
  why: string
}

export class ProjectLog {
  readonly #name: string
  readonly #path: string
  readonly #log: Logger
  readonly #tell: (event: TaskEvent) => void
  readonly #file: LogFile

  /** @param tell hears of everything that happens to tasks */
  constructor(project: { name: string; path: string }, log: Logger, tell: (event: TaskEvent) => void) {
    this.#name = project.name
    this.#path = project.path
    this.#log = log
    this.#tell = tell
    const file = join(placesIn(project.path).logs, 'monitor.log')
    this.#file = new LogFile(file, limits, ({ lines, why }) =>
      Buffer.from(lineOf('', `${lines} lines were lost: ${why}`)),
    )
  }

  news(task: string, what: TaskEvent['what'], why: string): void {
    const words = what === 'goes-on' ? 'goes on' : what
    this.say(task, `${words}${why === '' ? '' : `: ${why}`}`, what === 'failed' ? 'warn' : 'info')
    this.#tell({ project: this.#name, task, what, why })
  }

  say(task: string, text: string, level: 'info' | 'warn' = 'info'): void {
    this.#log[level]({ project: this.#name, task_id: task }, `[${task}] ${text}`)
    this.#write(lineOf(task, text))
  }

  /** Of the project as a whole. */
  note(text: string, level: 'info' | 'warn' = 'info'): void {
    this.#log[level]({ project: this.#name }, `project ${this.#name}: ${text}`)
    this.#write(lineOf('', text))
  }

  close(): void {
    this.#file.close()
  }

  #write(line: string): void {
    try {
      // What was never worked on, or is not mounted, is not made here.
      const { state, logs } = placesIn(this.#path)
      if (!existsSync(state)) return
      makeOwnPlace(logs)
    } catch (error) {
      this.#log.debug({ project: this.#name, error: errorMessage(error) }, 'monitor.log cannot be written')
      return
    }
    this.#file.write(Buffer.from(line))
  }
}

function lineOf(task: string, text: string): string {
  const oneLine = text.replaceAll(/\s*\n\s*/gu, ' ')
  return `${new Date().toISOString()} ${task === '' ? '' : `[${task}] `}${oneLine}\n`
}
