/** What a policy decides about: everything that is known of a question, and what is not. */
import type { BlockerKind } from '../../agents/session-state.ts'

/** What an agent wants to do, in words that are the same for all agents. */
export const toolNames = [
  'shell',
  'read',
  'write',
  'edit',
  'fetch',
  'search',
  'mcp',
  'plan',
  'other',
] as const
export type ToolName = (typeof toolNames)[number]

export interface QuestionOption {
  number: number
  label: string
  /** `approve`, `always`, `deny`, `cancel`, `amend`, `other`. */
  meaning: string
}

export interface PolicyQuestion {
  agent: string
  kind: BlockerKind
  /** `permission`, `choice`, `trust`, `plan`, `update`, …: finer than the kind. */
  promptKind?: string
  tool?: ToolName
  /** In the agent's own words: `Bash`, `run_shell_command`. */
  toolName?: string
  /** What the shell is to run, exactly. */
  command?: string
  /** Files that a tool reads or changes. */
  paths: readonly string[]
  url?: string
  /** The sentence that is asked. */
  text: string
  options: readonly QuestionOption[]
  /** The agent itself has told at its hook that it asks this: the screen alone can be imitated by what is shown on it. */
  reported: boolean
  /** Why it was not read completely; with any of these nothing is approved. */
  incomplete: readonly string[]
  /** The session's directory, absolute. */
  directory: string
  /** The person's home directory. */
  home: string
  task?: string
  session?: string
}
