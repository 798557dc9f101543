/** An agent without a terminal as the subject of escalations: what it asks, and the answer to it, go through its hook. */
import { createHash } from 'node:crypto'
import type { AskedPrompt, Blocker } from '../../agents/session-state.ts'
import type { Clock } from '../../lib/clock.ts'
import { OrchError } from '../../lib/errors.ts'
import type { SessionRecord } from '../../sessions/session-record.ts'
import type { Ask, AskDecision } from '../../signals/hooks/ask-record.ts'
import { readHookReport } from '../../signals/hooks/hook-event.ts'
import type { HookSignal } from '../../signals/hooks/hook-signal.ts'
import type { Told } from '../policy/read-question.ts'
import type { Subject } from '../subject.ts'
import { decisionFor } from './decision.ts'

export class AskSubject implements Subject {
  /** Of the run: all that its agent asks is asked by one. */
  readonly id: string
  readonly name: string
  /** Its hook is all that there is to reach. */
  readonly terminal = {}
  readonly #hand: (decision: AskDecision) => Promise<string>
  readonly #clock: Clock
  readonly #signal: HookSignal
  record: SessionRecord

  /** @param hand gives a decision to the hook; what was seen of it, when the hook has it */
  constructor(ask: Ask, clock: Clock, hand: (decision: AskDecision) => Promise<string>) {
    this.id = ask.run
    this.name = ask.task
    this.#hand = hand
    this.#clock = clock
    this.#signal = signalOf(ask)
    this.record = recordOf(ask, this.#signal)
  }

  /** For the rules of a policy: the agent's own word, which is exact. */
  get told(): Told {
    return this.#signal
  }

  lastLines(): string[] {
    return []
  }

  async look(): ReturnType<Subject['look']> {
    const { waitsFor } = this.record
    const prompt = waitsFor?.prompt
    return {
      reading: { state: 'waiting', reason: 'it waits at its hook', ...(prompt && { prompt }) },
    } as Awaited<ReturnType<Subject['look']>>
  }

  async answer({ fingerprint, typing, ...choice }: Parameters<Subject['answer']>[0]) {
    const prompt = this.record.waitsFor?.prompt
    if (!prompt) throw new OrchError('no-prompt', `${this.name} waits for nothing any more.`)
    if (fingerprint !== undefined && fingerprint !== prompt.fingerprint)
      throw new OrchError('prompt-changed', `${this.name} asks something else now: ${prompt.question}`)
    const { decision, chosen } = decisionFor(prompt, choice)
    typing?.(decision.behavior)
    const evidence = await this.#hand(decision)
    this.took(chosen, new Date(this.#clock.now()).toISOString())
    const about = { fingerprint: prompt.fingerprint, kind: 'permission' as const }
    return { confirmed: true as const, evidence, chosen, already: false, ...about }
  }

  /** Its hook has the answer, and gives it to the agent. */
  took(chosen: string, at: string): void {
    const { prompt } = this.record.waitsFor ?? {}
    if (!prompt) return
    const { fingerprint } = prompt
    this.record = { ...this.record, waitsFor: undefined, lastAnswer: { fingerprint, chosen, at } }
  }

  /** It does not wait any more. */
  over(): void {
    this.record = { ...this.record, waitsFor: undefined }
  }

  async inject(): Promise<never> {
    throw new OrchError('not-accepting-input', `${this.name} works without a terminal: it takes no text.`, {
      hint: 'Answer what it asks, or cancel the task.',
    })
  }

  /** Nothing is ever half typed. */
  async finish(): Promise<undefined> {
    return undefined
  }
}

function signalOf({ id, at, agent, run, payload }: Ask): HookSignal {
  const report = { id, at: Date.parse(at), agent, event: 'PermissionRequest', session: run, payload }
  return readHookReport(report)
}

function recordOf(ask: Ask, signal: HookSignal): SessionRecord {
  const { run, task, agent, cwd, at } = ask
  return {
    ...{ version: 1, id: run, name: task, agent, task, thread: task, cwd, command: [] },
    ...{ terminal: 'host', stage: 'opened', launchedAt: at, typedTask: 'none', reported: [] },
    waitsFor: blockerOf(ask, signal),
  }
}

const longestText = 500

function blockerOf({ id, at }: Ask, { tool = 'a tool', command, message, questions }: HookSignal): Blocker {
  const subject = command ?? message ?? ''
  const asked = questions?.map(({ question }) => question).join(' ')
  const question = asked || `May it use ${tool}?`
  const prompt: AskedPrompt = {
    kind: 'permission',
    question,
    subject,
    // What is asked stands in full in the subject.
    context: subject,
    options: [option(1, 'Yes', 'approve'), option(2, 'No', 'deny')],
    truncated: false,
    // Asked twice, it is asked twice.
    fingerprint: createHash('sha256').update(id).digest('hex').slice(0, 16),
  }
  const text = `${question} ${subject}`.replace(/\s+/gu, ' ').trim().slice(0, longestText)
  return { id, kind: 'permission', text, source: 'hook', prompt, since: at }
}

/** It is chosen by its number; there is no key for it. */
function option(number: number, label: string, meaning: string): AskedPrompt['options'][number] {
  return { number, label, meaning, selected: false, keys: [] }
}
