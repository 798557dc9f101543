/** Puts the tasks together with what the service has. */
import { createNotifier } from '../escalation/notifiers/create-notifier.ts'
import type { Notice, Urgency } from '../escalation/notifiers/notice.ts'
import { tell } from '../escalation/notifiers/notifier.ts'
import { isFor } from '../escalation/notifiers/notifier-config.ts'
import { systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import type { Journal } from '../sessions/journal.ts'
import type { AlertRecord } from '../tasks/schedule/alert-rules.ts'
import { Scheduler } from '../tasks/schedule/scheduler.ts'
import { TaskDesk } from '../tasks/schedule/task-desk.ts'
import type { Config } from './config.ts'
import { notifierDeps } from './escalation-part.ts'
import type { RunSessions } from './run-sessions.ts'
import { withoutOwnSession } from './without-own-session.ts'

export interface TaskParts {
  home: Home
  log: Logger
  journal: Journal
  runSessions: RunSessions
  /** Begins the command line of a task process. */
  command: readonly string[]
  /** As it is now. */
  config(): Config
}

/** Longer than all tries of a webhook that is slow, in ms. */
const longestMs = 180_000

export function makeTasks(parts: TaskParts): { scheduler: Scheduler; desk: TaskDesk } {
  const { home, log, journal, runSessions, command } = parts
  const closeSessions = (run: string) => runSessions.closeOf(run)
  const scheduler = new Scheduler({
    ...{ home, log, command, closeSessions },
    clock: systemClock,
    environment: withoutOwnSession(process.env),
    tell: async (alert) => {
      const { task, on, severity, text, count, run } = alert
      journal.add({ type: 'task-alert', task, on, severity, text, count, ...(run !== undefined && { run }) })
      await tellPeople(alert, parts)
    },
  })
  return { scheduler, desk: new TaskDesk(home, scheduler, closeSessions) }
}

async function tellPeople(alert: AlertRecord, { config, log }: TaskParts): Promise<void> {
  const { notifiers, base } = config()
  const notice = noticeOf(alert)
  const wanted = notifiers.filter((notifier) => isFor(notifier, notice, 'human'))
  const results = await Promise.all(
    wanted.map((notifier) =>
      tell(createNotifier(notifier, notifierDeps(log, base)), notice, AbortSignal.timeout(longestMs)),
    ),
  )
  const failed = results.flatMap((told) => (told.ok ? [] : [`${told.notifier}: ${told.why}`]))
  // One that was told is enough: with the others it would be told to that one again.
  if (wanted.length > 0 && failed.length === wanted.length) throw new Error(failed.join('; '))
  for (const why of failed) log.warn({ alert: alert.id, why }, 'a notifier did not take an alert')
}

const urgencies = { info: 'low', warning: 'medium', critical: 'critical' } as const satisfies Record<
  AlertRecord['severity'],
  Urgency
>

const says = {
  failed: 'failed',
  completed: 'is done',
  missed: 'was not run when it was due',
  slow: 'takes long',
  log: 'says something',
  restarts: 'is started again and again',
} as const satisfies Record<AlertRecord['on'], string>

function noticeOf({ id, task, on, severity, text, count, told, firstAt }: AlertRecord): Notice {
  const more = count - told
  return {
    id: told === 0 ? id : `${id}-${count}`,
    title: `Task ${task} ${says[on]}${more > 1 ? ` (${more} times)` : ''}`,
    body: text,
    kind: 'task',
    urgency: urgencies[severity],
    agent: '',
    task,
    options: [],
    reason: 'the task has an alert for it',
    commands: [`iterm-orch status ${task}`, `iterm-orch tail ${task}`],
    since: firstAt,
  }
}
