/** What an agent's hook says, in words that are the same for all agents. */
import type { BlockerKind, SessionState } from '../../agents/session-state.ts'

export interface HookQuestion {
  question: string
  options: string[]
  /** More than one may be chosen. */
  several: boolean
}

export interface HookSignal {
  /** Of the report: the same one may arrive twice. */
  id: string
  /** `ITERM_ORCH_SESSION` of the agent; absent for one that was started by hand. */
  session?: string
  agent: string
  /** In the agent's own words: `PreToolUse`, `AfterAgent`, … */
  event: string
  /** Why a conversation begins, in the agent's own words: `startup`, `resume`, `clear`, … */
  source?: string
  /** When the agent called the hook, in ms. */
  at: number
  /** Absent: the event tells no state. */
  state?: SessionState
  /**
   * False: a hint, which the screen or a status report must bear out within a moment. Claude Code asks its
   * `PermissionRequest` hooks for tools that it then allows by itself.
   */
  sure: boolean
  /** How late the agent tells it, in ms: what it says began so long before `at`. */
  late: number
  blocker?: BlockerKind
  tool?: string
  /** What the tool is to run, open or fetch. */
  command?: string
  questions?: HookQuestion[]
  /** Its own words: untrusted, redacted. */
  message?: string
  /** Tasks that go on although the turn has ended; the agent will go on by itself. */
  backgroundTasks?: number
  /** It speaks of a helper of the agent, not of the agent. */
  subagent?: string
  /** The agent's own id of the conversation, for resuming it. */
  conversationId?: string
  transcriptPath?: string
  cwd?: string
}
