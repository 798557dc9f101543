/** What the watching of a session needs of the session, and where it tells what it has found. */
import type { PatternMatcher } from '../agents/blocker-pattern.ts'
import type { CompiledProfile } from '../agents/compiled-profile.ts'
import type { ExplainedState } from '../agents/session-state.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Picture } from '../terminal/terminal.ts'
import type { SessionEvent } from './session-info.ts'
import type { SessionRecord } from './session-record.ts'
import type { StuckLimits } from './stuck.ts'

export interface WatcherHooks {
  matcher(): PatternMatcher
  /** Profile of the agent that the session was opened with. */
  profile(): CompiledProfile
  profiles(): ReadonlyMap<string, CompiledProfile>
  limits(): StuckLimits
  comms(): string
  log: Logger
  clock?: Clock
  update(changes: Partial<SessionRecord>): void
  setState(state: Omit<ExplainedState, 'since'>): void
  state(): ExplainedState
  tell(event: SessionEvent): void
  picture(picture: Picture): void
  /** The terminal says that the program has ended, or the session is gone. */
  ended(): Promise<void>
}
