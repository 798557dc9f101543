/** Puts the monitor of projects together with what the service has. */
import type { ProfileStore } from '../agents/profile-store.ts'
import type { Escalations } from '../escalation/escalations.ts'
import { systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import { ProjectMonitor } from '../projects/monitor/project-monitor.ts'
import type { Journal } from '../sessions/journal.ts'
import type { Config } from './config.ts'
import { makeExecutor } from './project-executor.ts'
import type { RunSessions } from './run-sessions.ts'
import { withoutOwnSession } from './without-own-session.ts'

export interface ProjectParts {
  home: Home
  log: Logger
  journal: Journal
  profiles: ProfileStore
  escalations: Escalations
  runSessions: RunSessions
  /** Begins the command line of a task process. */
  command: readonly string[]
  /** As it is now. */
  config(): Config
}

export function makeProjects(parts: ProjectParts): ProjectMonitor {
  const { home, log, journal, profiles, escalations, runSessions, command, config } = parts
  const environment = withoutOwnSession(process.env)
  return new ProjectMonitor({
    ...{ home, log, command },
    clock: systemClock,
    executor: makeExecutor({ home, profiles, escalations, config, environment }),
    settings: () => config().projects,
    closeSessions: (run) => runSessions.closeOf(run),
    tell: (event) => journal.add({ type: 'project-task', ...event }),
  })
}
