import { errorMessage, OrchError } from '../lib/errors.ts'
import type { HookSignal } from '../signals/hooks/hook-signal.ts'
import type { Terminal, TerminalKind } from '../terminal/terminal.ts'
import type { Account } from './account.ts'
import { adopt } from './adopt.ts'
import {
  accountIn,
  assertAlive,
  type LaunchOrder,
  type LaunchSettings,
  openSession,
  planLaunch,
  recordIntent,
} from './launch.ts'
import { writeEnvironment } from './launch-script.ts'
import { makeReady } from './make-ready.ts'
import { profileOf } from './profile-of.ts'
import { resolveReference } from './resolve-reference.ts'
import { prepareResume, renewConversation } from './resume.ts'
import { Session, type SessionContext } from './session.ts'
import type { SessionInfo } from './session-info.ts'
import { assertName } from './session-name.ts'
import type { SessionRecord } from './session-record.ts'
import { nextTap, wantsTap, writeTapKey } from './tap-key.ts'
import { typeTask } from './type-task.ts'

/** How a program is started again. */
export interface StartOrder {
  env: Readonly<Record<string, string>>
  /** Also while the account is at its limit. */
  force?: boolean | undefined
  /** Whether it runs behind the tap from now on; undefined: as before. */
  tap?: boolean | undefined
}

export class Sessions {
  readonly #context: SessionContext
  readonly #sessions = new Map<string, Session>()
  /** Sessions that are being opened at this moment. */
  readonly #opening = new Map<Session, Promise<void>>()

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** Reads the records of earlier services; gives the kinds of terminals that they are in. */
  load(): Set<TerminalKind> {
    const { records, unreadable } = this.#context.store.load()
    for (const record of records) this.#sessions.set(record.id, new Session(this.#context, record))
    for (const problem of unreadable) this.#context.log.error(problem, 'a session record cannot be read')
    return new Set(records.filter((record) => record.stage !== 'exited').map((record) => record.terminal))
  }

  get count(): number {
    return this.#sessions.size
  }

  list(): SessionInfo[] {
    return [...this.#sessions.values()].map((session) => session.info())
  }

  /** By its whole id. */
  get(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  all(): Session[] {
    return [...this.#sessions.values()]
  }

  /** @throws {OrchError} `session-not-found`, `session-ambiguous`. */
  find(reference: string): Session {
    const { id } = resolveReference(reference, this.list())
    const session = this.#sessions.get(id)
    if (session) return session
    throw new OrchError('session-not-found', `There is no session "${reference}".`)
  }

  /**
   * Opens `count` sessions for one task and waits until none of their programs died at once.
   *
   * @throws {OrchError} as {@link planLaunch}, `launch-failed`, `terminal-unavailable`.
   */
  async launch(
    order: LaunchOrder,
    settings: LaunchSettings,
    terminal: () => Promise<Terminal>,
  ): Promise<SessionInfo[]> {
    const plan = planLaunch(order, settings, this.#names())
    if (order.force !== true) this.#context.gate?.assertMayStart(accountIn(this.#context, plan).account)
    const place = await terminal()
    // Another launch may have taken the names meanwhile; from here to the records nothing can come between.
    const { names } = planLaunch(order, settings, this.#names())
    const waiting = names.map((name) => recordIntent(this.#context, plan, name, place))
    let done = () => {}
    const over = new Promise<void>((resolve) => {
      done = resolve
    })
    for (const session of waiting) {
      this.#sessions.set(session.id, session)
      this.#opening.set(session, over)
    }
    const opened: Session[] = []
    try {
      for (const session of waiting) {
        await openSession(this.#context, session, place, plan.layout, terminalIds(opened))
        const { id, name, task, agent } = session.record
        this.#context.journal.add({ type: 'launched', session: id, name, task, agent })
        opened.push(session)
      }
    } catch (error) {
      this.#forgetUnopened(waiting.slice(opened.length), error)
      throw opened.length === 0 ? error : partlyOpened(opened, waiting.length, error)
    } finally {
      for (const session of waiting) this.#opening.delete(session)
      done()
    }
    try {
      await assertAlive(opened)
    } catch (error) {
      await Promise.all(opened.filter(diedAtOnce).map((session) => this.close(session, true)))
      throw error
    }
    await Promise.all(opened.map((session) => this.#start(session, order.trust === true)))
    return opened.map((session) => session.info())
  }

  /**
   * Starts the agent of an ended session again, in its conversation.
   *
   * @throws {OrchError} `usage` when there is nothing to continue; as {@link restart}.
   */
  async resume(
    session: Session,
    { env, force, tap }: StartOrder,
    terminal: () => Promise<Terminal>,
  ): Promise<SessionInfo> {
    this.#assertMayStart(session, { env, force })
    prepareResume(session, this.#context, env, tap)
    return this.#startAgain(session, env, terminal)
  }

  /** Starts the program again, in its place if the terminal still has it, else in a new tab. */
  async restart(
    session: Session,
    { env, force }: StartOrder,
    terminal: () => Promise<Terminal>,
  ): Promise<SessionInfo> {
    this.#assertMayStart(session, { env, force })
    renewConversation(session, this.#context.store)
    return this.#startAgain(session, env, terminal)
  }

  #assertMayStart({ record }: Session, order: StartOrder): void {
    if (order.force !== true) this.#context.gate?.assertMayStart(this.#accountOf(record, order.env))
  }

  /** A program that is started again without an environment gets none of ours: what was known of it stays. */
  #accountOf({ account, agent, command }: SessionRecord, env: StartOrder['env']): Account | undefined {
    return Object.keys(env).length === 0 ? account : accountIn(this.#context, { agent, command, env }).account
  }

  async #startAgain(
    session: Session,
    env: Readonly<Record<string, string>>,
    terminal: () => Promise<Terminal>,
  ): Promise<SessionInfo> {
    const place = session.terminal ?? (await terminal())
    const old = session.record.terminalSession
    const present = old !== undefined && (await place.list()).some(({ id }) => id === old)
    session.unwatch()
    if (Object.keys(env).length > 0) writeEnvironment(this.#context.store, session.id, env)
    const typedTask = session.record.typedTask === 'none' ? 'none' : 'pending'
    session.update({
      ...nextTap(wantsTap(this.#context, session.record, place.kind)),
      account: this.#accountOf(session.record, env),
      stage: 'opened',
      startedAt: new Date().toISOString(),
      exit: undefined,
      waitsFor: undefined,
      typedTask,
      terminal: place.kind,
      reported: [],
      seenThrough: undefined,
    })
    // Whatever the environment is: without its key the script would start no tap.
    writeTapKey(this.#context.store, session.record)
    session.setState({ state: 'starting', reason: 'it was started again', source: 'launch', evidence: '' })
    if (old !== undefined && present) {
      await place.restart(old)
      session.watch(place)
    } else {
      session.update({ seenThrough: 0, terminalSession: undefined })
      await openSession(this.#context, session, place, 'tabs', [])
    }
    await assertAlive([session])
    await this.#start(session, false)
    return session.info()
  }

  /** @throws {OrchError} `usage` for a name that is none, or that another session has. */
  async rename(session: Session, name: string): Promise<void> {
    assertName(name)
    if (this.list().some((other) => other.name === name && other.id !== session.id)) {
      throw new OrchError('usage', `There is already a session named "${name}".`, {
        hint: 'Choose another name.',
      })
    }
    await session.rename(name)
  }

  async close(session: Session, force: boolean): Promise<void> {
    // The terminal may be asked for it already: what it opens after the record is gone would be nobody's.
    await this.#opening.get(session)
    // It was not opened.
    if (this.#sessions.get(session.id) !== session) return
    await session.close(force)
    this.#sessions.delete(session.id)
  }

  /** A terminal is there (again): finds every session of its kind in it. */
  async adopt(terminal: Terminal): Promise<void> {
    const own = [...this.#sessions.values()].filter(
      (session) => session.record.terminal === terminal.kind && !this.#opening.has(session),
    )
    await adopt(terminal, own, this.#context)
    for (const session of own) {
      if (session.record.stage === 'opened' && session.record.typedTask === 'pending')
        void typeTask(session, this.#context)
    }
  }

  /**
   * The terminal is lost. `gone`: it has ended, and the programs in it with it; otherwise it may come back.
   * It is told again when more is known of why.
   */
  lost(kind: TerminalKind, gone: boolean, why = ''): void {
    const because = why === '' ? '' : ` (${why.replace(/\.$/u, '')})`
    for (const session of this.#sessions.values()) {
      if (session.record.terminal !== kind) continue
      session.lost(`terminal lost: there is no connection to it now${because}`)
      if (gone) session.end('terminal lost: it ended, and the program with it')
    }
  }

  /** The program of this terminal session may have ended. */
  async onSessionEnded(terminal: Terminal, terminalSession: string): Promise<void> {
    const session = [...this.#sessions.values()].find(
      ({ record }) => record.terminal === terminal.kind && record.terminalSession === terminalSession,
    )
    try {
      await session?.checkEnded()
    } catch (error) {
      this.#context.log.warn({ error: errorMessage(error) }, 'could not see whether a program has ended')
    }
  }

  /** What a hook has reported, of an agent that was launched here. */
  hook(signal: HookSignal): void {
    if (signal.session !== undefined) this.#sessions.get(signal.session)?.hook(signal)
  }

  /** Stops watching; the programs go on. */
  stop(): void {
    for (const session of this.#sessions.values()) session.unwatch()
  }

  #names(): string[] {
    return [...this.#sessions.values()].map(({ name }) => name)
  }

  /**
   * After a time-out the terminal may still open the first of them, so its record stays and is settled by
   * `adopt`; it was never asked for the others.
   */
  #forgetUnopened(sessions: readonly Session[], error: unknown): void {
    const mayStillOpen = error instanceof OrchError && error.code === 'timeout'
    for (const session of mayStillOpen ? sessions.slice(1) : sessions) {
      this.#sessions.delete(session.id)
      this.#context.store.remove(session.id)
    }
  }

  /** Waits until the agent is ready, and gives it its task; one that asks first gets the task later. */
  async #start(session: Session, trust: boolean): Promise<void> {
    const { log } = this.#context
    try {
      const boxed = profileOf(this.#context.profiles, session.record).profile.inputBox !== undefined
      const readiness = boxed ? await makeReady(session, trust) : 'ready'
      const typing = session.record.typedTask === 'pending' ? typeTask(session, this.#context) : undefined
      if (readiness === 'ready') await typing
    } catch (error) {
      log.warn(
        { error: errorMessage(error), session: session.id },
        'could not see whether the agent is ready',
      )
    }
  }
}

/** Those that were opened stay; whoever launched must know which they are. */
function partlyOpened(opened: readonly Session[], wanted: number, error: unknown): OrchError {
  const names = opened.map(({ name }) => name).join(', ')
  const known = error instanceof OrchError ? error : undefined
  return new OrchError(
    known?.code ?? 'launch-failed',
    `Only ${opened.length} of ${wanted} sessions were opened (${names}): ${errorMessage(error)}`,
    {
      hint: `${known?.hint ? `${known.hint} ` : ''}Those that were opened go on; close them with \`iterm-orch close\`.`,
      details: { ...known?.details, opened: opened.map((session) => session.info()) },
      cause: error,
    },
  )
}

function terminalIds(sessions: readonly Session[]): string[] {
  return sessions.flatMap(({ record }) => record.terminalSession ?? [])
}

function diedAtOnce({ record }: Session): boolean {
  return record.exit !== undefined && record.exit.code !== 0
}
