/** What an agent's step needs of the sessions; the process of the run gets it from the service. */
import type { SessionState } from '../agents/session-state.ts'

export interface AgentOrder {
  name: string
  /** Absent: the one of the configuration. */
  agent?: string | undefined
  /** The prompt, or the absolute path of the `.md` file with it. */
  task: string
  /** Whether it is the prompt: one may look like a name. */
  literal: boolean
  cwd: string
  env: Readonly<Record<string, string>>
  /** More arguments for its program. */
  args: readonly string[]
  /** Whose session it is: the run, its step, and the file with its record. */
  run: { id: string; task: string; step: string; record: string }
}

/** A session at one moment. */
export interface AgentLook {
  /** `lost`: there is no such session, though there may be again; `closed`: somebody has closed it. */
  state: SessionState | 'lost' | 'closed'
  reason: string
  exitCode?: number
  /** It has worked since it was opened. */
  worked: boolean
  /** It said that it is finished, in its mailbox or on a line of its own. */
  completed?: { ok: boolean; text: string }
  /** Why it is not known what its mailbox says. */
  trouble?: string
  /** Id of the escalation that waits for an answer. */
  escalation?: string
  /** The agent's own id of the conversation, once it is known. */
  conversation?: string
}

/** Every method waits for a service that is away, and starts it. */
export interface AgentSessions {
  /** @throws {OrchError} what the launch was refused with */
  launch(order: AgentOrder, until: AbortSignal): Promise<{ id: string }>
  /** How it is now, and whenever that may have changed, until the signal aborts. */
  follow(session: string, until: AbortSignal): AsyncIterable<AgentLook>
  /** The last lines of its screen. */
  lastLines(session: string): Promise<string[]>
  close(session: string): Promise<void>
  /** All that this run has opened, also when a launch broke off. */
  closeOf(run: string): Promise<void>
}
