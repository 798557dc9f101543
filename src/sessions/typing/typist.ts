/** All typing into one session: in turn, at the right moment, and written down with its result. */
import { setTimeout as delay } from 'node:timers/promises'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { SessionEvent } from '../session-info.ts'
import { TypingQueue } from '../typing-queue.ts'
import { announcing, type Typing } from './announcing.ts'
import { type AnswerRequest, type AnswerResult, answer } from './answer.ts'
import { type CutOff, finish } from './finish.ts'
import type { Keyboard, Look, TypingResult } from './keyboard.ts'
import { pressKeys } from './press-keys.ts'
import { PromptClock } from './prompt-clock.ts'
import { submit } from './submit.ts'
import { unbracketed } from './typable-text.ts'
import { typeText } from './type-text.ts'
import { isPromptGone, knowingWhatWasSent, type TypingWay, type Way } from './way.ts'
import { type Hindrance, hindrance, type When, whenSafe } from './when.ts'

export interface TypeOptions extends TypingWay {
  /** When the text may be typed; default: what the agent's profile says is safe while it works. */
  when?: When | undefined
  /** How long the text waits for its moment, in ms. */
  waitMs?: number | undefined
  /** Types also next to somebody's draft, or where no input box is recognised. Never into a dialog. */
  force?: boolean | undefined
  /** A text that still waits is given up. */
  signal?: AbortSignal | undefined
}

/** What is typed as one: a text, then Enter, then keys. */
export interface Injection extends TypeOptions {
  text?: string | undefined
  submit: boolean
  keys: readonly string[]
  typing?: Typing | undefined
}

export interface AnswerOutcome extends Omit<AnswerResult, 'kind'> {
  /** It was answered before, and nothing was typed now. */
  already: boolean
}

export interface TypistHooks {
  /** @throws {OrchError} `session-gone`, `terminal-unavailable`. */
  keyboard(way: Way): Keyboard
  tell(event: SessionEvent): void
  /** Text is on its way into the session: its echo is not the program speaking. */
  typed(text: string): void
  /** The result is called when what the session waits for now was answered. */
  answering(): (() => void) | undefined
  /** It waits for a password, a token, a login. */
  waitsForSecret(): boolean
  /** Writes a text that is too long to be typed into a file of the session, and gives its path. */
  keepLongText(text: string): string
  /** The answer that was taken last, from the session's record. */
  lastAnswer(): LastAnswer | undefined
  rememberAnswer(answer: LastAnswer): void
}

export interface LastAnswer {
  fingerprint: string
  /** Empty for what was a secret. */
  chosen: string
  /** ISO time. */
  at: string
}

/** How long a text waits by default: for a draft to go, and where a longer wait was asked for. */
const defaultWaitMs = { now: 5_000, idle: 600_000, 'next-prompt': 600_000 } as const
/** Between two looks while it waits. */
const againMs = 250
/** The same answer within this is a repetition, even if the same prompt is on the screen again. */
const repetitionMs = 3_000

export class Typist {
  readonly #hooks: TypistHooks
  /** One writer at a time. */
  readonly #typing = new TypingQueue()
  /** Texts that wait for their moment keep their order, and hold up neither keys nor answers. */
  readonly #texts = new TypingQueue()
  readonly #clock = new PromptClock()

  constructor(hooks: TypistHooks) {
    this.#hooks = hooks
  }

  /** Types bytes of a person at the keyboard, in turn with the rest. */
  raw(bytes: string): Promise<void> {
    return this.#typing.run(() => this.#hooks.keyboard('api').send(bytes))
  }

  /** The screen as it is now, and what it says. */
  look(): Promise<Look> {
    return this.#hooks.keyboard('api').look()
  }

  /** Told of every prompt that is read while the session is watched. */
  sawPrompt(fingerprint: string | undefined): void {
    this.#clock.saw(fingerprint, Date.now())
  }

  /** @throws {OrchError} as `submit` and `pressKeys`; `busy` when its moment did not come. */
  inject(injection: Injection): Promise<TypingResult> {
    if (injection.text === undefined) return this.#typing.run(() => this.#journaled(injection))
    return this.#texts.run(() => this.#inTime(injection))
  }

  /** @throws {OrchError} as `answer`. */
  answer(request: AnswerRequest, how: TypingWay = {}): Promise<AnswerOutcome> {
    return this.#typing.run(async () => {
      const repeated = this.#repeated(request, repetitionMs)
      if (repeated) return repeated
      const keyboard = announcing(this.#hooks.keyboard(how.way ?? 'api'), request.typing)
      const answered = this.#hooks.answering()
      try {
        if (request.text ?? request.choice) this.#hooks.typed(request.text ?? request.choice ?? '')
        const { kind, ...result } = await knowingWhatWasSent(keyboard, (counted) =>
          answer(counted, request, (look) => this.#fresh(keyboard, look)),
        )
        const secret = request.secret === true || kind === 'credential' || kind === 'login'
        const chosen = secret ? '' : result.chosen
        const { fingerprint, evidence } = result
        this.#hooks.rememberAnswer({ fingerprint, chosen, at: new Date().toISOString() })
        answered?.()
        this.#tell({ keys: [], confirmed: true, evidence, verb: 'answer', fingerprint }, chosen)
        return { ...result, chosen, already: false }
      } catch (error) {
        const late = isPromptGone(error) ? this.#repeated(request, Number.POSITIVE_INFINITY) : undefined
        if (late) return late
        this.#tellFailure(error, { keys: [], verb: 'answer', fingerprint: request.fingerprint })
        throw error
      }
    })
  }

  /**
   * Presses the Enter that is missing behind a text that an earlier service typed.
   *
   * @returns undefined when exactly that text does not stand there; nothing was pressed then
   * @throws {OrchError} as `finish`
   */
  finish(cutOff: CutOff, how: TypingWay = {}): Promise<TypingResult | undefined> {
    return this.#typing.run(async () => {
      const keyboard = announcing(this.#hooks.keyboard(how.way ?? 'api'), cutOff.typing)
      const { prompt, typed } = cutOff
      const about = { keys: ['enter'], verb: 'keys' as const, fingerprint: prompt?.fingerprint }
      const answered = this.#hooks.answering()
      try {
        this.#hooks.typed(unbracketed(typed))
        const evidence = await knowingWhatWasSent(keyboard, (counted) => finish(counted, cutOff))
        if (evidence === undefined) return undefined
        const at = new Date().toISOString()
        if (prompt)
          this.#hooks.rememberAnswer({ fingerprint: prompt.fingerprint, chosen: unbracketed(typed), at })
        answered?.()
        this.#tell({ ...about, confirmed: true, evidence }, undefined)
        return { confirmed: true, evidence }
      } catch (error) {
        this.#tellFailure(error, about)
        throw error
      }
    })
  }

  /** The prompt that the answer is for was answered before; nothing is typed for it again. */
  #repeated({ fingerprint, askedAt }: AnswerRequest, withinMs: number): AnswerOutcome | undefined {
    const last = this.#hooks.lastAnswer()
    if (!last || fingerprint !== last.fingerprint) return undefined
    if (askedAt !== undefined && Date.parse(last.at) < Date.parse(askedAt)) return undefined
    if (Date.now() - Date.parse(last.at) > withinMs) return undefined
    const evidence = `it was answered already at ${last.at}; nothing was typed`
    return { confirmed: true, evidence, fingerprint, chosen: last.chosen, already: true }
  }

  /** Waits for the moment of a text outside of the queue, and looks again inside of it. */
  async #inTime(injection: Injection): Promise<TypingResult> {
    const way = injection.way ?? 'api'
    const when = injection.when ?? whenSafe(this.#hooks.keyboard(way).profile.whileBusy)
    const deadline = Date.now() + (injection.waitMs ?? defaultWaitMs[when])
    let told = false
    for (;;) {
      const done = await this.#typing.run(async (): Promise<TypingResult | Hindrance> => {
        const hindered = await hindrance(this.#hooks.keyboard(way), when, injection.force === true)
        if (hindered === undefined) return this.#journaled(injection)
        if (hindered.waits && Date.now() < deadline && !injection.signal?.aborted) return hindered
        this.#tellFailure(hindered.error, { keys: [...injection.keys], verb: 'submit' })
        throw hindered.error
      })
      if (!('waits' in done)) return done
      if (!told) this.#hooks.tell({ type: 'typing-waits', reason: done.reason })
      told = true
      await delay(againMs)
    }
  }

  async #journaled(injection: Injection): Promise<TypingResult> {
    const { text, keys } = injection
    const keyboard = announcing(this.#hooks.keyboard(injection.way ?? 'api'), injection.typing)
    const verb = text === undefined ? 'keys' : injection.submit ? 'submit' : 'type'
    let secret = false
    const answered = this.#hooks.answering()
    try {
      if (text !== undefined) {
        secret = this.#hooks.waitsForSecret() || (await isSecret(keyboard))
        this.#hooks.typed(text)
      }
      const result = await knowingWhatWasSent(keyboard, (counted) => this.#type(counted, injection))
      if (injection.submit || keys.length > 0) answered?.()
      this.#tell({ keys: [...keys], ...result, verb }, secret ? undefined : text)
      return result
    } catch (error) {
      this.#tellFailure(error, { keys: [...keys], verb }, secret ? undefined : text)
      throw error
    }
  }

  async #type(keyboard: Keyboard, injection: Injection): Promise<TypingResult> {
    let result: TypingResult = { confirmed: true, evidence: 'there was nothing to type' }
    const { text } = injection
    if (text !== undefined) {
      const options = { force: injection.force === true }
      const wanted = injection.submit ? this.#short(keyboard, text) : text
      result = await (injection.submit ? submit : typeText)(keyboard, wanted, options)
    }
    if (injection.keys.length === 0) return result
    return pressKeys(keyboard, injection.keys, (look) => this.#fresh(keyboard, look))
  }

  /** A text over the profile's limit goes into a file that the prompt names. */
  #short({ profile }: Keyboard, text: string): string {
    if (profile.inputBox === undefined || [...text].length <= profile.submit.longest) return text
    return `Read ${this.#hooks.keepLongText(text)} and do what it says.`
  }

  #fresh({ profile }: Keyboard, look: Look): number {
    return this.#clock.remaining(look, profile.prompts.guardMs)
  }

  #tellFailure(error: unknown, about: Omit<Told, 'confirmed' | 'evidence'>, text?: string): void {
    const code = error instanceof OrchError ? { error: error.code } : {}
    this.#tell({ ...about, ...code, confirmed: false, evidence: errorMessage(error) }, text)
  }

  #tell(told: Told, text: string | undefined): void {
    this.#hooks.tell({ type: 'injection', ...told, ...(text === undefined ? {} : { text }) })
  }
}

type Told = Omit<Extract<SessionEvent, { type: 'injection' }>, 'type' | 'text'>

/** The answer to a credential prompt is never stored; neither is what the terminal does not show. */
async function isSecret(keyboard: Keyboard): Promise<boolean> {
  const { prompt } = (await keyboard.look()).reading
  if (prompt?.kind === 'credential' || prompt?.kind === 'login') return true
  const { canonical, echo } = await keyboard.facts()
  return canonical === true && echo === false
}
