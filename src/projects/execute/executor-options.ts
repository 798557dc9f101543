/** What the executor needs of whoever puts it together. */
import type { CompiledProfile } from '../../agents/compiled-profile.ts'
import type { AgentStart } from '../../agents/profile-schema.ts'
import type { Home } from '../../lib/home.ts'
import type { TaskResult } from '../run/task-result.ts'

export type EscalationNote = TaskResult['escalations'][number]

export interface ExecutorOptions {
  home: Pick<Home, 'root'>
  /** The configuration as it is now. */
  config(): { agents: Readonly<Record<string, AgentStart>> }
  profiles(): ReadonlyMap<string, CompiledProfile>
  /** Program and arguments of `iterm-orch`, absolute: agents ask by it. */
  own: readonly string[]
  /** What agents get, apart from what `.env` files say. */
  environment(): NodeJS.ProcessEnv
  /** What was asked since then (ISO) in a session, by its id or its name, or by a run without one; the oldest first. */
  escalations(asked: { session: string | undefined; run: string; since: string }): EscalationNote[]
}
