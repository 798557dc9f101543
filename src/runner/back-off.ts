/** How long to wait before the n-th try again, from 1. */
export function backOffMs(
  rules: { backoff: 'fixed' | 'exponential'; delayMs: number; maxDelayMs: number },
  again: number,
): number {
  if (rules.backoff === 'fixed') return rules.delayMs
  return Math.min(rules.delayMs * 2 ** (again - 1), rules.maxDelayMs)
}
