/** What typing needs of a session: looking, writing, and the facts about the program in front. */
import type { AgentProfile } from '../../agents/profile-schema.ts'
import type { Prompt } from '../../agents/reading/prompt.ts'
import type { SessionState } from '../../agents/session-state.ts'
import type { Picture } from '../../terminal/terminal.ts'

/** What a screen says; the reading of `src/agents` has more. */
export interface ScreenReading {
  state: SessionState
  reason: string
  prompt?: Prompt | undefined
  /** The box into which prompts are typed, when it is in front. */
  inputBox?: { draft: string; ghost: string } | undefined
}

export type ReadPicture = (picture: Picture) => ScreenReading

/** The parts of an agent's profile that say how to type into it. */
export type TypingProfile = Pick<
  AgentProfile,
  'name' | 'title' | 'recognise' | 'inputBox' | 'lines' | 'prompts' | 'submit' | 'whileBusy'
>

export interface Look {
  picture: Picture
  reading: ScreenReading
  /** When it was taken, in ms since the epoch. */
  at: number
}

/** What is known about the program that would get the keys. Undefined: the terminal cannot tell. */
export interface ProgramFacts {
  /** Name of the foreground job. */
  job: string | undefined
  /** Names of the processes from the session's program down to the foreground job. */
  ancestors: readonly string[]
  /** The agent that the process table names. */
  agent?: Pick<AgentProfile, 'name' | 'title'> | undefined
  bracketedPaste: boolean | undefined
  alternateScreen: boolean | undefined
  applicationCursor: boolean | undefined
  /** The kernel collects lines for it (canonical mode). */
  canonical: boolean | undefined
  /** The kernel shows what is typed. */
  echo: boolean | undefined
}

export interface Keyboard {
  readonly profile: TypingProfile
  facts(): Promise<ProgramFacts>
  /** The screen as it is now, never one of earlier. */
  look(): Promise<Look>
  send(bytes: string): Promise<void>
  /** Whether the program has ended. */
  ended(): Promise<boolean>
  /** When the program last reported by itself that it works (OSC 7501, a hook), in ms since the epoch. */
  reportedWork(): number | undefined
}

export interface TypingResult {
  confirmed: true
  /** What the screen showed, in words. */
  evidence: string
}
