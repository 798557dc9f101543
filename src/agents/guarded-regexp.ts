/** Regular expressions of users, which could take exponential time on an unlucky line. */
import vm from 'node:vm'

/** Characters of a line that are looked at; what matters stands at its beginning. */
const maxLineLength = 1_000

/** Longest time that one pattern of a user may take for one picture of a screen. */
const budgetMs = 100

const searchScript = new vm.Script('lines.map((line) => line.search(regexp))')

export interface LineSearch {
  /** For every line the index where the pattern is found, or -1. */
  search(lines: readonly string[]): readonly number[]
}

/** A pattern that is known to take linear time. */
export class PlainRegExp implements LineSearch {
  readonly #regexp: RegExp

  constructor(regexp: RegExp) {
    this.#regexp = regexp
  }

  search(lines: readonly string[]): number[] {
    return lines.map((line) => line.slice(0, maxLineLength).search(this.#regexp))
  }
}

/**
 * A pattern under a time budget that V8 enforces even within one match. If it exceeds it, it is switched
 * off for good and `onDisabled` is told: it can only harm itself.
 */
export class GuardedRegExp implements LineSearch {
  readonly #context: vm.Context
  readonly #onDisabled: (() => void) | undefined
  #disabled = false

  constructor(regexp: RegExp, onDisabled?: () => void) {
    this.#context = vm.createContext({ regexp, lines: [] })
    this.#onDisabled = onDisabled
  }

  search(lines: readonly string[]): readonly number[] {
    if (this.#disabled || lines.length === 0) return lines.map(() => -1)
    this.#context['lines'] = lines.map((line) => line.slice(0, maxLineLength))
    try {
      const found: number[] = searchScript.runInContext(this.#context, { timeout: budgetMs })
      return [...found]
    } catch {
      // The only way to fail is the time budget.
      this.#disabled = true
      this.#onDisabled?.()
      return lines.map(() => -1)
    }
  }
}
