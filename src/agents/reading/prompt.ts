/** What is asked on a screen. */
import { createHash } from 'node:crypto'
import type { BlockerKind } from '../session-state.ts'

export type PromptKind =
  | 'permission'
  | 'question'
  | 'choice'
  | 'multi-select'
  | 'free-text'
  | 'confirmation'
  | 'credential'
  | 'trust'
  | 'login'
  | 'plan'
  | 'update'
  /** Answers were given and wait to be submitted. */
  | 'review'
  /** Output stands still until a key is pressed. */
  | 'pause'

/** What choosing an option does. `always` goes beyond this one prompt and is never chosen by itself. */
export type OptionMeaning = 'approve' | 'always' | 'deny' | 'cancel' | 'amend' | 'other'

export interface PromptOption {
  number: number
  label: string
  description: string
  meaning: OptionMeaning
  selected: boolean
  ticked?: boolean
  /** Keys that choose it, by name, in order. Empty: it cannot be chosen by keys that are known. */
  keys: string[]
}

export interface Prompt {
  kind: PromptKind
  /** The sentence that is asked. */
  question: string
  /** What it is about: the command, file, diff or URL, as far as the screen shows it. */
  subject: string
  subjectKind: 'command' | 'diff' | 'url' | 'file' | 'text' | 'none'
  /** The rows above the options that belong to the dialog, as text. */
  context: string
  options: PromptOption[]
  /** What has been typed into its open text field; undefined where none is open. */
  field?: string
  /** Part of it is cut off or scrolled out of the screen: it was not read completely. */
  truncated: boolean
  /**
   * Identifies this very prompt: the same dialog repainted, at another width, with another selection or
   * other ticks has the same, also while a text is typed into it; another command has another.
   */
  fingerprint: string
}

const blockers: Readonly<Record<PromptKind, BlockerKind>> = {
  permission: 'permission',
  question: 'question',
  choice: 'choice',
  'multi-select': 'choice',
  'free-text': 'question',
  confirmation: 'question',
  credential: 'credential',
  trust: 'trust',
  login: 'login',
  plan: 'permission',
  update: 'choice',
  review: 'choice',
  pause: 'question',
}

/** Why a session waits that shows such a prompt. */
export function blockerOf(kind: PromptKind): BlockerKind {
  return blockers[kind]
}

/**
 * Completes a prompt with its fingerprint.
 *
 * @param closed the same prompt before somebody opened its field: its kind, and the labels that stay
 */
export function withFingerprint(
  prompt: Omit<Prompt, 'fingerprint'>,
  closed: { kind: PromptKind; labels: readonly string[] } = {
    kind: prompt.kind,
    labels: prompt.options.map(({ label }) => label),
  },
): Prompt {
  const { question, subject } = prompt
  return { ...prompt, fingerprint: fingerprintOf([closed.kind, question, subject, ...closed.labels]) }
}

function fingerprintOf(parts: readonly string[]): string {
  const normal = parts.map((text) =>
    text
      .normalize('NFKC')
      // Frames, spinners and the wrapping belong to the drawing.
      .replace(/[\u2500-\u259f\u2800-\u28ff]/gu, '')
      .replace(/\s+/gu, ''),
  )
  return createHash('sha256').update(normal.join('\u0001')).digest('hex').slice(0, 16)
}
