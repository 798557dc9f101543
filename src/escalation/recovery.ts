/** What became of an answer that was on its way when a service was killed: seen on the screen, never guessed. */
import { setTimeout as delay } from 'node:timers/promises'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { type Escalation, isAbout, type ReceivedAnswer } from './escalation.ts'
import type { Subject } from './subject.ts'

/**
 * `arrived`: its prompt has gone since it was typed. `untyped`: nothing was typed, and the prompt waits.
 * `unknown`: it was about to be typed, and the prompt, or one just like it, is in front.
 */
export interface Fate {
  is: 'arrived' | 'untyped' | 'unknown' | 'gone'
  why: string
}

/** Between two looks. */
const lookMs = 100
/** A program that was given its answer takes the prompt away within this. */
const leaveMs = 2_000
/** A terminal that cannot be reached is tried again after this. */
const reachMs = 500

export interface Seen {
  subject(): Subject | undefined
  /** The Enter that is missing is about to be pressed. */
  entering(bytes: string): void
  signal: AbortSignal
}

/** @returns undefined when `signal` aborts first: a later service will see */
export async function fateOf(
  escalation: Escalation,
  answer: ReceivedAnswer,
  { subject, entering, signal }: Seen,
): Promise<Fate | undefined> {
  const last = subject()?.record.lastAnswer
  const { fingerprint } = escalation.prompt ?? {}
  if (fingerprint !== undefined && last?.fingerprint === fingerprint && last.at >= answer.at)
    return { is: 'arrived', why: 'the session has it on record' }
  let reachedAt: number | undefined
  let away = 0
  while (!signal.aborted) {
    const present = subject()
    if (!present) return { is: 'gone', why: 'the session is gone' }
    if (present.record.exit) return { is: 'gone', why: 'the program has ended' }
    const finished = await finishedNow(escalation, answer, present, entering)
    if (finished) return finished
    const inFront = await isInFront(escalation, present)
    if (inFront !== undefined) reachedAt ??= Date.now()
    away = inFront === false ? away + 1 : 0
    // Two looks: a repaint may show half a screen. A text without its Enter hides the line that it stands behind.
    const waits = isAbout(escalation, present.record.waitsFor)
    if (away >= 2 && !waits) return wentAway(answer)
    if (inFront && answer.typedAt === undefined) return { is: 'untyped', why: 'nothing had been typed' }
    if (reachedAt !== undefined && Date.now() - reachedAt > leaveMs) return stillThere
    await delay(inFront === undefined ? reachMs : lookMs, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}

const stillThere: Fate = {
  is: 'unknown',
  why:
    'the service stopped at the moment of typing, and the prompt is there (again): ' +
    'it is not typed twice. Look at the screen: answer once more, or press Enter where the answer stands there',
}

function wentAway({ typedAt }: ReceivedAnswer): Fate {
  if (typedAt === undefined) return { is: 'gone', why: 'the prompt went away before it was typed' }
  return { is: 'arrived', why: 'it was typed when the service stopped, and its prompt has gone since' }
}

/** A text that stands there without its Enter gets it; undefined: there is none, or the terminal cannot be asked. */
async function finishedNow(
  { prompt }: Escalation,
  { typed, enteredAt }: ReceivedAnswer,
  subject: Subject,
  entering: Seen['entering'],
): Promise<Fate | undefined> {
  if (typed === undefined) return undefined
  let entered = false
  const typing = (bytes: string) => {
    entering(bytes)
    entered = true
  }
  try {
    const done = await subject.finish({ typed, prompt, typing, entered: enteredAt !== undefined })
    const found = entered ? 'it stood there without its Enter' : 'it had arrived'
    return done && { is: 'arrived', why: `${found}: ${done.evidence}` }
  } catch (error) {
    return entered ? { is: 'unknown', why: errorMessage(error) } : undefined
  }
}

/** Undefined: the terminal cannot be asked now. */
async function isInFront(escalation: Escalation, subject: Subject): Promise<boolean | undefined> {
  const { prompt } = escalation
  if (!prompt) return isAbout(escalation, subject.record.waitsFor)
  try {
    const seen = (await subject.look()).reading.prompt
    if (!seen || seen.fingerprint === prompt.fingerprint) return seen !== undefined
    // A line that was not found again yet has another fingerprint, but the same words.
    const { waitsFor } = subject.record
    const another = waitsFor !== undefined && !isAbout(escalation, waitsFor)
    return seen.question === prompt.question && !another
  } catch (error) {
    if (error instanceof OrchError && error.code === 'session-gone') return false
    return undefined
  }
}
