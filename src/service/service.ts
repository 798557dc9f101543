/** Puts the parts together: configuration, terminals, sessions, journal. */
import { join } from 'node:path'
import { ProfileStore } from '../agents/profile-store.ts'
import type { Escalations } from '../escalation/escalations.ts'
import type { HeadlessAsks } from '../escalation/headless/headless-asks.ts'
import type { Limits } from '../escalation/limits/limits.ts'
import { SessionMarks } from '../escalation/session-marks.ts'
import { errorMessage } from '../lib/errors.ts'
import { ensurePrivateDirectory, type Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import { ownVersion } from '../lib/version.ts'
import type { ProjectMonitor } from '../projects/monitor/project-monitor.ts'
import type { AccountGate } from '../sessions/account-gate.ts'
import type { DeliveryQueue } from '../sessions/delivery/delivery-queue.ts'
import { Journal } from '../sessions/journal.ts'
import type { Session, SessionContext } from '../sessions/session.ts'
import type { SessionInfo } from '../sessions/session-info.ts'
import { RecordStore } from '../sessions/session-record.ts'
import { Sessions, type StartOrder } from '../sessions/sessions.ts'
import type { Injection } from '../sessions/typing/typist.ts'
import { hookDirectory } from '../signals/hooks/hook-files.ts'
import { HookInbox } from '../signals/hooks/hook-inbox.ts'
import { scriptable } from '../terminal/applescript-terminal.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { Terminals } from '../terminal/terminals.ts'
import { answerSession } from './answer-session.ts'
import type {
  AnswerQueued,
  AnswerRequest,
  DoctorReport,
  Health,
  LaunchRequest,
  LaunchResponse,
} from './api.ts'
import { makeAsks } from './asks-part.ts'
import { makeMatcher } from './blocker-matcher.ts'
import { type Config, loadConfig } from './config.ts'
import { watchConfig } from './config-watch.ts'
import { type AnswerDelivery, type InjectDelivery, injectOrQueue } from './deliver.ts'
import { makeDeliveries } from './delivery-part.ts'
import { examine } from './doctor.ts'
import { makeEscalations } from './escalation-part.ts'
import { clearForgottenMarks } from './forgotten-marks.ts'
import { tasksForLaunch } from './launch-tasks.ts'
import { makeLimits } from './limits-part.ts'
import { ownCommand } from './own-command.ts'
import { problemText } from './problem-text.ts'
import { makeProjects } from './project-part.ts'
import { rememberSecrets } from './remember-secrets.ts'
import { RunSessions } from './run-sessions.ts'
import { makeTasks } from './task-part.ts'
import { TerminalLinks } from './terminal-links.ts'
import { ToldAtHooks } from './told-at-hooks.ts'

export interface ServiceOptions {
  home: Home
  log: Logger
  /** Starts the embedded host and resolves when it listens. */
  startHost(): Promise<void>
  /** Default: this computer's. */
  platform?: NodeJS.Platform
}

export class Service {
  readonly journal: Journal
  readonly sessions: Sessions
  readonly escalations: Escalations
  /** YAML tasks: their schedules and runs. */
  readonly tasks: ReturnType<typeof makeTasks>
  /** The task documents of the registered projects. */
  readonly projects: ProjectMonitor
  readonly limits: Limits
  /** What agents without a terminal ask for. */
  readonly asks: HeadlessAsks
  /** What agents report at their hooks. */
  readonly hooks: HookInbox
  readonly #context: SessionContext
  readonly #marks: SessionMarks
  readonly #deliveries: DeliveryQueue
  readonly #runSessions: RunSessions
  readonly #options: ServiceOptions
  readonly #terminals: Terminals
  readonly #links: TerminalLinks
  readonly #startedAt = new Date().toISOString()
  #config: Config
  #stopWatching: (() => void) | undefined

  /** @throws {OrchError} `invalid-config`. */
  constructor(options: ServiceOptions) {
    const { home, log, startHost, platform } = options
    this.#options = options
    this.#config = loadConfig(home, process.env, true)
    this.journal = new Journal(home.events, (error) =>
      log.error({ error: errorMessage(error) }, 'an event could not be written'),
    )
    const store = new RecordStore(home)
    store.prepare()
    const profiles = new ProfileStore(home.agents, (agent, pattern) =>
      log.error({ agent, pattern }, 'a pattern of a profile takes too long and is switched off'),
    )
    const { comms, stuck } = this.#config
    const matcher = makeMatcher(this.#config, log)
    const { journal } = this
    const appleScript = scriptable(platform ?? process.platform)
    const tapCommand = ownCommand()
    const gate: AccountGate = {
      assertMayStart: (account) => this.limits.assertMayStart(account),
      limitOf: (record) => this.limits.limitOf(record),
    }
    this.#context = { store, journal, matcher, profiles, comms, stuck, appleScript, tapCommand, gate, log }
    this.sessions = new Sessions(this.#context)
    this.hooks = new HookInbox(hookDirectory(home.state))
    const told = new ToldAtHooks(this.hooks)
    const config = () => this.#config
    this.#deliveries = makeDeliveries({
      ...{ home, log, journal, sessions: this.sessions, config },
      typing: (session) => this.escalations.typing(session, 'cli'),
      answered: (escalation, answer, settlement) => this.escalations.settled(escalation, answer, settlement),
    })
    this.#marks = new SessionMarks(join(home.state, 'marks'))
    this.asks = makeAsks(
      home,
      log,
      () => this.#config.comms,
      () => this.escalations,
    )
    this.escalations = makeEscalations({
      ...{ home, log, journal, sessions: this.sessions, deliveries: this.#deliveries, config },
      ...{ marks: this.#marks, asks: this.asks },
      told: (session) => told.of(session),
    })
    this.#runSessions = new RunSessions(this.sessions, log)
    const command = [...ownCommand(), 'task-process']
    this.tasks = makeTasks({ home, log, journal, runSessions: this.#runSessions, config, command })
    this.projects = makeProjects({
      ...{ home, log, journal, profiles, config, command },
      ...{ escalations: this.escalations, runSessions: this.#runSessions },
    })
    this.limits = makeLimits({
      ...{ home, log, journal, profiles, config, sessions: this.sessions, escalations: this.escalations },
    })
    this.hooks.on('signal', (signal) => {
      this.sessions.hook(signal)
      if (signal.blocker !== undefined && signal.session !== undefined)
        this.escalations.reported(signal.session)
    })
    this.hooks.on('broken', (count) => log.warn({ count }, 'reports of hooks could not be read; kept aside'))
    this.#terminals = new Terminals({
      home,
      wish: this.#config.terminal,
      startHost,
      ...(platform === undefined ? {} : { platform }),
    })
    this.#links = new TerminalLinks({
      ...{ log, journal, sessions: this.sessions, terminals: this.#terminals },
      returned: (terminal) => this.#returned(terminal),
    })
  }

  /** Finds the sessions of earlier services again, as far as their terminals can be reached. */
  async start(): Promise<void> {
    const { home, log } = this.#options
    // Before anything of a screen is kept.
    await rememberSecrets(home)
    await this.#links.find(this.sessions.load())
    this.#deliveries.load()
    this.asks.load()
    this.escalations.start()
    this.limits.start()
    this.#deliveries.wake()
    // Only now: what waited is about these sessions.
    this.hooks.start()
    await this.tasks.scheduler.start()
    this.projects.start()
    void this.#runSessions.sweep()
    this.#stopWatching = watchConfig(
      home,
      (path) => this.#configChanged(path),
      (error) => log.warn({ error: errorMessage(error) }, 'changes of the configuration are not noticed'),
    )
  }

  /** Ends the connections; the sessions go on. */
  async stop(): Promise<void> {
    this.#links.stop()
    this.#stopWatching?.()
    this.tasks.scheduler.stop()
    this.projects.stop()
    await this.hooks.stop()
    this.limits.stop()
    this.asks.stop()
    await this.escalations.stop()
    this.#deliveries.stop()
    this.sessions.stop()
    await this.#terminals.close()
  }

  /** Bytes that this process may use. */
  get memoryLimit(): number {
    return this.#config.service.memory_limit
  }

  async health(): Promise<Health> {
    return {
      pid: process.pid,
      version: ownVersion(),
      home: this.#options.home.root,
      startedAt: this.#startedAt,
      terminal: await this.#terminals.status(),
      sessions: this.sessions.count,
      memory: { bytes: process.memoryUsage.rss(), limit: this.memoryLimit },
    }
  }

  async doctor(): Promise<DoctorReport> {
    const problems = this.#context.profiles.problems.map(problemText)
    const broken = this.#reloadConfig()
    if (broken !== undefined) problems.push(broken)
    return examine(
      this.#options.home,
      this.#config,
      problems,
      await this.#terminals.status(),
      this.limits.list(),
      this.escalations.all().unreadable,
      this.tasks.desk.notices,
    )
  }

  /** A broken file keeps the old configuration: the launch uses that, and says so. */
  async launch(request: LaunchRequest): Promise<LaunchResponse> {
    const broken = this.#reloadConfig()
    // A configured root is not made: it may be a drive that is not mounted.
    if (this.#config.comms === this.#options.home.comms) ensurePrivateDirectory(this.#config.comms)
    const { agents, agent, tasks } = this.#config
    const settings = { agents, agent, tasks: tasksForLaunch(request, tasks) }
    const open = () => this.sessions.launch(request, settings, () => this.#terminals.forLaunch())
    const sessions = await (request.run ? this.#runSessions.launch(request.run, open) : open())
    return {
      sessions,
      ...(broken === undefined ? {} : { notice: `The configuration of before was used: ${broken}` }),
    }
  }

  restart(session: Session, request: StartOrder): Promise<SessionInfo> {
    return this.sessions.restart(session, request, () => this.#terminals.forLaunch())
  }

  resume(session: Session, request: StartOrder): Promise<SessionInfo> {
    return this.sessions.resume(session, request, () => this.#terminals.forLaunch())
  }

  /** Types into a session; where no terminal can be reached, a text waits in the session's mailbox. */
  inject(session: Session, injection: Injection): Promise<InjectDelivery> {
    // Whoever only wants to type has answered nothing yet.
    const typing = (bytes: string) => {
      injection.typing?.(bytes)
      this.escalations.typing(session.id, 'cli')
    }
    return injectOrQueue(session, { ...injection, typing }, this.#deliveries, this.journal)
  }

  /** Answers the prompt of a session: through its escalation, where there is one for this prompt. */
  answer(session: Session, request: AnswerRequest): Promise<AnswerDelivery | AnswerQueued> {
    const settings = this.#config.escalation
    return answerSession(session, request, { escalations: this.escalations, settings })
  }

  async #returned(terminal: Terminal): Promise<void> {
    // First: from here on it is noticed who answers in the terminal.
    this.escalations.reached()
    await this.#runSessions.sweep()
    this.#deliveries.wake()
    await clearForgottenMarks(this.#marks, terminal, this.sessions.all(), this.#options.log)
  }

  /** What can change while sessions run does; a broken file changes nothing, and says so. */
  #configChanged(path: string): void {
    const { home, log } = this.#options
    let why = ''
    if (path === home.config) {
      this.tasks.scheduler.reload()
      try {
        this.#apply(loadConfig(home))
      } catch (error) {
        why = errorMessage(error)
      }
    } else {
      this.#context.profiles.reload()
      why = this.#context.profiles.problems.map(problemText).join('; ')
    }
    const ok = why === ''
    if (!ok) log.warn({ path, why }, 'the configuration is broken; the old one stays in force')
    this.journal.add({ type: 'config', ok, path, why: why || 'it is in force' })
  }

  #apply(config: Config): void {
    const { patterns, standardPatterns, comms, stuck, terminal } = config
    const before = this.#config
    this.#config = config
    this.projects.settingsChanged()
    this.#terminals.wish = terminal
    Object.assign(this.#context, { comms, stuck })
    const same = JSON.stringify([before.patterns, before.standardPatterns])
    // A pattern that was switched off stays so until somebody changes the patterns.
    if (same !== JSON.stringify([patterns, standardPatterns]))
      this.#context.matcher = makeMatcher(config, this.#options.log)
  }

  /** Agents and tasks may change while the service runs. What is wrong with the file; undefined: nothing. */
  #reloadConfig(): string | undefined {
    try {
      this.#apply(loadConfig(this.#options.home))
      return undefined
    } catch (error) {
      const problem = errorMessage(error)
      this.#options.log.warn({ error: problem }, 'config.yaml is broken; the old one stays in force')
      return problem
    }
  }
}
