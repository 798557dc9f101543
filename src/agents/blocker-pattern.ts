/** The words on a screen that tell of a blocker, and the safe matching of them. */
import { z } from 'zod'
import { GuardedRegExp, type LineSearch, PlainRegExp } from './guarded-regexp.ts'
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
  readonly #searches: { pattern: BlockerPattern; search: LineSearch }[]

  constructor(
    own: readonly BlockerPattern[],
    options: { standard?: readonly BlockerPattern[]; onDisabled?: (name: string) => void } = {},
  ) {
    const guarded = own.map((pattern) => ({
      pattern,
      search: new GuardedRegExp(compilePattern(pattern), () => options.onDisabled?.(pattern.name)),
    }))
    const plain = (options.standard ?? standardPatterns).map((pattern) => ({
      pattern,
      search: new PlainRegExp(compilePattern(pattern)),
    }))
    this.#searches = [...guarded, ...plain]
  }

  /** For every line its match, own patterns before standard ones, or undefined. */
  match(lines: readonly string[]): (PatternMatch | undefined)[] {
    const results: (PatternMatch | undefined)[] = lines.map(() => undefined)
    if (lines.length === 0) return results
    for (const { pattern, search } of this.#searches) {
      search.search(lines).forEach((index, line) => {
        if (index >= 0) results[line] ??= { pattern, index }
      })
    }
    return results
  }
}

/** @throws {SyntaxError} when the pattern is not a regular expression. */
export function compilePattern(pattern: BlockerPattern): RegExp {
  return new RegExp(pattern.pattern, pattern.ignoreCase ? 'iu' : 'u')
}
