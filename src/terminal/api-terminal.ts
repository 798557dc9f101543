/** The port over the iTerm2 API. One adapter for iTerm2 and for the embedded host, which speaks it too. */
import { EventEmitter } from 'eventemitter3'
import { call, requireOk } from '../iterm2/call.ts'
import type { Client } from '../iterm2/client.ts'
import type { ConnectionReport } from '../iterm2/connection-state.ts'
import type { JsonValue } from '../iterm2/json.ts'
import { parseJson } from '../iterm2/json-values.ts'
import { getVariable } from '../iterm2/objects/variables.ts'
import { readLines, readScreen, readTrailing } from '../iterm2/screen/read.ts'
import type { Screen } from '../iterm2/screen/screen.ts'
import { streamScreen } from '../iterm2/screen/stream.ts'
import { invocation } from '../iterm2/scripting/invocation.ts'
import { invokeFunction } from '../iterm2/scripting/invoke.ts'
import {
  ActivateResponseStatus,
  CloseResponseStatus,
  type ListSessionsResponse,
  Modifiers,
  RestartSessionResponseStatus,
  SendTextResponseStatus,
  SetPropertyResponseStatus,
  VariableScope,
} from '../messages/iterm2.ts'
import { translated } from './api-error.ts'
import { openSession } from './open-session.ts'
import { apiLooks, type SessionLooks } from './session-looks.ts'
import { sessionsOf } from './session-tree.ts'
import type {
  OpenRequest,
  Picture,
  Terminal,
  TerminalEvents,
  TerminalKind,
  TerminalSession,
  TerminalStatus,
} from './terminal.ts'

/** Between two looks for somebody who watches: hidden tabs and spinners are told of now and then only. */
const watchedMs = 100
/** Width and height of a session whose size the terminal has not told yet. */
const usualSize = { columns: 80, rows: 24 }

export class ApiTerminal extends EventEmitter<TerminalEvents> implements Terminal {
  readonly kind: TerminalKind
  readonly #client: Client
  readonly #why: string
  readonly #socket: string | undefined
  #sizes = new Map<string, { columns: number; rows: number }>()

  constructor(client: Client, kind: TerminalKind, why: string, socket?: string) {
    super()
    this.#client = client
    this.kind = kind
    this.#why = why
    this.#socket = socket
  }

  /** Begins to follow the terminal; the client is connected. */
  async start(): Promise<void> {
    this.#client.on('state', (report: ConnectionReport) => {
      if (report.state !== 'connected') this.emit('lost', this.status())
    })
    this.#client.on('reconnected', () => this.emit('returned', this.status()))
    await translated(this.kind, 'follow the terminal', async () => {
      await this.#client.subscribe({ type: 'terminate-session' }, (notification) => {
        const session = notification.terminateSessionNotification?.sessionId
        if (session !== undefined) this.emit('session-ended', session)
      })
      await this.#client.subscribe({ type: 'layout-change' }, (notification) => {
        const tree = notification.layoutChangedNotification?.listSessionsResponse
        if (tree) this.#remember(tree)
      })
      this.#remember(await call(this.#client, 'listSessions', {}))
    })
  }

  status(): TerminalStatus {
    const { state, reason, fix } = this.#client.report
    const { major, minor } = this.#client.protocolVersion
    return {
      kind: this.kind,
      state,
      why: state === 'connected' ? this.#why : reason,
      ...(fix === '' ? {} : { fix }),
      ...(this.#socket === undefined ? {} : { socket: this.#socket }),
      ...(major === 0 && minor === 0 ? {} : { protocolVersion: `${major}.${minor}` }),
    }
  }

  open(request: OpenRequest): Promise<string> {
    return translated(this.kind, 'open a session', () => openSession(this.#client, request))
  }

  async list(): Promise<TerminalSession[]> {
    return translated(this.kind, 'list the sessions', async () => {
      const tree = await call(this.#client, 'listSessions', {})
      this.#remember(tree)
      return sessionsOf(tree)
    })
  }

  openedWith(session: string): Promise<string | undefined> {
    return translated(this.kind, 'read how the session was opened', async () => {
      const reply = await call(this.#client, 'getProfileProperty', { session, keys: ['Command'] })
      const found = reply.properties?.find((candidate) => candidate.key === 'Command')
      const value = found ? parseJson(found.jsonValue) : undefined
      return typeof value === 'string' ? value : undefined
    })
  }

  readScreen(session: string): Promise<Picture> {
    return translated(this.kind, 'read the screen', async () =>
      this.#picture(session, await readScreen(this.#client, session)),
    )
  }

  readLines(session: string, first: number, count: number): Promise<Picture> {
    return translated(this.kind, 'read the history', async () =>
      this.#picture(session, await readLines(this.#client, session, first, count)),
    )
  }

  readTrailing(session: string, count: number): Promise<Picture> {
    return translated(this.kind, 'read the history', async () =>
      this.#picture(session, await readTrailing(this.#client, session, count)),
    )
  }

  async *screens(
    session: string,
    signal: AbortSignal,
    pacing?: (look: () => void) => void,
  ): AsyncGenerator<Picture, void, void> {
    if (signal.aborted) return
    const stream = await translated(this.kind, 'watch the screen', () =>
      streamScreen(this.#client, session, pacing),
    )
    const close = () => void stream.close()
    signal.addEventListener('abort', close)
    if (!pacing) stream.poll(watchedMs)
    try {
      if (signal.aborted) return
      for await (const screen of stream) yield this.#picture(session, screen)
    } finally {
      signal.removeEventListener('abort', close)
      await stream.close()
    }
  }

  sendText(session: string, text: string): Promise<void> {
    return translated(this.kind, 'type into the session', async () => {
      const reply = await call(this.#client, 'sendText', { session, text, suppressBroadcast: true })
      requireOk('type into the session', reply.status, SendTextResponseStatus)
    })
  }

  /** Typing nothing does nothing, but is refused for a session that has ended. */
  isAlive(session: string): Promise<boolean> {
    return translated(this.kind, 'see whether the session runs', async () => {
      const reply = await call(this.#client, 'sendText', { session, text: '', suppressBroadcast: true })
      if (reply.status === SendTextResponseStatus.SESSION_NOT_FOUND) return false
      requireOk('see whether the session runs', reply.status, SendTextResponseStatus)
      return true
    })
  }

  variable(session: string, name: string): Promise<JsonValue> {
    return translated(this.kind, `read the variable ${name}`, () =>
      getVariable(this.#client, { session }, name),
    )
  }

  watchVariable(
    session: string,
    name: string,
    handler: (value: JsonValue) => void,
  ): Promise<() => Promise<void>> {
    const subscription = {
      type: 'variable-change' as const,
      scope: VariableScope.SESSION,
      identifier: session,
      name,
    }
    return translated(this.kind, `watch the variable ${name}`, () =>
      this.#client.subscribe(subscription, (notification) => {
        handler(parseJson(notification.variableChangedNotification?.jsonNewValue))
      }),
    )
  }

  watchEscapes(
    session: string,
    handler: (identity: string, payload: string) => void,
  ): Promise<() => Promise<void>> {
    return translated(this.kind, 'watch the custom escape sequences', () =>
      this.#client.subscribe({ type: 'custom-escape-sequence', session }, (notification) => {
        const { senderIdentity, payload } = notification.customEscapeSequenceNotification ?? {}
        if (senderIdentity !== undefined && payload !== undefined) handler(senderIdentity, payload)
      }),
    )
  }

  watchMarks(session: string, handler: (mark: 'A' | 'C' | 'D') => void): Promise<() => Promise<void>> {
    return translated(this.kind, 'watch the prompts', () =>
      this.#client.subscribe({ type: 'prompt', session }, (notification) => {
        const { prompt, commandStart, commandEnd } = notification.promptNotification ?? {}
        if (prompt) handler('A')
        else if (commandStart) handler('C')
        else if (commandEnd) handler('D')
      }),
    )
  }

  watchKeys(session: string, handler: () => void): Promise<() => Promise<void>> {
    return translated(this.kind, 'watch the keyboard', () =>
      this.#client.subscribe({ type: 'keystroke', session }, ({ keystrokeNotification: key }) => {
        // A shortcut is for the terminal, not for the program.
        if (key && !key.modifiers?.includes(Modifiers.COMMAND)) handler()
      }),
    )
  }

  looks(session: string): SessionLooks {
    return apiLooks(this.#client, this.kind, session)
  }

  activate(session: string): Promise<void> {
    return translated(this.kind, 'bring the session to the front', async () => {
      const reply = await call(this.#client, 'activate', {
        sessionId: session,
        orderWindowFront: true,
        selectTab: true,
        selectSession: true,
        activateApp: { raiseAllWindows: false, ignoringOtherApps: true },
      })
      requireOk('bring the session to the front', reply.status, ActivateResponseStatus)
    })
  }

  close(session: string, force: boolean): Promise<void> {
    return translated(this.kind, 'close the session', async () => {
      const reply = await call(this.#client, 'close', { sessions: { sessionIds: [session] }, force })
      const status = reply.statuses?.[0]
      if (status === CloseResponseStatus.NOT_FOUND) return
      requireOk('close the session', status, CloseResponseStatus)
    })
  }

  rename(session: string, name: string): Promise<void> {
    return translated(this.kind, 'rename the session', async () => {
      await invokeFunction(this.#client, { method: session }, invocation('iterm2.set_name', { name }))
    })
  }

  restart(session: string): Promise<void> {
    return translated(this.kind, 'restart the session', async () => {
      const reply = await call(this.#client, 'restartSession', { sessionId: session, onlyIfExited: false })
      requireOk('restart the session', reply.status, RestartSessionResponseStatus)
    })
  }

  resize(session: string, columns: number, rows: number): Promise<void> {
    return translated(this.kind, 'resize the session', async () => {
      const reply = await call(this.#client, 'setProperty', {
        sessionId: session,
        name: 'grid_size',
        jsonValue: JSON.stringify({ width: columns, height: rows }),
      })
      requireOk('resize the session', reply.status, SetPropertyResponseStatus)
    })
  }

  async disconnect(): Promise<void> {
    this.removeAllListeners()
    await this.#client.close()
  }

  #remember(tree: ListSessionsResponse): void {
    this.#sizes = new Map(
      sessionsOf(tree).map(({ id, columns, rows }) => [
        id,
        { columns: columns ?? usualSize.columns, rows: rows ?? usualSize.rows },
      ]),
    )
  }

  #picture(session: string, screen: Screen): Picture {
    const { columns, rows } = this.#sizes.get(session) ?? usualSize
    return { first: screen.first, columns, rows, lines: screen.lines, cursor: screen.cursor }
  }
}
