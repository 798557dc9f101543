/** Waits until a launched agent takes prompts, or asks something first. */
import { realpathSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Prompt } from '../agents/reading/prompt.ts'
import { OrchError } from '../lib/errors.ts'
import type { Session } from './session.ts'
import { faceOf, Rest } from './typing/look-until.ts'

/** `ready`: its input box is in front, or it works. `asks`: somebody has to answer. `unknown`: neither in time. */
export type Readiness = 'ready' | 'asks' | 'unknown' | 'ended'

/** Agents are up after 1 to 5 s; a first start on a slow machine takes longer. */
const readyMs = 20_000
const lookMs = 150
/** A first screen is drawn in steps: what it shows must hold for this long. */
const restMs = 450
/** A screen that shows something unknown and rests for so long will not become an input box by itself. */
const strangeMs = 4_000

/**
 * The only question that is answered here is whether the session's own directory is trusted, and only if
 * that was asked for. Logins, updates, keys and everything else are for somebody to decide.
 */
export async function makeReady(session: Session, trust: boolean): Promise<Readiness> {
  const deadline = Date.now() + readyMs
  const known = new Rest()
  const whole = new Rest()
  while (Date.now() < deadline) {
    if (session.record.exit) return 'ended'
    const { reading, picture, at } = await session.look()
    const { prompt, inputBox, state } = reading
    const sign = prompt?.fingerprint ?? (inputBox || state === 'working' ? 'ready' : '')
    const rested = known.of(sign, at)
    if (sign === '') {
      const shows = picture.lines.some(({ trimmed }) => trimmed !== '')
      if (whole.of(faceOf(picture), at) >= strangeMs && shows) return 'unknown'
    } else if (rested >= restMs) {
      if (!prompt) return 'ready'
      if (!trust || !asksToTrust(prompt, session.record.cwd)) return 'asks'
      await answerOnce(session, prompt)
    }
    await delay(lookMs)
  }
  return 'unknown'
}

/** Whether the dialog is about this directory and no other. */
export function asksToTrust(prompt: Prompt, cwd: string): boolean {
  if (prompt.kind !== 'trust') return false
  const words = `${prompt.subject}\n${prompt.context}\n${prompt.question}`.split(/\s+/u)
  return [cwd, realpathSync(cwd)].some((path) => names(words, path.replace(/\s+/gu, '')))
}

/** Whether words in a row, joined again where a line was wrapped, make exactly this path. */
function names(words: readonly string[], path: string): boolean {
  return words.some((_, start) => {
    let joined = ''
    for (const word of words.slice(start)) {
      joined += word
      if (joined.replace(/[.,:;?)]+$/u, '') === path) return true
      if (!path.startsWith(joined)) return false
    }
    return false
  })
}

async function answerOnce(session: Session, prompt: Prompt): Promise<void> {
  try {
    await session.answer({ choice: 'approve', fingerprint: prompt.fingerprint })
  } catch (error) {
    // Somebody may have answered meanwhile; the next look tells what is in front now.
    if (!(error instanceof OrchError) || error.code === 'session-gone') throw error
    await delay(restMs)
  }
}
