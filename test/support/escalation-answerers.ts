/** Agents that ask one thing after the other, and somebody who answers all of it while services come and go. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Escalation } from '../../src/escalation/escalation.ts'
import { escalationsIn, threadLines, writeByHand } from './escalation-scene.ts'
import type { RunningService } from './running-service.ts'

/** `ruled`: a rule of the policy answers; somebody does where the rule's answer was cut off. */
export type Form = 'line' | 'dialog' | 'ruled'

const program = fileURLToPath(new URL('./stand-ins/asking.mjs', import.meta.url))
/** So long nothing may be answered on a loaded machine before the test tells what it hangs on. */
const stuckMs = 120_000

/** Somebody whose answer was not taken looks for so long before giving another, in ms. */
const againMs = 700

/** The policy under which `ruled` agents are answered by a rule. */
export const policy = `    - {name: look around, action: approve, evidence: screen, match: {command: ['ls **']}}`

export class Asking {
  readonly name: string
  readonly form: Form
  readonly #service: RunningService

  constructor(service: RunningService, name: string, form: Form) {
    this.#service = service
    this.name = name
    this.form = form
  }

  async launch(): Promise<void> {
    const { work } = this.#service
    const command = this.form === 'ruled' ? 'ls -la %n' : `deploy.sh --${this.name} --number %n`
    const form = this.form === 'line' ? 'line' : 'dialog'
    const options = JSON.stringify({ form, name: this.name, command, stop: this.#stop })
    const client = await this.#service.client()
    await client.launch({
      ...{ task: this.name, name: this.name, cwd: work, env: { PATH: process.env['PATH'] ?? '' } },
      ...(this.form === 'line' ? {} : { agent: 'claude' }),
      command: [process.execPath, program, this.#log, options],
    })
  }

  /** It asks nothing more after the question that it asks now. */
  stop(): void {
    writeFileSync(this.#stop, '')
  }

  /** What it was answered, in order, and every key that arrived at a dialog. */
  answered(): { n?: number; answer?: string; key?: string }[] {
    if (!existsSync(this.#log)) return []
    const lines = readFileSync(this.#log, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line)).filter((line) => !('got' in line))
  }

  /** The answer to its question number n. */
  wanted(n: number): string {
    if (this.form === 'line') return `config-${this.name}-${n}`
    return this.form === 'ruled' || n % 2 === 1 ? 'Yes' : 'No'
  }

  get #log(): string {
    return join(this.#service.work, `${this.name}.log`)
  }

  get #stop(): string {
    return join(this.#service.work, `${this.name}.stop`)
  }
}

/** The number of the question that an escalation is about. */
export function numberOf({ text }: Pick<Escalation, 'text'>): number {
  return Number(/number (\d+)|-la (\d+)/u.exec(text)?.slice(1).find(Boolean))
}

export class Answerers {
  readonly #service: RunningService
  readonly #agents: readonly Asking[]
  readonly #random: () => number
  /** By escalation: when it was answered last, in ms. */
  readonly #answeredAt = new Map<string, number>()
  #lines = 0

  constructor(service: RunningService, agents: readonly Asking[], random: () => number) {
    this.#service = service
    this.#agents = agents
    this.#random = random
  }

  /** Answers whatever is open, some of it twice, until the signal. */
  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const escalation of this.#open()) {
        if (Date.now() - (this.#answeredAt.get(escalation.id) ?? 0) < againMs) continue
        this.#answeredAt.set(escalation.id, Date.now())
        this.#answer(escalation)
        if (this.#random() < 0.15) this.#answer(escalation)
      }
      await delay(50)
    }
  }

  /** @throws when nothing goes on any more, with what is open */
  async untilAllAnswered(): Promise<void> {
    let progress = ''
    let since = Date.now()
    for (;;) {
      const client = await this.#service.client()
      const asking = (await client.sessions()).filter(({ waitsFor }) => waitsFor)
      const open = escalationsIn(this.#service.home).filter(({ outcome }) => outcome === undefined)
      const screens = await Promise.all(this.#agents.map(({ name }) => client.read(name)))
      const done = screens.every(({ lines }) => lines.join('\n').includes('all is answered'))
      if (done && open.length === 0 && asking.length === 0) return
      const now = JSON.stringify([open.map(({ id }) => id), screens.map(({ lines }) => lines)])
      if (now !== progress) since = Date.now()
      progress = now
      if (Date.now() - since > stuckMs) throw new Error(`nothing goes on: ${now} ${JSON.stringify(open)}`)
      await delay(200)
    }
  }

  #open(): Escalation[] {
    return escalationsIn(this.#service.home).filter(
      ({ outcome, level, answers }) =>
        outcome === undefined &&
        level !== 'policy' &&
        answers.every(({ verdict }) => verdict !== 'delivering'),
    )
  }

  #answer(escalation: Escalation): void {
    const { id, name, task, told } = escalation
    const agent = this.#agents.find((one) => one.name === name)
    if (!agent) return
    const { home } = this.#service
    const text = agent.wanted(numberOf(escalation))
    if (this.#random() < 0.5 && told.some(({ state }) => state === 'told')) {
      // A person looks before writing once more.
      const written = threadLines(home, 'claude', task).filter(({ reply_to, by }) => reply_to === id && by)
      if (written.length > escalation.answers.length) return
      writeByHand(home, 'claude', task, {
        ...{ id: `by-hand-${++this.#lines}`, from: 'desktop', text, reply_to: id, by: 'hand' },
      })
      return
    }
    const answer = agent.form === 'line' ? { text } : { options: [text === 'Yes' ? 1 : 2] }
    void this.#service
      .present()
      .answerEscalation(id, { ...answer, via: 'cli' })
      .catch(() => undefined)
  }
}
