/** Takes the reports of hooks, from the socket and from files, and hands on each signal once. */
import { mkdirSync } from 'node:fs'
import { type FSWatcher, watch } from 'chokidar'
import { EventEmitter } from 'eventemitter3'
import { type HookReport, HookReport as Report, readHookReport } from './hook-event.ts'
import { drainHookFiles } from './hook-files.ts'
import type { HookSignal } from './hook-signal.ts'

/** So many ids are remembered; a report arrives twice within a second, or at the next start. */
const rememberedIds = 2_000
/** So many sessions' conversations are remembered. */
const rememberedSessions = 1_000

interface HookInboxEvents {
  signal: [signal: HookSignal]
  /** Files that are no reports were set aside; how many. */
  broken: [count: number]
}

export class HookInbox extends EventEmitter<HookInboxEvents> {
  readonly #directory: string
  readonly #seen = new Set<string>()
  /** The conversation that a session's own events speak of. */
  readonly #conversations = new Map<string, string>()
  #watcher: FSWatcher | undefined

  /** @param directory where hooks leave files when no service answers */
  constructor(directory: string) {
    super()
    this.#directory = directory
  }

  /** Takes what waits, and from now on every file that is left. */
  start(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    this.#watcher = watch(this.#directory, { depth: 0, ignoreInitial: true }).on('add', (path) => {
      if (path.endsWith('.json')) this.drain()
    })
    this.drain()
    // What was left between the first look and the beginning of the watch.
    this.#watcher.once('ready', () => this.drain())
  }

  async stop(): Promise<void> {
    await this.#watcher?.close()
  }

  /** Takes every file that waits. */
  drain(): void {
    const { broken } = drainHookFiles(this.#directory, (value) => {
      const parsed = Report.safeParse(value)
      if (parsed.success) this.take(parsed.data)
      return parsed.success
    })
    if (broken > 0) this.emit('broken', broken)
  }

  /** Takes one report; the second of the same id is none. */
  take(report: HookReport): void {
    if (this.#seen.has(report.id)) return
    this.emit('signal', this.#ofThisConversation(readHookReport(report)))
    // Only now: one that could not be written down comes again, as a file.
    remember(this.#seen, report.id)
  }

  /** Codex calls `notify` for its helpers, too: another thread's end is not this session's. */
  #ofThisConversation(signal: HookSignal): HookSignal {
    const { session, conversationId, event } = signal
    if (session === undefined || conversationId === undefined) return signal
    if (event !== 'agent-turn-complete') {
      this.#conversations.delete(session)
      this.#conversations.set(session, conversationId)
      const [oldest] = this.#conversations.keys()
      if (this.#conversations.size > rememberedSessions && oldest !== undefined)
        this.#conversations.delete(oldest)
      return signal
    }
    const own = this.#conversations.get(session)
    return own === undefined || own === conversationId
      ? signal
      : { ...signal, state: undefined, subagent: conversationId, conversationId: own }
  }
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id)
  const [oldest] = seen
  if (seen.size > rememberedIds && oldest !== undefined) seen.delete(oldest)
}
