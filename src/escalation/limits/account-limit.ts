/** What is known of the limit of one account. Kept in `state/limits/<account>.json`. */
import { z } from 'zod'

const Time = z.iso.datetime()

/** `limit`: a quota is used up, which ends by itself; `login`: somebody has to log in. */
export const LimitKind = z.enum(['limit', 'login'])
export type LimitKind = z.infer<typeof LimitKind>

/** A session that waits until the limit is over. */
export const Parked = z.object({
  session: z.string(),
  name: z.string(),
  kind: LimitKind,
  /** What its screen, or its agent, said; redacted. */
  evidence: z.string(),
  /** When its blocker was noticed: a later one is another one. */
  since: Time,
  /** It is not made to go on before this. */
  notBefore: Time.optional(),
  /** How often it was made to go on, in vain. */
  attempts: z.int(),
  /** Why it is not made to go on any more: a person is asked. */
  givenUp: z.string().optional(),
})
export type Parked = z.infer<typeof Parked>

/** One parked session that is made to go on. Written before anything is typed. */
export const Trial = z.object({
  session: z.string(),
  /**
   * `chosen`: nothing was typed. `typing`: written right before the first byte is on its way, so that after a
   * crash nothing is typed again. `typed`: the screen has shown that it was taken.
   */
  stage: z.enum(['chosen', 'typing', 'typed']),
  /** What is typed: first the option that waits, where a dialog asks, then the text. */
  step: z.enum(['dialog', 'text']),
  /** When it came to its stage. */
  at: Time,
})
export type Trial = z.infer<typeof Trial>

export const AccountLimit = z.object({
  version: z.literal(1),
  account: z.string(),
  title: z.string(),
  /**
   * `open`: nothing is started. `half-open`: its time is over, and one session is tried. `closed`: all is well,
   * and the sessions that are still parked go on one after the other.
   */
  phase: z.enum(['open', 'half-open', 'closed']),
  kind: LimitKind,
  since: Time,
  seenBy: z.object({ session: z.string(), name: z.string() }),
  evidence: z.string(),
  /** When somebody is tried; absent for a failed login. */
  tryAt: Time.optional(),
  /** The end that a screen names, on which `tryAt` rests; absent where it is a guess. */
  resetsAt: Time.optional(),
  /** Trials in a row that met the limit again. */
  failures: z.int(),
  parked: z.array(Parked),
  trial: Trial.optional(),
  /** By session: since when it has been seen without limit or error. */
  well: z.record(z.string(), Time),
})
export type AccountLimit = z.infer<typeof AccountLimit>

/** What is seen of one session of the account at this moment. */
export interface Sight {
  session: string
  name: string
  /** `well`: it works, rests, or asks something else. `gone`: it was closed, or its program has ended. */
  word: 'limit' | 'login' | 'well' | 'failed' | 'unknown' | 'gone'
  /** The agent itself says so, or a dialog of its own is in front: it needs no confirming. */
  sure: boolean
  /** Since when, in ms. */
  since: number
  evidence: string
  /** When the limit ends, where the screen says so, in ms. */
  resetsAt?: number | undefined
  /** When it began to work on something new, in ms. */
  workedAt?: number | undefined
}

export interface Told {
  what:
    | 'opened'
    | 'prolonged'
    | 'half-open'
    | 'closed'
    | 'parked'
    | 'trying'
    | 'goes-on'
    | 'failed'
    | 'given-up'
  /** The session that it is about; absent where it is about the account. */
  session?: string
  why: string
}

/** What a step of the breaker comes to. */
export interface Step {
  /** Undefined: there is nothing to remember. */
  next: AccountLimit | undefined
  told: Told[]
}
