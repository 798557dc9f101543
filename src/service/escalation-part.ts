/** Puts the escalations together with what the service has. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { askableFor } from '../escalation/askable.ts'
import { deliverAnswer } from '../escalation/deliver-answer.ts'
import type { Escalation } from '../escalation/escalation.ts'
import { Escalations } from '../escalation/escalations.ts'
import { deliverToAsk } from '../escalation/headless/deliver-to-ask.ts'
import type { HeadlessAsks } from '../escalation/headless/headless-asks.ts'
import { createNotifier, type NotifierDeps } from '../escalation/notifiers/create-notifier.ts'
import { peopleBell } from '../escalation/people-bell.ts'
import type { Told } from '../escalation/policy/read-question.ts'
import { PolicyJudge } from '../escalation/policy-judge.ts'
import type { SessionMarks } from '../escalation/session-marks.ts'
import { systemClock } from '../lib/clock.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import type { DeliveryQueue } from '../sessions/delivery/delivery-queue.ts'
import type { Journal } from '../sessions/journal.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Config } from './config.ts'
import { KeyWatch } from './key-watch.ts'

export interface EscalationParts {
  home: Home
  log: Logger
  journal: Journal
  sessions: Sessions
  deliveries: DeliveryQueue
  marks: SessionMarks
  /** What agents without a terminal ask for. */
  asks: HeadlessAsks
  /** What a session's agent has told at its hooks of the prompt in front. */
  told(session: string): Told | undefined
  /** As it is now. */
  config(): Config
}

export function makeEscalations(parts: EscalationParts): Escalations {
  const { home, log, journal, sessions, deliveries, marks, asks, config } = parts
  const subject = (session: string) => sessions.get(session) ?? asks.subject(session)
  const policy = new PolicyJudge({
    config: home.config,
    home: process.env['HOME'] || homedir(),
    now: () => systemClock.now(),
    told: (session) => asks.subject(session)?.told ?? parts.told(session),
    records: () => escalations.all().escalations,
  })
  const mark = markSession(marks, sessions, log)
  const keys = new KeyWatch({
    log,
    place: (id) => {
      const { terminal, record } = sessions.get(id) ?? {}
      const terminalSession = record?.terminalSession
      return terminal && terminalSession !== undefined ? { terminal, terminalSession } : undefined
    },
    pressed: (session) => escalations.typing(session, 'terminal'),
  })
  const escalations: Escalations = new Escalations({
    directory: home.escalations,
    clock: systemClock,
    log,
    comms: () => config().comms,
    settings: () => config().escalation,
    subject,
    // A session that was forgotten has no record.
    isUnreadable: (session) =>
      sessions.get(session) === undefined && existsSync(join(home.sessions, `${session}.json`)),
    subjects: () => [...sessions.all(), ...asks.subjects()],
    askable: (subject) => askableFor(config().comms, subject.record, log),
    policy,
    people: peopleBell({
      notifiers: () => config().notifiers,
      create: (notifier) => createNotifier(notifier, notifierDeps(log, config().base)),
      digest: () => config().escalation.digest,
      quiet: () => config().escalation.quiet_hours,
      clock: systemClock,
    }),
    deliver: deliverToAsk(
      asks,
      deliverAnswer((session) => sessions.get(session), deliveries),
    ),
    waits: (answer) => deliveries.hasAnswer(answer),
    mark: (session, escalation) => {
      keys.follow(session, escalation !== undefined)
      mark(session, escalation)
    },
    tell: (event) => void journal.add(event),
  })
  journal.on('event', (event) => escalations.heard(event))
  return escalations
}

export function notifierDeps(log: Logger, base: string): NotifierDeps {
  const onOutput = (notifier: string, output: string) =>
    log.info({ notifier, output }, 'a notifier said something')
  return { env: process.env, platform: process.platform, base, onOutput }
}

/** Shows in the tab that a session waits; nothing depends on it. */
function markSession(marks: SessionMarks, sessions: Sessions, log: Logger) {
  return (id: string, escalation: Escalation | undefined): void => {
    const session = sessions.get(id)
    const { terminalSession } = session?.record ?? {}
    if (!session?.terminal || terminalSession === undefined) return
    const looks = session.terminal.looks(terminalSession)
    const done = escalation
      ? marks.mark(terminalSession, looks, escalation)
      : marks.clear(terminalSession, looks)
    done.catch((error: unknown) =>
      log.debug({ error: errorMessage(error), session: id }, 'a session could not be marked'),
    )
  }
}
