/**
 * What each event means. One table for all: agents that have an event of the same name mean the same by it.
 * Everything here was seen with real agents (test/fixtures/hooks), what is late or misleading included.
 */
import type { BlockerKind, SessionState } from '../../agents/session-state.ts'
import type { HookPayload } from './hook-payload.ts'

export interface Meaning {
  state?: SessionState
  /** Default: true. */
  sure?: boolean
  /** Ms. */
  late?: number
  blocker?: BlockerKind
}

const working: Meaning = { state: 'working' }
const nothing: Meaning = {}

/** Tools that are a question to the person, and what they ask for. */
const asking: Readonly<Record<string, BlockerKind>> = {
  AskUserQuestion: 'question',
  ask_user_question: 'question',
  ask_user: 'question',
  request_user_input: 'question',
  ExitPlanMode: 'permission',
  exit_plan_mode: 'permission',
}

const meanings: Readonly<Record<string, (payload: HookPayload) => Meaning>> = {
  // Also comes in the middle, after a compaction or `/clear`.
  SessionStart: ({ source }) =>
    source === 'startup' || source === 'resume' ? { state: 'starting' } : nothing,
  SessionEnd: ({ reason }) =>
    reason === 'clear' || reason === 'resume' ? nothing : { state: 'exited', sure: false },

  UserPromptSubmit: () => working,
  BeforeAgent: () => working,
  PostToolUse: () => working,
  PostToolUseFailure: () => working,
  AfterTool: () => working,
  SubagentStart: () => working,
  PreToolUse: beforeTool,
  BeforeTool: beforeTool,

  // Comes for tools that are allowed without asking as well.
  PermissionRequest: ({ tool_name }) => ({
    state: 'waiting',
    sure: false,
    blocker: asking[tool_name ?? ''] ?? 'permission',
  }),
  PermissionDenied: () => working,
  Notification: notification,

  // The other events of the end tell of tasks that go on; a list in the notification is missing.
  Stop: (payload) => (backgroundTasks(payload) > 0 ? working : { state: 'idle' }),
  StopFailure: ({ error }) =>
    error === 'rate_limit'
      ? { state: 'limited', blocker: 'limit' }
      : { state: 'errored', blocker: error === 'authentication_failed' ? 'login' : 'error' },
  Interrupt: () => ({ state: 'idle', sure: false }),
  // Gemini ends a turn that failed in the same way as one that succeeded.
  AfterAgent: () => ({ state: 'idle', sure: false }),
  // Codex reports its helpers too, such as the one that invents a title: only the thread tells them apart.
  'agent-turn-complete': () => ({ state: 'idle', sure: false }),
  // Lists the one that has just stopped as still running, and the agent itself works on.
  SubagentStop: () => nothing,
}

export function meaningOf(event: string, payload: HookPayload): Meaning {
  return Object.hasOwn(meanings, event) ? (meanings[event]?.(payload) ?? nothing) : nothing
}

/** Tasks of Claude Code that run on after the turn. */
export function backgroundTasks({ background_tasks }: HookPayload): number {
  return background_tasks?.length ?? 0
}

function beforeTool({ tool_name }: HookPayload): Meaning {
  const blocker = asking[tool_name ?? '']
  return blocker ? { state: 'waiting', sure: false, blocker } : working
}

function notification({ notification_type, details }: HookPayload): Meaning {
  switch (notification_type) {
    // Gemini, at the dialog.
    case 'ToolPermission':
      return { state: 'waiting', blocker: details?.type === 'ask_user' ? 'question' : 'permission' }
    // Claude Code, when a dialog has been open for 6 s: it was real, and may have been answered since.
    case 'permission_prompt':
      return { state: 'waiting', sure: false, late: 6_000, blocker: 'permission' }
    case 'elicitation_dialog':
      return { state: 'waiting', sure: false, late: 6_000, blocker: 'question' }
    // Claude Code, 60 s after the turn, tasks in the background or not.
    case 'idle_prompt':
      return { state: 'idle', sure: false, late: 60_000 }
    default:
      return nothing
  }
}
