/** What the screen says, as the word of a source: a line that blocks, else what was read. */
import type { Reading } from '../agents/reading/reading.ts'
import type { Signal } from '../signals/signal.ts'
import type { Wanted } from './blocker-keeper.ts'

type Word = Pick<Signal, 'state' | 'reason' | 'evidence' | 'blocker'> & Partial<Signal>

/**
 * @param since when the reading began to hold, in ms
 * @returns undefined when nothing was read
 */
export function screenWord(
  reading: Reading | undefined,
  line: Wanted | undefined,
  since: number,
): Word | undefined {
  if (line && !reading?.prompt) {
    const { kind, text } = line
    return { state: 'waiting', reason: `${kind}: ${text}`, evidence: text, blocker: kind }
  }
  if (!reading) return undefined
  const { state, reason, blocker, prompt, evidence } = reading
  return {
    ...{ state, evidence: prompt ? prompt.question : (evidence[0]?.text ?? ''), since },
    reason: prompt && blocker ? `${blocker}: ${prompt.question}` : reason,
    promptInFront: prompt !== undefined,
    ...(blocker === undefined ? {} : { blocker }),
  }
}

/** Of a program without a profile that has printed something. */
export const running = {
  state: 'working' as const,
  reason: 'the program runs; nothing on its screen asks for anything',
  evidence: '',
}
