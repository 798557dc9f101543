import { PatternMatcher } from '../agents/blocker-pattern.ts'
import type { Logger } from '../lib/logger.ts'
import type { Config } from './config.ts'

/** The matcher of the configured blocker patterns; one that takes too long is switched off, and told of. */
export function makeMatcher(
  { patterns, standardPatterns }: Pick<Config, 'patterns' | 'standardPatterns'>,
  log: Logger,
): PatternMatcher {
  return new PatternMatcher(patterns, {
    standard: standardPatterns,
    onDisabled: (pattern) => log.error({ pattern }, 'a blocker pattern takes too long and is switched off'),
  })
}
