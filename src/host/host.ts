/** The embedded host without its socket: the sessions, where they are shown, and what happens to them. */
import { EventEmitter } from 'eventemitter3'
import { errorMessage } from '../lib/errors.ts'
import { newUuid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { FocusChangedNotification } from '../messages/iterm2.ts'
import { Layout } from './layout/layout.ts'
import type { Profile } from './profiles/profile-keys.ts'
import type { SessionProfiles } from './profiles/session-profiles.ts'
import { type LaunchPlan, planLaunch, SessionPlanError } from './session-launch.ts'
import type { CreateHostSession, HostSession } from './session-types.ts'

export interface HostEvents {
  /** A session was made. Comes before the layout that shows it. */
  'new-session': [session: HostSession]
  /** The program of a session ended, or the session was closed; both may come for one session. */
  'terminate-session': [id: string]
  /** The session is gone for good: forget what is kept for it. */
  'session-closed': [id: string]
  /** Windows, tabs, panes or sizes changed: at most once per turn of the event loop, less often when telling is slow. */
  layout: []
  /** The focus moved. Comes behind the layout of the same turn. */
  focus: [event: FocusChangedNotification]
}

/** Where a new session is shown. */
export type SessionPlacement =
  | { kind: 'window'; select: boolean }
  | { kind: 'tab'; windowId: string; select: boolean }
  | { kind: 'split'; target: string; vertical: boolean; before: boolean; select: boolean }

export interface SessionOrder {
  /** Guid of the stored profile. */
  profile: string
  /** Keys that are different for this session. */
  changes?: Profile
  placement: SessionPlacement
}

export interface HostDependencies {
  createSession: CreateHostSession
  profiles: SessionProfiles
  /** Evaluates an interpolated string, such as the command of a profile, for a session that is not there yet. */
  interpolate(template: string): Promise<string>
  /** Environment from which the one of the sessions is made. */
  env: NodeJS.ProcessEnv
  /** Credentials for the programs in a session, as environment variables; nothing by default. */
  credentials?(sessionId: string): Record<string, string>
  log: Logger
}

/** So many times as long as the telling of the last changes took, no others are told: listing a thousand sessions takes a while. */
const restAfterTelling = 9

export class Host extends EventEmitter<HostEvents> {
  readonly layout = new Layout()
  readonly #deps: HostDependencies
  readonly #sessions = new Map<string, HostSession>()
  /** Sessions that were closed and whose programs have not ended yet. */
  readonly #ending = new Set<Promise<void>>()
  #layoutChanged = false
  #focusEvents: FocusChangedNotification[] = []
  #flushScheduled = false
  /** When changes may be told again, by the clock of `performance`. */
  #restsUntil = 0

  constructor(deps: HostDependencies) {
    super()
    this.#deps = deps
    this.layout.on('change', () => {
      this.#layoutChanged = true
      this.#scheduleFlush()
    })
    this.layout.on('focus', (event) => {
      this.#focusEvents.push(event)
      this.#scheduleFlush()
    })
    this.layout.on('pane-size', (id, columns, rows) => this.#sessions.get(id)?.resize(columns, rows))
  }

  /** Every session, buried and exited ones included. */
  get sessions(): HostSession[] {
    return [...this.#sessions.values()]
  }

  /** A session by its id or `active`; buried ones too. */
  find(id: string): HostSession | undefined {
    return this.#sessions.get(id === 'active' ? (this.layout.activeSession ?? '') : id)
  }

  /** The sessions that an id means, `active` and `all` included; undefined when there is none such. */
  resolve(id: string): HostSession[] | undefined {
    if (id === 'all') return this.layout.shownSessions.flatMap((shown) => this.#sessions.get(shown) ?? [])
    const session = this.find(id)
    return session && [session]
  }

  /**
   * Opens a session, running its program. Undefined when there is no room at the wanted place, or the
   * place is gone.
   * @throws {SessionPlanError} when the profile does not say how to start it.
   */
  async openSession(order: SessionOrder): Promise<HostSession | undefined> {
    const { profiles, interpolate, env } = this.#deps
    const id = newUuid()
    const profile = profiles.assign(id, order.profile, order.changes)
    try {
      const recycle = this.find('active')?.variable('path')
      const plan = await planLaunch(profile, { interpolate, env, changes: order.changes ?? {}, recycle })
      const session = this.#startSession(id, plan, order.placement)
      if (!session) profiles.forget(id)
      return session
    } catch (error) {
      profiles.forget(id)
      throw error
    }
  }

  /** Closes a session and ends its program; nobody is asked. False when there is no such session. */
  closeSession(id: string): boolean {
    const session = this.#sessions.get(id)
    if (!session) return false
    this.#sessions.delete(id)
    this.layout.detach(id)
    this.emit('terminate-session', id)
    this.emit('session-closed', id)
    this.#deps.profiles.forget(id)
    const ended = this.#end(session)
    this.#ending.add(ended)
    void ended.finally(() => this.#ending.delete(ended))
    return true
  }

  /** Closes every session and waits until their programs are gone. */
  async close(): Promise<void> {
    for (const id of this.#sessions.keys()) this.closeSession(id)
    await Promise.all(this.#ending)
    this.removeAllListeners()
  }

  #startSession(id: string, plan: LaunchPlan, placement: SessionPlacement): HostSession | undefined {
    if (!this.#place(id, plan, placement)) return undefined
    const pane = this.layout.paneOf(id)
    const place = this.layout.locate(id)
    if (!pane || !place) return undefined
    const { columns, rows } = pane
    const position = { window: place.window.number, tab: place.window.tabs.indexOf(place.tab) }
    const env = { ...plan.environment(id, position), ...this.#deps.credentials?.(id) }
    const { argv, cwd, scrollback } = plan
    let session: HostSession
    try {
      session = this.#deps.createSession({ id, ...(argv && { argv }), cwd, env, columns, rows, scrollback })
    } catch (error) {
      this.layout.detach(id)
      throw new SessionPlanError(errorMessage(error))
    }
    this.#sessions.set(id, session)
    session.on('exit', () => this.#sessionExited(session))
    this.emit('new-session', session)
    if (plan.initialText) void session.write(`${plan.initialText}\r`)
    return session
  }

  #place(id: string, plan: LaunchPlan, placement: SessionPlacement): boolean {
    if (placement.kind === 'window') {
      this.layout.openWindow(id, plan.size, placement.select)
      return true
    }
    if (placement.kind === 'split')
      return this.layout.splitPane(placement.target, id, placement, placement.select)
    const window = this.layout.findWindow(placement.windowId)
    if (window) this.layout.openTab(window, id, placement.select)
    return window !== undefined
  }

  #sessionExited(session: HostSession): void {
    // A closed session has been reported already.
    if (this.#sessions.get(session.id) !== session) return
    this.emit('terminate-session', session.id)
    if (this.#deps.profiles.of(session.id)['Close Sessions On End'] === true) this.closeSession(session.id)
  }

  async #end(session: HostSession): Promise<void> {
    try {
      await session.terminate()
      session.dispose()
    } catch (error) {
      this.#deps.log.error({ session: session.id, problem: errorMessage(error) }, 'could not end a session')
    }
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    const rest = this.#restsUntil - performance.now()
    if (rest > 0) setTimeout(() => this.#flush(), rest)
    else setImmediate(() => this.#flush())
  }

  /** A tab or session that was closed meanwhile must not be announced: clients would look for it. */
  #flush(): void {
    this.#flushScheduled = false
    const start = performance.now()
    const events = this.#focusEvents
    this.#focusEvents = []
    if (this.#layoutChanged) {
      this.#layoutChanged = false
      this.emit('layout')
    }
    for (const event of events) {
      if (event.selectedTab !== undefined && !this.layout.findTab(event.selectedTab)) continue
      if (event.session !== undefined && !this.layout.locate(event.session)) continue
      this.emit('focus', event)
    }
    const end = performance.now()
    this.#restsUntil = end + restAfterTelling * (end - start)
  }
}
