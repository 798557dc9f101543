/** What was read from a screen. */
import type { BlockerKind, SessionState } from '../session-state.ts'
import type { InputBox } from './input-box.ts'
import type { Prompt } from './prompt.ts'

export interface Evidence {
  /** Row of the screen, from 0; undefined for what is not on it. */
  row: number | undefined
  text: string
  /** What it shows. */
  shows: string
}

export interface Reading {
  state: SessionState
  /** For people. */
  reason: string
  /** Why somebody has to act; undefined when nobody has. */
  blocker?: BlockerKind
  prompt?: Prompt
  inputBox?: InputBox
  /** When a limit ends, where the screen says it. */
  resetAt?: Date
  /** From 0 to 1; below 0.5 it is a guess. */
  confidence: number
  evidence: Evidence[]
  /** What the transcript shows, to notice that it has grown. Only comparable at the same width. */
  transcript: { columns: number; text: string }
}
