/** What the title of a window tells. Glyphs only: the words are the agent's summary of its task. */
import type { Said } from './report-signal.ts'

/** A spinner that has not turned for so long has stopped; they turn once a second or faster. */
const spinnerMs = 10_000

/** Braille and circle spinners (Codex, Claude Code, Qwen). */
const spinner = /^[\u2801-\u28ff◐-◓◴-◷] /u

/** Undefined when it tells nothing (`✳` stands for idle as well as for waiting). */
export function readTitle(title: string): (Said & { lasts?: number }) | undefined {
  if (spinner.test(title)) {
    return { state: 'working', reason: 'the spinner in its title turns', evidence: title, lasts: spinnerMs }
  }
  if (title.startsWith('✋')) {
    return {
      state: 'waiting',
      reason: 'its title asks for an action',
      evidence: title,
      blocker: 'permission',
    }
  }
  if (title.startsWith('✦')) return { state: 'working', reason: 'its title says so', evidence: title }
  if (title.startsWith('◇')) return { state: 'idle', reason: 'its title says so', evidence: title }
  return undefined
}
