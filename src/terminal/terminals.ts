/** Chooses the terminal, connects to it, and starts the embedded host when it is needed. */
import { readFileSync } from 'node:fs'
import { EventEmitter } from 'eventemitter3'
import { Client } from '../iterm2/client.ts'
import type { ConnectionReport } from '../iterm2/connection-state.ts'
import { Iterm2Error } from '../iterm2/errors.ts'
import { probeIterm2 } from '../iterm2/probe.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { ApiTerminal } from './api-terminal.ts'
import { chooseTerminal, type TerminalChoice, type TerminalWish } from './choose-terminal.ts'
import { isListening } from './is-listening.ts'
import type { Terminal, TerminalKind, TerminalStatus } from './terminal.ts'

export interface TerminalsOptions {
  home: Home
  /** From `ITERM_ORCH_TERMINAL` or the configuration. */
  wish: TerminalWish
  /** Starts the embedded host and resolves when it listens; safe to call when it runs. */
  startHost(): Promise<void>
  platform?: NodeJS.Platform
}

export interface TerminalsEvents {
  /** A terminal is connected for the first time, or again after its loss. */
  connected: [terminal: Terminal]
  /** `gone`: nothing listens any more, so its sessions ended with it (the embedded host only). */
  lost: [kind: TerminalKind, status: TerminalStatus, gone: boolean]
}

/** The terminals of this machine: at most one connection to each kind. */
export class Terminals extends EventEmitter<TerminalsEvents> {
  /** Which one new sessions shall be in. */
  wish: TerminalWish
  readonly #options: TerminalsOptions
  readonly #connected = new Map<TerminalKind, ApiTerminal>()
  readonly #connecting = new Map<TerminalKind, Promise<Terminal>>()
  #closed = false

  constructor(options: TerminalsOptions) {
    super()
    this.#options = options
    this.wish = options.wish
  }

  /** Which terminal a launch would use now, and why. */
  async choose(): Promise<TerminalChoice> {
    const { wish } = this
    const { platform = process.platform } = this.#options
    if (this.#connected.get('iterm2')?.status().state === 'connected' && wish !== 'host') {
      return {
        kind: 'iterm2',
        why: 'iTerm2 is connected.',
        iterm2: { state: 'connected', reason: '', fix: '' },
      }
    }
    const report = wish === 'host' ? undefined : await probeIterm2({ platform })
    return chooseTerminal(wish, platform, report)
  }

  /** The state of the terminal that a launch would use. */
  async status(): Promise<TerminalStatus> {
    const choice = await this.choose()
    const connected = this.#connected.get(choice.kind)
    if (connected) return { ...connected.status(), why: choice.why }
    if (choice.kind === 'iterm2') {
      const { state, fix } = choice.iterm2 ?? { state: 'disconnected', fix: '' }
      return { kind: 'iterm2', state, why: choice.why, fix }
    }
    const { hostSocket } = this.#options.home
    const running = await isListening(hostSocket)
    return {
      kind: 'host',
      state: running ? 'disconnected' : 'not-running',
      why: choice.why,
      socket: hostSocket,
      ...(running ? {} : { fix: 'The next launch starts it.' }),
    }
  }

  /** The connected terminal for new sessions; the embedded host is started when it does not run. */
  async forLaunch(): Promise<Terminal> {
    const choice = await this.choose()
    if (choice.kind === 'host' && !(await isListening(this.#options.home.hostSocket))) {
      await this.#dropDead()
      await this.#startHost()
    }
    return this.connect(choice.kind, choice.why)
  }

  /** The terminal if it can be reached without starting anything. */
  async ifRunning(kind: TerminalKind): Promise<Terminal | undefined> {
    if (kind === 'host') {
      if (!(await isListening(this.#options.home.hostSocket))) return undefined
    } else {
      const { state } = await probeIterm2({ platform: this.#options.platform ?? process.platform })
      if (state !== 'disconnected' && state !== 'connected') return undefined
    }
    return this.connect(kind, 'It holds sessions of an earlier launch.')
  }

  /** @throws {OrchError} `terminal-unavailable`. */
  async connect(kind: TerminalKind, why: string): Promise<Terminal> {
    const present = this.#connected.get(kind)
    if (present?.status().state === 'connected') return present
    const pending = this.#connecting.get(kind)
    if (pending) return pending
    const connecting = this.#connect(kind, why).finally(() => this.#connecting.delete(kind))
    this.#connecting.set(kind, connecting)
    return connecting
  }

  async close(): Promise<void> {
    this.#closed = true
    const all = [...this.#connected.values()]
    this.#connected.clear()
    await Promise.all(all.map((terminal) => terminal.disconnect()))
  }

  async #connect(kind: TerminalKind, why: string): Promise<Terminal> {
    await this.#connected.get(kind)?.disconnect()
    const { home } = this.#options
    const socket = kind === 'host' ? home.hostSocket : undefined
    const client =
      kind === 'host'
        ? new Client({ socketPath: home.hostSocket, cookie: () => readHostCookie(home) })
        : new Client({ platform: this.#options.platform ?? process.platform })
    const terminal = new ApiTerminal(client, kind, why, socket)
    try {
      await client.connect()
      await terminal.start()
    } catch (error) {
      const report = client.report
      await client.close()
      throw unavailable(kind, report, error)
    }
    this.#connected.set(kind, terminal)
    terminal.on('lost', (status) => void this.#lost(terminal, status))
    terminal.on('returned', () => this.emit('connected', terminal))
    this.emit('connected', terminal)
    return terminal
  }

  async #lost(terminal: ApiTerminal, status: TerminalStatus): Promise<void> {
    if (this.#closed || this.#connected.get(terminal.kind) !== terminal) return
    const gone = terminal.kind === 'host' && !(await isListening(this.#options.home.hostSocket))
    if (gone) await this.#drop(terminal)
    this.emit('lost', terminal.kind, status, gone)
  }

  /** A host that died without our having noticed yet. */
  async #dropDead(): Promise<void> {
    const terminal = this.#connected.get('host')
    if (terminal) await this.#lost(terminal, terminal.status())
  }

  async #drop(terminal: ApiTerminal): Promise<void> {
    this.#connected.delete(terminal.kind)
    await terminal.disconnect()
  }

  async #startHost(): Promise<void> {
    try {
      await this.#options.startHost()
    } catch (error) {
      if (error instanceof OrchError) throw error
      throw new OrchError('terminal-unavailable', `The embedded host did not start: ${errorMessage(error)}`, {
        hint: 'Run `iterm-orch host run` to see why.',
        cause: error,
      })
    }
  }
}

function readHostCookie(home: Home): string {
  return readFileSync(home.hostCookie, 'utf8').trim()
}

function unavailable(kind: TerminalKind, report: ConnectionReport, error: unknown): OrchError {
  const name = kind === 'iterm2' ? 'iTerm2' : 'The embedded host'
  const known = error instanceof Iterm2Error || error instanceof OrchError
  const reason = known ? error.message : errorMessage(error)
  return new OrchError('terminal-unavailable', `${name} cannot be used (${report.state}): ${reason}`, {
    hint: report.fix || 'Run `iterm-orch doctor`.',
    details: { terminal: kind, state: report.state },
    cause: error,
  })
}
