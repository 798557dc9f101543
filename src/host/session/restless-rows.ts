/**
 * Tells a screen on which only spinners, counters and progress bars turn in their places from one on which
 * something happens.
 */
import type { ScreenChange } from './changed-rows.ts'

/**
 * A row that was left alone for so long has come to rest. The spinner of Claude Code 2.1.329 turns every 0.12
 * to 0.25 s, those of Codex and Gemini every 0.03 to 0.1 s (test/fixtures/agents, `working-*`).
 */
export const restMs = 350
/** A row is restless when it has changed without rest for so long: no dialog takes that long to be drawn. */
const restlessMs = 1_000
/** Rows of a spinner, of what is counted beside it, of a footer; the cursor counts as one. */
const mostRestless = 4

export class RestlessRows {
  /** By row, the cursor as row -1: the first and the last of a series of changes without rest. */
  readonly #series = new Map<number, { from: number; to: number }>()

  /** Takes note of a change; true when it only turned what has been turning for long: no letter is another. */
  note(change: ScreenChange, now: number): boolean {
    if (change.moved || change.words || change.rows.length > mostRestless) {
      // A dialog or a line that is printed ends no spinner.
      if (change.moved) this.#series.clear()
      return false
    }
    let restless = true
    for (const row of change.cursor ? [...change.rows, cursorRow] : change.rows) {
      const series = this.#series.get(row)
      if (series && now - series.to < restMs) {
        series.to = now
        if (now - series.from < restlessMs) restless = false
      } else {
        this.#series.set(row, { from: now, to: now })
        restless = false
      }
    }
    return restless
  }
}

const cursorRow = -1
