// A host whose sessions have no program: tests say what the program would have caused. Everything else is real.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventEmitter } from 'eventemitter3'
import { expect, vi } from 'vitest'
import type { HostConnection } from '../../src/host/handler.ts'
import { Host, type SessionPlacement } from '../../src/host/host.ts'
import type { Profile } from '../../src/host/profiles/profile-keys.ts'
import { openProfileStore } from '../../src/host/profiles/profile-store.ts'
import { SessionProfiles } from '../../src/host/profiles/session-profiles.ts'
import { createScripting } from '../../src/host/scripting/scripting.ts'
import type {
  HostSession,
  HostSessionEvents,
  SessionSpec,
  VariableValue,
} from '../../src/host/session-types.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import type { LineContents, Notification, NotificationRequest } from '../../src/messages/iterm2.ts'

export class MemorySession extends EventEmitter<HostSessionEvents> implements HostSession {
  readonly id: string
  readonly spec: SessionSpec
  columns: number
  rows: number
  readonly exited = false
  readonly tty = '/dev/none'
  readonly pid = 1
  lines: LineContents[] = []
  /** How many watch the process table now. */
  watchers = 0
  readonly #values = new Map<string, VariableValue>()

  constructor(spec: SessionSpec) {
    super()
    this.id = spec.id
    this.spec = spec
    this.columns = spec.columns
    this.rows = spec.rows
  }

  /** What its program, or the process table, would have changed. */
  set(name: string, value: VariableValue): void {
    this.#values.set(name, value)
    this.emit('variable', name, value)
  }

  variable = (name: string) => this.#values.get(name) ?? null
  variables = () => Object.fromEntries(this.#values)
  sampleProcess = async () => {}
  watchProcess = () => {
    this.watchers += 1
    return () => {
      this.watchers -= 1
    }
  }
  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.emit('resize', columns, rows)
  }
  readLines = ({ startY, endY }: { startY: number; endY: number }) => this.lines.slice(startY, endY + 1)
  lineInfo = () => ({ overflow: 0, history: 0, grid: this.rows })
  cursor = () => ({ x: 0, y: 0 })
  write = async () => true
  feed = async () => {}
  freeze = () => {}
  thaw = () => {}
  promptIds = () => []
  prompt = () => undefined
  terminate = async () => {}
  restart = async () => {}
  dispose = () => {}
}

export class TestConnection implements HostConnection {
  readonly id = 1
  closed = false
  readonly received: Notification[] = []
  readonly #listeners: Array<() => void> = []

  notify(notification: Notification): void {
    this.received.push(notification)
  }

  onClose(listener: () => void): void {
    if (this.closed) listener()
    else this.#listeners.push(listener)
  }

  close(): void {
    this.closed = true
    for (const listener of this.#listeners) listener()
  }

  /** Waits until that many notifications came, and gives them all. */
  async expect(count: number): Promise<Notification[]> {
    await vi.waitFor(() => expect(this.received.length).toBeGreaterThanOrEqual(count), {
      interval: 1,
      timeout: 10_000,
    })
    return this.received
  }
}

export function startMemoryHost(directory = mkdtempSync(join(process.env['HOME'] ?? tmpdir(), 'host-'))) {
  const log = silentLogger()
  const profiles = openProfileStore(join(directory, 'host-profiles.json'), log)
  const sessionProfiles = new SessionProfiles(profiles)
  const host = new Host({
    createSession: (spec) => new MemorySession(spec),
    profiles: sessionProfiles,
    interpolate: (template) => scripting.interpolate(template),
    env: process.env,
    log,
  })
  const scripting = createScripting({ host, profiles, sessionProfiles, stateDirectory: directory, log })
  const connection = new TestConnection()
  return {
    directory,
    host,
    profiles,
    sessionProfiles,
    scripting,
    connection,
    handlers: scripting.handlers,
    async open(placement: SessionPlacement = { kind: 'window', select: true }, changes: Profile = {}) {
      const profile = String(profiles.defaultProfile['Guid'])
      const session = await host.openSession({ profile, changes, placement })
      if (!(session instanceof MemorySession)) throw new Error('no room for the session')
      return session
    },
    tabOf: (session: string) => String(host.layout.locate(session)?.tab.id),
    windowOf: (session: string) => String(host.layout.locate(session)?.window.id),
    subscribe: (request: NotificationRequest, to = connection) =>
      scripting.subscribe({ subscribe: true, ...request }, to),
  }
}

export type MemoryHost = ReturnType<typeof startMemoryHost>

/** Lets everything happen that the current turn of the event loop has set off. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
