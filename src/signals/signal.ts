/** What one source says of a session's program, and when it said so. */
import type { BlockerKind, SessionState } from '../agents/session-state.ts'

/** Everything that is listened to, the strongest first (docs/signals.md explains the order). */
export const signalSources = [
  'exit',
  'program-status',
  'hook',
  'screen',
  'session-status',
  'prompt-mark',
  'title',
  'progress',
  'notification',
  'process',
  'output',
  'bell',
] as const
export type SignalSource = (typeof signalSources)[number]

export interface Signal {
  source: SignalSource
  /** `unknown`: heard, but it tells no state. */
  state: SessionState
  reason: string
  /** What was seen or heard, untrusted. */
  evidence: string
  /** When it began to say this, in ms. */
  since: number
  /** When it said so last, or was found to say so still, in ms. */
  at: number
  blocker?: BlockerKind
  /** A dialog is in front on the screen. */
  promptInFront?: boolean
  /** It is good for less time than the table says, in ms: a spinner that no longer turns tells nothing. */
  lasts?: number
}
