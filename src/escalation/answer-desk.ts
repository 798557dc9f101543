/** Receives the answers to escalations, from wherever they come: the first valid one is typed, the others are told. */
import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import { redact } from '../lib/redact.ts'
import { NotReached } from '../sessions/delivery/by-terminal.ts'
import type { Settlement } from '../sessions/delivery/delivery-queue.ts'
import type { NewEvent } from '../sessions/journal.ts'
import { isInterrupted, isPromptGone } from '../sessions/typing/way.ts'
import { isRedacted, redactedChoice, replaced, sameChoice, typing, withAnswer } from './answer-record.ts'
import { type Answerer, authority, givesSecret } from './authority.ts'
import type { Delivered, Deliverer } from './deliver.ts'
import {
  type Choice,
  type DeliveryStep,
  deliveringAnswer,
  type Escalation,
  isAbout,
  isOpen,
  type ReceivedAnswer,
  takenAnswer,
} from './escalation.ts'
import type { EscalationDesk } from './escalation-desk.ts'
import type { EscalationStore } from './escalation-store.ts'
import type { EscalationSettings } from './ladder-rules.ts'
import { fateOf } from './recovery.ts'
import { sessionOver } from './session-over.ts'
import type { Subject } from './subject.ts'

export interface AnswerTaken {
  escalation: Escalation
  answer: ReceivedAnswer
  evidence: string
  /** It had been answered so before, and nothing was typed now. */
  already: boolean
  /** The step that delivered it; `mailbox` with the message in which it waits, unconfirmed. */
  step?: DeliveryStep['step']
  queued?: string
}

export interface AnswerDeskOptions {
  store: EscalationStore
  desk: EscalationDesk
  clock: Clock
  settings(): EscalationSettings
  deliver: Deliverer
  subject(session: string): Subject | undefined
  /** Whether an answer waits in a mailbox, of which {@link AnswerDesk.settled} will be told. */
  waits(answer: string): boolean
  /** The terminal was lost while an answer was typed: {@link AnswerDesk.recover} it. */
  interrupted(id: string): void
  tell(event: NewEvent): void
}

export class AnswerDesk {
  readonly #options: AnswerDeskOptions

  constructor(options: AnswerDeskOptions) {
    this.#options = options
  }

  /** An answer is on its way into the session. */
  isDelivering(id: string): boolean {
    const escalation = this.#options.store.get(id)
    return escalation !== undefined && deliveringAnswer(escalation) !== undefined
  }

  /**
   * Types the answer, if the escalation is open and its prompt still in front.
   *
   * @throws {OrchError} `already-answered`, `not-allowed`, `prompt-changed`, `option-unknown`, … as `answer`
   */
  async receive(id: string, choice: Choice, who: Answerer): Promise<AnswerTaken> {
    const escalation = this.#options.store.find(id)
    const known = escalation.answers.find(({ message }) => message !== undefined && message === who.message)
    if (known) return { escalation, answer: known, evidence: 'it was received before', already: true }
    const answer = this.#received(escalation, choice, who)
    if (!isOpen(escalation) || deliveringAnswer(escalation)) return this.#late(escalation, answer)
    const forbidden = authority(escalation, choice, who, this.#options.settings().may_grant)
    if (forbidden) {
      this.#record(escalation, { ...answer, verdict: 'refused', why: forbidden.message })
      throw forbidden
    }
    this.#record(escalation, answer)
    return this.#type(escalation, answer, choice)
  }

  /**
   * The service was killed while an answer was typed: whether it arrived is seen on the screen.
   *
   * @returns the answer that was not taken, and must be given again
   */
  async recover(escalation: Escalation, signal: AbortSignal): Promise<ReceivedAnswer | undefined> {
    const answer = deliveringAnswer(escalation)
    if (!answer || this.#options.waits(answer.id)) return undefined
    const subject = () => this.#options.subject(escalation.session)
    const entering = (bytes: string) => this.#typing(escalation.id, answer.id, bytes)
    const fate = await fateOf(escalation, answer, { subject, entering, signal })
    // It may have been settled meanwhile, by the mailbox in which it waited.
    const isSettled = this.#answer(escalation.id, answer.id)?.verdict !== 'delivering'
    if (!fate || isSettled) return undefined
    if (fate.is === 'arrived') {
      this.#taken(escalation, answer, seenLater(fate.why))
      return undefined
    }
    if (fate.is === 'untyped' && answer.choice !== undefined && !isRedacted(answer.choice)) {
      const typed = await this.#type(escalation, answer, answer.choice).catch(() => undefined)
      return typed ? undefined : this.#answer(escalation.id, answer.id)
    }
    const secret =
      fate.is === 'untyped' ? 'the service stopped before it was typed, and secrets are not kept' : ''
    this.#failed(escalation, answer, secret || fate.why)
    return this.#answer(escalation.id, answer.id)
  }

  async #type(escalation: Escalation, answer: ReceivedAnswer, choice: Choice): Promise<AnswerTaken> {
    const { store } = this.#options
    try {
      const delivered = await this.#options.deliver(escalation, answer, choice, (bytes) =>
        this.#typing(escalation.id, answer.id, bytes),
      )
      const { chosen, evidence, step, queued } = delivered
      if (queued !== undefined) {
        this.#keepAttempts(escalation, answer, delivered.attempts)
        return { escalation: store.find(escalation.id), answer, evidence, already: false, step, queued }
      }
      return {
        escalation: this.#taken(escalation, answer, delivered),
        answer: { ...answer, verdict: 'taken', chosen },
        ...{ evidence, step, already: false },
      }
    } catch (error) {
      if (error instanceof NotReached) this.#keepAttempts(escalation, answer, error.attempts)
      if (isInterrupted(error)) {
        // The screen will tell, when it can be seen again.
        this.#options.interrupted(escalation.id)
        throw error
      }
      const finished = isRefusal(error) && (await this.#finished(escalation, answer))
      if (finished) return finished
      this.#failed(escalation, answer, errorMessage(error), isRefusal(error) ? 'refused' : 'failed')
      throw error
    }
  }

  /** The same was answered before, and stands there without its Enter: to say it again is to press that. */
  async #finished(escalation: Escalation, answer: ReceivedAnswer): Promise<AnswerTaken | undefined> {
    const { id, session, prompt, answers } = escalation
    const before = answers.findLast(({ id: other, typed }) => other !== answer.id && typed !== undefined)
    if (before?.typed === undefined || !sameChoice(before.choice, answer.choice)) return undefined
    const typing = (bytes: string) => this.#typing(id, answer.id, bytes)
    const done = await this.#options
      .subject(session)
      ?.finish({ typed: before.typed, prompt, typing })
      .catch(() => undefined)
    if (!done) return undefined
    const taken = this.#taken(escalation, answer, seenLater(done.evidence))
    return { escalation: taken, answer, evidence: done.evidence, already: false, step: 'api' }
  }

  /** From here on it may have arrived: durable before the first key, and before Enter. */
  #typing(id: string, answerId: string, bytes: string): void {
    const { store } = this.#options
    const escalation = store.get(id)
    const answer = this.#answer(id, answerId)
    if (!escalation || !answer) return
    store.save({ ...escalation, answers: replaced(escalation.answers, typing(answer, bytes, this.#now())) })
  }

  /** An answer that waited in a mailbox was read there, typed, or could not be. */
  settled(id: string, answerId: string, { by, evidence, chosen, attempts, error, sent }: Settlement): void {
    const escalation = this.#options.store.get(id)
    const answer = escalation && deliveringAnswer(escalation)
    if (!escalation || answer?.id !== answerId) return
    // What was typed without its Enter makes another prompt of the one that it is for.
    const isCutOff = isInterrupted(error) || (isPromptGone(error) && (answer.typed ?? sent) !== undefined)
    if (isCutOff) {
      for (const bytes of sent ?? []) this.#typing(id, answerId, bytes)
      this.#options.interrupted(id)
    } else if (by !== undefined) this.#taken(escalation, answer, { step: by, evidence, chosen, attempts })
    else this.#failed(escalation, answer, errorMessage(error), isPromptGone(error) ? 'refused' : 'failed')
  }

  /** Writes down by which steps it was tried to deliver it. */
  #keepAttempts(
    { id, session, name, task }: Escalation,
    answer: ReceivedAnswer,
    attempts: Delivered['attempts'],
  ): void {
    const { store, clock, tell } = this.#options
    const escalation = store.get(id)
    if (!escalation || attempts.length === 0) return
    const at = new Date(clock.now()).toISOString()
    const steps = attempts.map(({ why, ...rest }) => ({ answer: answer.id, at, ...rest, why: redact(why) }))
    store.save({ ...escalation, deliveries: [...escalation.deliveries, ...steps] })
    for (const { step, confirmed, why } of steps)
      tell({ type: 'delivered', escalation: id, session, name, task, step, confirmed, why })
  }

  #taken(
    escalation: Escalation,
    answer: ReceivedAnswer,
    { evidence, chosen, attempts }: Delivered,
  ): Escalation {
    const { desk, store } = this.#options
    const { id } = escalation
    const taken = {
      ...answer,
      verdict: 'taken' as const,
      chosen: answer.choice === undefined ? '' : redact(chosen),
    }
    this.#keepAttempts(escalation, answer, attempts)
    this.#tellReceived(escalation, taken)
    const { from, via } = answer
    const closing = `${from} answered through ${via}: ${taken.chosen || evidence}`
    const present = store.get(id) ?? escalation
    // In one write: what is answered is over.
    desk.close(
      id,
      'answered',
      closing,
      { from, via },
      {
        answers: replaced(present.answers, taken),
      },
    )
    return store.get(id) ?? escalation
  }

  /** The escalation stays open; unless its prompt has gone meanwhile, which the desk is told by the session. */
  #failed(
    escalation: Escalation,
    answer: ReceivedAnswer,
    why: string,
    verdict: 'refused' | 'failed' = 'failed',
  ): void {
    const failed = { ...answer, verdict, why: redact(why) }
    this.#replace(escalation.id, failed)
    this.#tellReceived(escalation, failed)
    const { desk, subject, store } = this.#options
    const session = subject(escalation.session)
    if (!session || session.record.exit) {
      const how = session ? 'exited' : 'gone'
      const over = sessionOver(store.get(escalation.id) ?? escalation, how, 'the session has ended')
      desk.close(escalation.id, ...over)
      return
    }
    const present = session.record.waitsFor
    const newer = desk.openOf(escalation.session)
    if (!isAbout(escalation, present) || (newer && newer.id !== escalation.id))
      desk.close(escalation.id, 'withdrawn', 'the prompt went away while it was answered')
    // A rule has no second try: somebody looks.
    else if (store.get(escalation.id)?.level === 'policy') desk.raise(escalation.id, 'policy', failed.why)
    else desk.step(escalation.id)
  }

  #late(escalation: Escalation, answer: ReceivedAnswer): AnswerTaken {
    const first = takenAnswer(escalation) ?? deliveringAnswer(escalation)
    const same = first !== undefined && sameChoice(first.choice, answer.choice)
    if (first && same && first.from === answer.from)
      return {
        escalation,
        answer: first,
        evidence: 'it was answered so before; nothing was typed',
        already: true,
      }
    const why = first
      ? `${first.from} has answered it through ${first.via} at ${first.at}`
      : `it is over: ${escalation.outcome} (${escalation.closing})`
    const late = { ...answer, verdict: 'late' as const, why }
    this.#record(escalation, late)
    const now = this.#options.subject(escalation.session)?.record.waitsFor
    const other = now !== undefined && now.id !== escalation.id ? now : undefined
    const instead = other ? ` The session asks something else now: ${redact(other.text)}` : ''
    throw new OrchError('already-answered', `Nothing was typed: ${why}.${instead}`, {
      hint: `\`iterm-orch show ${escalation.id.slice(-8)}\` tells the whole story.`,
      details: {
        ...{ escalation: escalation.id, outcome: escalation.outcome, by: first?.from },
        ...(other && { now: { escalation: other.id, text: redact(other.text), prompt: other.prompt } }),
      },
    })
  }

  #received(escalation: Escalation, choice: Choice, who: Answerer): ReceivedAnswer {
    const { from, via, message, rule, secret } = who
    const kept = secret || givesSecret(escalation, choice) ? {} : { choice: redactedChoice(choice) }
    return {
      ...{ id: newTimeOrderedId(), from, via, at: this.#now(), verdict: 'delivering' as const },
      ...kept,
      ...(message === undefined ? {} : { message }),
      ...(rule === undefined ? {} : { rule }),
    }
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }

  #record(escalation: Escalation, answer: ReceivedAnswer): void {
    const { store } = this.#options
    const received = withAnswer(escalation, answer)
    if (answer.verdict === 'delivering') {
      store.save(received)
      return
    }
    store.keep(received)
    this.#tellReceived(escalation, answer)
  }

  #replace(id: string, answer: ReceivedAnswer): void {
    const { store } = this.#options
    const escalation = store.get(id)
    if (!escalation) return
    store.keep({ ...escalation, answers: replaced(escalation.answers, answer) })
  }

  #answer(id: string, answer: string): ReceivedAnswer | undefined {
    return this.#options.store.get(id)?.answers.find((one) => one.id === answer)
  }

  #tellReceived({ id, session, name, task }: Escalation, answer: ReceivedAnswer): void {
    const { from, via, verdict, rule, choice, why, at: receivedAt } = answer
    if (verdict === 'delivering') return
    const words = choice?.text ?? choice?.choice ?? choice?.options?.join(', ') ?? ''
    this.#options.tell({
      ...{ type: 'answer-received', escalation: id, session, name, task, from, via, verdict, choice: words },
      receivedAt,
      ...(rule === undefined ? {} : { rule }),
      ...(why === undefined ? {} : { why }),
    })
  }
}

/** Nobody saw the step itself. */
function seenLater(evidence: string): Delivered {
  const attempts = [{ step: 'api' as const, confirmed: true, why: evidence }]
  return { step: 'api', evidence, chosen: '', attempts }
}

function isRefusal(error: unknown): boolean {
  return error instanceof OrchError && ['prompt-changed', 'no-prompt', 'option-unknown'].includes(error.code)
}
