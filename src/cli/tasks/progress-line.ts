/** Shows how far a run is: a bar on the last line of a terminal, a line for each change elsewhere. */

import { plainText } from '../../lib/plain-text.ts'
import type { Run } from '../../runner/run.ts'
import { isOver } from '../../runner/run-state.ts'
import type { Output } from '../output.ts'

const barColumns = 24
const longestText = 60

export class ProgressLine {
  readonly #out: Output
  #text = ''
  #said = ''

  constructor(out: Output) {
    this.#out = out
  }

  show(run: Run): void {
    const text = progressText(run)
    if (this.#out.json) {
      this.#out.record({ type: 'run', state: run.state, reason: run.reason, progress: run.progress })
      return
    }
    this.#report(run)
    if (process.stderr.isTTY) {
      this.#text = `${bar(run)} ${text}`
      this.#out.progress(this.#text)
    } else if (text !== this.#said && !isOver(run)) this.#out.note(text)
    this.#said = text
  }

  /** Writes something that stays, above the bar. */
  above(write: () => void): void {
    this.#out.progress('')
    write()
    if (this.#text !== '') this.#out.progress(this.#text)
  }

  end(): void {
    this.#out.progress('')
  }

  /** Tells the terminal itself (Program Status Protocol), so that its tab shows it. */
  #report(run: Run): void {
    if (!this.#out.interactive) return
    const message = Buffer.from(plainText(run.reason, longestText)).toString('base64')
    const title = Buffer.from(run.task).toString('base64')
    const percent =
      run.progress.percent === undefined || isOver(run) ? '' : `:progress=${Math.floor(run.progress.percent)}`
    this.#out.write(
      `\x1b]7501;state=${reportedState(run)}${percent}:app=iterm-orch:title=${title}:msg=${message}\x1b\\`,
    )
  }
}

function reportedState({ state }: Run): string {
  if (state === 'completed') return 'done'
  if (isOver({ state })) return 'error'
  return state === 'blocked' ? 'blocked' : 'working'
}

function progressText({ task, state, reason, progress }: Run): string {
  const done = `${progress.done}/${progress.of}`
  const more = progress.text === undefined ? reason : progress.text
  return `${task}: ${state}, ${done}${progress.percent === undefined ? '' : `, ${progress.percent} %`}, ${plainText(more, longestText)}`
}

function bar({ progress }: Run): string {
  const full = Math.round(((progress.percent ?? 0) / 100) * barColumns)
  return `[${'#'.repeat(full)}${'.'.repeat(barColumns - full)}]`
}
