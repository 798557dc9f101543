/**
 * A terminal in memory, for tests of what the sessions make of it: what a program printed is set by the
 * test, what was typed is kept, and `onTyped` plays the program.
 */
import { EventEmitter } from 'eventemitter3'
import type { JsonValue } from '../../src/iterm2/json.ts'
import { Line } from '../../src/iterm2/screen/line.ts'
import { OrchError } from '../../src/lib/errors.ts'
import type { SessionLooks, TabStatus } from '../../src/terminal/session-looks.ts'
import type {
  OpenRequest,
  Picture,
  Terminal,
  TerminalEvents,
  TerminalSession,
  TerminalStatus,
} from '../../src/terminal/terminal.ts'

const size = { columns: 80, rows: 5 }

class FakeSession {
  readonly looks = {
    values: {} as Record<string, JsonValue>,
    status: undefined as TabStatus | undefined,
    attention: 0,
  }
  readonly output: string[] = ['']
  readonly typed: string[] = []
  readonly variables = new Map<string, JsonValue>()
  readonly request: OpenRequest
  alive = true
  listed = true
  wake = new Set<() => void>()

  constructor(request: OpenRequest) {
    this.request = request
  }
}

export class FakeTerminal extends EventEmitter<TerminalEvents> implements Terminal {
  readonly kind = 'host' as const
  readonly sessions = new Map<string, FakeSession>()
  readonly variableHandlers = new Map<string, (value: JsonValue) => void>()
  readonly escapeHandlers = new Map<string, (identity: string, payload: string) => void>()
  /** Plays the program that gets the text. */
  onTyped: (id: string, text: string) => void = (id, text) => this.print(id, text.replaceAll('\r', '\n'))
  #next = 1

  get(id: string): FakeSession {
    const session = this.sessions.get(id)
    if (session?.listed) return session
    throw new OrchError('session-gone', `no session ${id}`)
  }

  print(id: string, text: string): void {
    const session = this.get(id)
    const [first = '', ...more] = text.split('\n')
    session.output.push((session.output.pop() ?? '') + first, ...more)
    for (const wake of session.wake) wake()
  }

  setVariable(id: string, name: string, value: JsonValue): void {
    this.get(id).variables.set(name, value)
    this.variableHandlers.get(`${id} ${name}`)?.(value)
  }

  exit(id: string, code: number): void {
    const session = this.get(id)
    session.alive = false
    session.variables.set('orch.exitStatus', { exitCode: code, signal: null })
    this.emit('session-ended', id)
  }

  status(): TerminalStatus {
    return { kind: 'host', state: 'connected', why: 'for tests' }
  }

  async open(request: OpenRequest): Promise<string> {
    const id = `FAKE-${this.#next++}`
    this.sessions.set(id, new FakeSession(request))
    return id
  }

  async list(): Promise<TerminalSession[]> {
    const listed = [...this.sessions].filter(([, session]) => session.listed)
    return listed.map(([id, session]) => ({ id, title: session.request.name, ...size }))
  }

  async openedWith(id: string): Promise<string | undefined> {
    return `/bin/sh '${this.get(id).request.script}'`
  }

  async readScreen(id: string): Promise<Picture> {
    const { output } = this.get(id)
    return this.#picture(output, Math.max(0, output.length - size.rows), output.length)
  }

  async readLines(id: string, first: number, count: number): Promise<Picture> {
    return this.#picture(this.get(id).output, first, first + count)
  }

  async readTrailing(id: string, count: number): Promise<Picture> {
    const { output } = this.get(id)
    return this.#picture(output, Math.max(0, output.length - count), output.length)
  }

  async *screens(id: string, signal: AbortSignal): AsyncGenerator<Picture, void, void> {
    const session = this.get(id)
    let changed = true
    let wake: () => void = () => undefined
    const onChange = () => {
      changed = true
      wake()
    }
    session.wake.add(onChange)
    signal.addEventListener('abort', onChange)
    while (!signal.aborted && session.listed) {
      if (changed) {
        changed = false
        yield await this.readScreen(id)
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    session.wake.delete(onChange)
  }

  async sendText(id: string, text: string): Promise<void> {
    const session = this.get(id)
    if (!session.alive) throw new OrchError('session-gone', `session ${id} has ended`)
    session.typed.push(text)
    this.onTyped(id, text)
  }

  async isAlive(id: string): Promise<boolean> {
    const session = this.sessions.get(id)
    return session?.listed === true && session.alive
  }

  async variable(id: string, name: string): Promise<JsonValue> {
    return this.get(id).variables.get(name) ?? null
  }

  async watchVariable(
    id: string,
    name: string,
    handler: (value: JsonValue) => void,
  ): Promise<() => Promise<void>> {
    this.variableHandlers.set(`${id} ${name}`, handler)
    return async () => void this.variableHandlers.delete(`${id} ${name}`)
  }

  async watchEscapes(
    id: string,
    handler: (identity: string, payload: string) => void,
  ): Promise<() => Promise<void>> {
    this.escapeHandlers.set(id, handler)
    return async () => void this.escapeHandlers.delete(id)
  }

  async watchKeys(): Promise<() => Promise<void>> {
    return async () => undefined
  }

  async watchMarks(): Promise<() => Promise<void>> {
    return async () => undefined
  }

  async close(id: string): Promise<void> {
    const session = this.get(id)
    session.listed = false
    for (const wake of session.wake) wake()
  }

  async restart(id: string): Promise<void> {
    this.get(id).alive = true
  }

  looks(id: string): SessionLooks {
    const { looks } = this.get(id)
    return {
      read: async () => looks.values,
      write: async (values) => void Object.assign(looks.values, values),
      setStatus: async (status) => {
        looks.status = status
      },
      requestAttention: async () => {
        looks.attention += 1
      },
    }
  }

  async activate(): Promise<void> {}
  async rename(): Promise<void> {}
  async resize(): Promise<void> {}
  async disconnect(): Promise<void> {}

  #picture(output: readonly string[], first: number, end: number): Picture {
    const lines = output.slice(first, end).map((text) => new Line({ text }))
    const cursor = { x: output.at(-1)?.length ?? 0, y: output.length - 1 }
    return { first, ...size, lines, cursor }
  }
}
