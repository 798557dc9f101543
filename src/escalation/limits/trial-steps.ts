/** What becomes of the trial of a parked session while it is typed into, and of a breaker that somebody clears. */
import type { AccountLimit, Step, Told, Trial } from './account-limit.ts'
import type { LimitRules } from './limit-rules.ts'

/** Written before the first byte is on its way, and when the screen has shown that it was taken. */
export function trialAt(
  limit: AccountLimit,
  stage: Trial['stage'],
  step: Trial['step'],
  now: number,
): AccountLimit {
  const { trial } = limit
  return trial ? { ...limit, trial: { ...trial, stage, step, at: new Date(now).toISOString() } } : limit
}

/** It could not be made to go on now, and is tried again later. */
export function trialFailed(
  limit: AccountLimit,
  session: string,
  why: string,
  { now, rules, counts = true }: { now: number; rules: LimitRules; counts?: boolean },
): Step {
  const { trial: _trial, ...rest } = limit
  const notBefore = new Date(now + rules.again).toISOString()
  const parked = limit.parked.map((one) =>
    one.session === session ? { ...one, notBefore, attempts: one.attempts - (counts ? 0 : 1) } : one,
  )
  const given = giveUp({ ...rest, parked }, session, rules)
  return { next: given.limit, told: [{ what: 'failed', session, why }, ...given.told] }
}

/** @param because absent: only when its own attempts are used up */
export function giveUp(
  limit: AccountLimit,
  session: string,
  { attempts: most }: LimitRules,
  because?: string,
): { limit: AccountLimit; told: Told[] } {
  const one = limit.parked.find((parked) => parked.session === session)
  const isOver = one !== undefined && (because !== undefined || one.attempts >= most)
  if (!isOver || one.givenUp !== undefined) return { limit, told: [] }
  const givenUp = because ?? `it was made to go on ${one.attempts} times, in vain`
  const parked = limit.parked.map((each) => (each === one ? { ...one, givenUp } : each))
  return { limit: { ...limit, parked }, told: [{ what: 'given-up', session, why: givenUp }] }
}

/** Somebody knows that the limit is over: nothing is held back, and who is parked goes on, or is left alone. */
export function cleared(limit: AccountLimit, by: string, resume: boolean): Step {
  const { tryAt: _tryAt, resetsAt: _resetsAt, ...rest } = limit
  const parked = limit.parked.map(({ notBefore: _notBefore, givenUp: _givenUp, ...one }) =>
    resume ? { ...one, attempts: 0 } : { ...one, givenUp: `cleared by ${by}` },
  )
  const next: AccountLimit = { ...rest, phase: 'closed', failures: 0, parked }
  return {
    next: parked.length > 0 ? next : undefined,
    told: [{ what: 'closed', why: `cleared by ${by}` }],
  }
}
