/** What a session is doing, and why it waits. */
import { z } from 'zod'

export const SessionState = z.enum([
  'starting',
  'working',
  'waiting',
  'idle',
  'limited',
  'errored',
  'stuck',
  'exited',
  'unknown',
])
export type SessionState = z.infer<typeof SessionState>

export const BlockerKind = z.enum([
  'permission',
  'question',
  'choice',
  'credential',
  'trust',
  'login',
  'limit',
  'error',
  'stuck',
])
export type BlockerKind = z.infer<typeof BlockerKind>

/** Why a session waits. */
export const Blocker = z.object({
  id: z.string(),
  kind: BlockerKind,
  /** The line of the screen that says so. */
  text: z.string(),
  /** Name of the pattern that matched, or `program-status`. */
  source: z.string(),
  since: z.iso.datetime(),
})
export type Blocker = z.infer<typeof Blocker>

/** A state with its explanation (design rule 3). */
export interface ExplainedState {
  state: SessionState
  reason: string
  /** ISO time. */
  since: string
  /** Who says so: `launch`, `screen`, `program-status`, `terminal`. */
  source: string
  /** What was seen: a line of the screen, a status report; empty when there is nothing to show. */
  evidence: string
}
