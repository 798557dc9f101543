/** What the policy says about an escalation, in the words of the desk. */
import type { Choice, Escalation, Level, PolicyWord } from './escalation.ts'

export interface PolicyVerdict extends PolicyWord {
  /** The answer that a rule gives. */
  choice?: Choice
  /** The level that a rule sends it to. */
  level?: Level
  /** People are told at once, whatever level it is at. */
  notify?: boolean
}

export interface PolicyDesk {
  /** Whether there is any rule for what is asked in this directory. */
  speaks(asked: Pick<Escalation, 'cwd'>): boolean
  /** Undefined where no policy speaks of it. */
  consult(escalation: Escalation): PolicyVerdict | undefined
}
