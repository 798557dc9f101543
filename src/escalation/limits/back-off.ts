/** When an account is tried again. Pure: time and chance are arguments. */
import type { LimitRules } from './limit-rules.ts'

const dayMs = 86_400_000
/** Limits are known to last a week at most; a screen that names a later end is not believed. */
const longestMs = 8 * dayMs
/** A time of day that has just passed reads as that of tomorrow; the clocks may have changed in between. */
const echoMs = dayMs + 2 * 3_600_000
/** Sessions of many machines must not all come at the same moment. */
const jitter = 0.1

export interface Retry {
  tryAt: number
  /** The end that the screen names; undefined: it is a guess. */
  resetsAt?: number
}

/**
 * @param failures trials in a row that met the limit again
 * @param before the end that was named before: the same time of day, said again when it has passed, is no news
 * @param chance 0 to 1
 */
export function nextTry(
  rules: Pick<LimitRules, 'margin' | 'back_off'>,
  {
    resetsAt,
    before,
    failures,
  }: { resetsAt?: number | undefined; before?: number | undefined; failures: number },
  now: number,
  chance: number,
): Retry {
  const believed = resetsAt !== undefined && resetsAt > now && resetsAt - now <= longestMs
  if (believed && !isEcho(resetsAt, before, now))
    return { tryAt: Math.round(resetsAt + rules.margin * (1 + chance)), resetsAt }
  const { first, factor, longest } = rules.back_off
  const wait = Math.min(first * factor ** failures, longest)
  return { tryAt: Math.round(now + wait * (1 + jitter * (2 * chance - 1))) }
}

function isEcho(resetsAt: number, before: number | undefined, now: number): boolean {
  return (
    before !== undefined &&
    before <= now &&
    resetsAt - before <= echoMs &&
    resetsAt - before >= dayMs - 2 * 3_600_000
  )
}
