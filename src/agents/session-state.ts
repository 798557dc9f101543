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

/** What is asked on the screen (`Prompt` of the reading), as far as it is told and kept: redacted. */
export const AskedPrompt = z.object({
  /** `permission`, `choice`, `trust`, …: finer than the kind of the blocker. */
  kind: z.string(),
  question: z.string(),
  /** The command, file, diff or URL that it is about. */
  subject: z.string(),
  /** The rows of the dialog above its options, as far as they are kept; absent for a line of a plain program. */
  context: z.string().optional(),
  options: z.array(
    z.object({
      number: z.int(),
      label: z.string(),
      /** `approve`, `always`, `deny`, `cancel`, `amend`, `other`. */
      meaning: z.string(),
      selected: z.boolean(),
      ticked: z.boolean().optional(),
      keys: z.array(z.string()),
    }),
  ),
  /** A part of it does not fit on the screen. */
  truncated: z.boolean(),
  /** Identifies this very prompt; an answer is bound to it. */
  fingerprint: z.string(),
})
export type AskedPrompt = z.infer<typeof AskedPrompt>

/** Why a session waits. */
export const Blocker = z.object({
  id: z.string(),
  kind: BlockerKind,
  /** What is asked, on one line: the line of the screen, or the question with what it is about. */
  text: z.string(),
  /** Name of the pattern that matched, or of the source that told: `screen`, `program-status`, `hook`, … */
  source: z.string(),
  /** Absent while only the program has told that it waits, and for blockers that are no prompts. */
  prompt: AskedPrompt.optional(),
  /** When a limit ends, as the screen says. */
  resetsAt: z.iso.datetime().optional(),
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
