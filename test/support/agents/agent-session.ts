/** One session with a real agent: what a person would do to it, through the service. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { OrchEvent, SessionInfo } from '../../../src/service/api.ts'
import type { ServiceClient } from '../../../src/service/client.ts'
import type { Turn } from '../model-server/dialect.ts'
import type { ModelServer } from '../model-server/server.ts'
import type { EventLog } from '../running-service.ts'
import type { AgentHome } from './agent-home.ts'

/** Longest wait for what an agent does next; it takes 1 s to start and answers at once. */
const patienceMs = 20_000
/** A fresh dialog ignores keys (Claude Code: for 150 ms). */
const freshDialogMs = 500

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

  /** Chooses the option of the dialog in front whose label begins like this. */
  async choose(label: string): Promise<void> {
    const option = new RegExp(`^[│ ]*[❯›●▶]? *(\\d)\\. +(?:\\[.\\] )?${label}`, 'm')
    await this.shows(option)
    await delay(freshDialogMs)
    const key = option.exec(await this.shows(option))?.[1] ?? ''
    await this.press(key)
  }

  approve(): Promise<void> {
    return this.choose('(?:Yes|Allow)')
  }

  async deny(): Promise<void> {
    await this.shows(/^[│ ]*[❯›●▶]? *\d\. /m)
    await delay(freshDialogMs)
    await this.press('escape')
  }

  /** Answers the question in front with a text of one's own; Codex takes it as a note to an option. */
  async answerFreely(text: string): Promise<void> {
    if (/tab to add notes/i.test(await this.shows(/Type something|None of the above/))) {
      const others = (await this.shows(/None of the above/)).match(/^[❯› ]*\d\. /gm) ?? []
      await delay(freshDialogMs)
      await this.press(...others.slice(1).map(() => 'down'), 'tab')
    } else {
      await this.choose('Type something')
    }
    await this.type(text)
    await this.press('enter')
  }

  async press(...keys: string[]): Promise<void> {
    await this.#client.inject(this.id, { keys })
  }

  /** Gives the agent a prompt. */
  async submit(text: string): Promise<void> {
    const { confirmed, evidence } = await this.#client.inject(this.id, { text })
    if (!confirmed) throw new Error(`not submitted: ${evidence}`)
  }

  /** Text in the place where the cursor is. */
  async type(text: string): Promise<void> {
    await this.#client.inject(this.id, { text, submit: false })
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

  #isMine(event: OrchEvent): boolean {
    return 'session' in event && event.session === this.id
  }
}

function withoutStyles(line: string): string {
  return line.replace(/\u001b\[[0-9;:]*m/g, '')
}
