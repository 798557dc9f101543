/** A profile made ready for reading: its patterns compiled, those of users under a time budget. */
import { GuardedRegExp, type LineSearch, PlainRegExp } from './guarded-regexp.ts'
import type { AgentProfile, Signature } from './profile-schema.ts'

export interface CompiledSignature extends Signature {
  search: LineSearch
}

export interface CompiledProfile {
  profile: AgentProfile
  /** In the order of the profile: of two that are found in the same place the first one decides. */
  signatures: readonly CompiledSignature[]
  screen: readonly LineSearch[]
  titles: readonly LineSearch[]
}

export interface CompileOptions {
  /** Patterns that are shipped, known to take linear time; all others are guarded. */
  known?: ReadonlySet<string>
  /** Told of a pattern that took too long and was switched off. */
  onDisabled?: ((pattern: string) => void) | undefined
}

export function compileProfile(profile: AgentProfile, options: CompileOptions = {}): CompiledProfile {
  const search = (pattern: string, ignoreCase = false) => compile(pattern, ignoreCase, options)
  return {
    profile,
    signatures: profile.signatures.map((signature) => ({
      ...signature,
      search: search(signature.pattern, signature.ignoreCase),
    })),
    screen: profile.recognise.screen.map((pattern) => search(pattern)),
    titles: profile.recognise.titles.map((pattern) => search(pattern)),
  }
}

/** Every pattern that a profile holds. */
export function patternsOf({ signatures, recognise }: AgentProfile): string[] {
  return [...signatures.map(({ pattern }) => pattern), ...recognise.screen, ...recognise.titles]
}

function compile(pattern: string, ignoreCase: boolean, { known, onDisabled }: CompileOptions): LineSearch {
  const regexp = new RegExp(pattern, ignoreCase ? 'iu' : 'u')
  return known?.has(pattern)
    ? new PlainRegExp(regexp)
    : new GuardedRegExp(regexp, () => onDisabled?.(pattern))
}
