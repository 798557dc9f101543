/** The words on a screen that tell of a blocker, and the safe matching of them. */
import vm from 'node:vm'
import { z } from 'zod'
import { BlockerKind } from './session-state.ts'

export const BlockerPattern = z.strictObject({
  name: z.string().min(1).max(100),
  /** JavaScript regular expression with the `u` flag, looked for anywhere in a line. */
  pattern: z.string().min(1).max(500),
  ignoreCase: z.boolean().default(false),
  /** The blocker's kind, or `complete` for a line that says that the task is done. */
  kind: z.union([BlockerKind, z.literal('complete')]),
})
export type BlockerPattern = z.infer<typeof BlockerPattern>

/** The patterns of the protocol that the agents are told to speak. */
export const standardPatterns: readonly BlockerPattern[] = [
  { name: 'permission-denied', pattern: String.raw`\bPERMISSION DENIED\b`, ignoreCase: false, kind: 'error' },
  { name: 'permission', pattern: String.raw`\bPERMISSION:`, ignoreCase: false, kind: 'permission' },
  { name: 'question', pattern: String.raw`\bQUESTION:`, ignoreCase: false, kind: 'question' },
  { name: 'error', pattern: String.raw`\bERROR:`, ignoreCase: false, kind: 'error' },
  { name: 'complete', pattern: String.raw`\bCOMPLETE:`, ignoreCase: false, kind: 'complete' },
  {
    name: 'sudo-password',
    pattern: String.raw`\[sudo[^\]]{0,80}\]|\bsudo password\b`,
    ignoreCase: true,
    kind: 'credential',
  },
  { name: 'waiting', pattern: String.raw`\bWaiting for\b`, ignoreCase: false, kind: 'question' },
]

/** Characters of a line that are looked at; what matters stands at its beginning. */
export const maxLineLength = 1_000

/** Longest time that all patterns of the configuration may take for one picture of a screen. */
const budgetMs = 100

/** Index in the line and pattern of the first pattern that is found. */
export interface PatternMatch {
  pattern: BlockerPattern
  index: number
}

/**
 * Looks for patterns in lines. The standard ones are known to take linear time. Those of the
 * configuration could take exponential time on an unlucky line, so they run under a time budget that V8
 * enforces even within one regular expression; if they exceed it, they are switched off and `onDisabled`
 * is told.
 */
export class PatternMatcher {
  readonly #groups: PatternGroup[]

  constructor(
    own: readonly BlockerPattern[],
    options: { standard?: readonly BlockerPattern[]; onDisabled?: (name: string) => void } = {},
  ) {
    const guarded = own.map((pattern) => new GuardedGroup(pattern, options.onDisabled))
    this.#groups = [...guarded, new PlainGroup(options.standard ?? standardPatterns)]
  }

  /** For every line its match, own patterns before standard ones, or undefined. */
  match(lines: readonly string[]): (PatternMatch | undefined)[] {
    const short = lines.map((line) => line.slice(0, maxLineLength))
    const results: (PatternMatch | undefined)[] = short.map(() => undefined)
    for (const group of this.#groups) {
      if (short.length === 0) break
      group.match(short).forEach((match, index) => {
        results[index] ??= match
      })
    }
    return results
  }
}

/** @throws {SyntaxError} when the pattern is not a regular expression. */
export function compilePattern(pattern: BlockerPattern): RegExp {
  return new RegExp(pattern.pattern, pattern.ignoreCase ? 'iu' : 'u')
}

interface PatternGroup {
  match(lines: readonly string[]): (PatternMatch | undefined)[]
}

class PlainGroup implements PatternGroup {
  readonly #patterns: { pattern: BlockerPattern; regexp: RegExp }[]

  constructor(patterns: readonly BlockerPattern[]) {
    this.#patterns = patterns.map((pattern) => ({ pattern, regexp: compilePattern(pattern) }))
  }

  match(lines: readonly string[]): (PatternMatch | undefined)[] {
    return lines.map((line) => {
      for (const { pattern, regexp } of this.#patterns) {
        const index = line.search(regexp)
        if (index >= 0) return { pattern, index }
      }
      return undefined
    })
  }
}

const searchScript = new vm.Script('lines.map((line) => line.search(regexp))')

/** One pattern of the configuration, run with a timeout: it can only switch itself off. */
class GuardedGroup implements PatternGroup {
  readonly #pattern: BlockerPattern
  readonly #context: vm.Context
  readonly #onDisabled: ((name: string) => void) | undefined
  #disabled = false

  constructor(pattern: BlockerPattern, onDisabled?: (name: string) => void) {
    this.#pattern = pattern
    this.#context = vm.createContext({ regexp: compilePattern(pattern), lines: [] })
    this.#onDisabled = onDisabled
  }

  match(lines: readonly string[]): (PatternMatch | undefined)[] {
    if (this.#disabled) return []
    this.#context['lines'] = lines
    try {
      const found: number[] = searchScript.runInContext(this.#context, { timeout: budgetMs })
      return [...found].map((index) => (index >= 0 ? { pattern: this.#pattern, index } : undefined))
    } catch {
      // The only way to fail is the time budget.
      this.#disabled = true
      this.#onDisabled?.(this.#pattern.name)
      return []
    }
  }
}
