/** One session with a real agent: what a person would do to it, through the service. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AnswerResponse, OrchEvent, SessionInfo } from '../../../src/service/api.ts'
import type { ServiceClient } from '../../../src/service/client.ts'
import type { Turn } from '../model-server/dialect.ts'
import type { ModelServer } from '../model-server/server.ts'
import type { EventLog } from '../running-service.ts'
import type { AgentHome } from './agent-home.ts'

/** Longest wait for what an agent does next; it takes 1 s to start and answers at once. */
const patienceMs = 20_000

/** Where Claude Code, Codex and Gemini keep their conversations. */
const transcriptPath = /^(\.claude\/projects\/.*|\.codex\/sessions\/.*|\.gemini\/tmp\/.*\/chats\/.*)\.jsonl?$/

export class AgentSession {
  readonly id: string
  readonly home: AgentHome
  readonly #client: ServiceClient
  readonly #events: EventLog
  /** How many events {@link blocked} has looked at. */
  #looked = 0

  constructor(client: ServiceClient, events: EventLog, id: string, home: AgentHome) {
    this.#client = client
    this.#events = events
    this.id = id
    this.home = home
  }

  info(): Promise<SessionInfo> {
    return this.#client.session(this.id)
  }

  /** The next blocker of this session, not one that was waited for before. */
  blocked(): Promise<Extract<OrchEvent, { type: 'blocker' }>> {
    return this.#inTime('be blocked', async () => {
      const { seen } = this.#events
      const event = await this.#events.until(
        (candidate) =>
          candidate.type === 'blocker' && this.#isMine(candidate) && seen.indexOf(candidate) >= this.#looked,
      )
      if (event.type !== 'blocker') throw new Error('not a blocker')
      this.#looked = seen.indexOf(event) + 1
      return event
    })
  }

  /** The texts of all blockers that were noticed so far. */
  blockers(): string[] {
    return this.#events.seen.flatMap((event) =>
      event.type === 'blocker' && this.#isMine(event) ? [event.blocker.text] : [],
    )
  }

  /** Waits until the session is in the state, which it may be in already. */
  until(state: SessionInfo['state']): Promise<SessionInfo> {
    return this.#inTime(`be ${state}`, async () => {
      for (;;) {
        const count = this.#events.seen.length
        const info = await this.info()
        if (info.state === state) return info
        await this.#events.until((event) => this.#events.seen.indexOf(event) >= count && this.#isMine(event))
      }
    })
  }

  /** The screen when it shows the text. */
  shows(text: string | RegExp): Promise<string> {
    return this.#inTime(`show ${text}`, async (signal) => {
      for await (const frame of this.#client.frames(this.id, signal)) {
        const screen = frame.lines.map(withoutStyles).join('\n')
        if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return screen
      }
      throw new Error(`the session ended without showing ${text}`)
    })
  }

  /** The first turn of any agent at the model that fits. */
  sent(model: ModelServer, fits: (turn: Turn) => boolean): Promise<Turn> {
    return this.#inTime('send this to the model', () => model.turn(fits))
  }

  approve(): Promise<AnswerResponse> {
    return this.#client.answer(this.id, { choice: 'approve' })
  }

  deny(): Promise<AnswerResponse> {
    return this.#client.answer(this.id, { choice: 'deny' })
  }

  choose(label: string): Promise<AnswerResponse> {
    return this.#client.answer(this.id, { choice: label })
  }

  /** Answers with a text of one's own. */
  answerFreely(text: string): Promise<AnswerResponse> {
    return this.#client.answer(this.id, { text })
  }

  /** Gives the agent a prompt. */
  async submit(text: string): Promise<void> {
    await this.#client.inject(this.id, { text })
  }

  /** Waits until the agent has written this down in its record of the conversation. */
  remembers(text: string): Promise<void> {
    return this.#inTime(`write down ${text}`, async (signal) => {
      while (!signal.aborted && !this.#transcript().includes(text)) await delay(50)
    })
  }

  file(name: string): string | undefined {
    try {
      return readFileSync(join(this.home.project, name), 'utf8')
    } catch {
      return undefined
    }
  }

  /** Fails with what is known of the session, where a bare timeout would say nothing. */
  async #inTime<T>(what: string, wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ended = new AbortController()
    const late = delay(patienceMs, 'late' as const, { signal: ended.signal })
    try {
      const result = await Promise.race([wait(ended.signal).then((value) => ({ value })), late])
      if (result !== 'late') return result.value
      throw new Error(`${this.home.home} did not ${what} within ${patienceMs} ms.\n${await this.#report()}`)
    } finally {
      ended.abort()
      await late.catch(() => {})
    }
  }

  async #report(): Promise<string> {
    const { state, reason, source, waitsFor } = await this.info()
    const { lines } = await this.#client.read(this.id)
    const events = this.#events.seen.filter((event) => this.#isMine(event)).map(({ type }) => type)
    const screen = lines.join('\n').trimEnd()
    return `It is ${state} (${source}: ${reason}) ${waitsFor?.text ?? ''}\nEvents: ${events.join(', ')}\n${screen}`
  }

  /** All files together. */
  #transcript(): string {
    const { home } = this.home
    const names = readdirSync(home, { recursive: true, encoding: 'utf8' })
    const transcripts = names.filter((name) => transcriptPath.test(name)).sort()
    return transcripts.map((name) => readFileSync(join(home, name), 'utf8')).join('')
  }

  #isMine(event: OrchEvent): boolean {
    return 'session' in event && event.session === this.id
  }
}

function withoutStyles(line: string): string {
  return line.replace(/\u001b\[[0-9;:]*m/g, '')
}
