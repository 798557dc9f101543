/** The life of the escalations: opened with their blocker, brought up the ladder, closed with their outcome. */
import type { Blocker } from '../agents/session-state.ts'
import type { Clock } from '../lib/clock.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import type { NewEvent } from '../sessions/journal.ts'
import {
  deliveringAnswer,
  type Escalation,
  isAbout,
  isOpen,
  Level,
  type Outcome,
  type Via,
} from './escalation.ts'
import type { EscalationStore } from './escalation-store.ts'
import { levelAbove, nextMove } from './ladder.ts'
import { type EscalationSettings, type LadderRules, ladderRules, type Ways } from './ladder-rules.ts'
import { openEscalation } from './open-escalation.ts'
import type { Subject } from './subject.ts'

export interface DeskOptions {
  store: EscalationStore
  clock: Clock
  settings(): EscalationSettings
  /** Which ways there are to reach people on its level. */
  ways(escalation: Escalation): Ways
  tell(event: NewEvent): void
  /** The mailboxes of those who may be asked about a session. */
  askable(subject: Subject): { orchestrator: string | undefined; peer: string | undefined }
  /** Whether any rule of a policy could answer. */
  hasPolicy(subject: Subject): boolean
  /** Asks the policy; what it answers is received like every other answer. */
  consult(escalation: Escalation): void
  /** Tells those of the present level; records whom, and with what result. */
  announce(escalation: Escalation): Promise<void>
  /** Its prompt was read after it was announced. */
  learned(escalation: Escalation): void
  /** It is over: whoever was told is told so. */
  closed(escalation: Escalation): void
  failed(error: unknown): void
}

/** A dialog that is repainted is away for less than this; the same prompt later is asked anew. */
export const sameAgainMs = 3_000
/** An announcement that could not even be recorded is tried again after this. */
const announceAgainMs = 5_000

export class EscalationDesk {
  readonly #options: DeskOptions
  readonly #timers = new Map<string, () => void>()
  readonly #announcing = new Set<string>()
  /** By session: what was withdrawn a moment ago. */
  readonly #withdrawn = new Map<string, Escalation>()
  #stopped = false

  constructor(options: DeskOptions) {
    this.#options = options
  }

  /** The open escalation of a session: of the prompt in front, where the answer of the one before is still on its way. */
  openOf(session: string): Escalation | undefined {
    return this.#options.store.open().findLast((escalation) => escalation.session === session)
  }

  /** The open escalation about this blocker. */
  openAbout(session: string, blocker: Pick<Blocker, 'id' | 'prompt'>): Escalation | undefined {
    const open = this.#options.store.open()
    return open.findLast((escalation) => escalation.session === session && isAbout(escalation, blocker))
  }

  /** A session is blocked; told again of the same blocker this changes nothing. */
  blocked(subject: Subject, blocker: Blocker): void {
    const { store, clock } = this.#options
    if (this.openAbout(subject.id, blocker)) {
      this.learned(subject, blocker)
      return
    }
    const present = this.openOf(subject.id)
    // One whose answer is on its way is closed by what becomes of the answer.
    if (present && !deliveringAnswer(present))
      this.close(present.id, 'superseded', 'another prompt took its place')
    const before = this.#withdrawn.get(subject.id)
    this.#withdrawn.delete(subject.id)
    const ended = Date.parse(before?.closedAt ?? '')
    if (before && isAbout(before, blocker) && clock.now() - ended < sameAgainMs) {
      this.#reopen(before)
      return
    }
    // Told of once more after a crash: it was answered already.
    if (isClosed(store, blocker.id)) return
    this.open(subject, blocker)
  }

  /** A new escalation, whatever there was before. */
  open(subject: Subject, blocker: Blocker): void {
    const { store } = this.#options
    const escalation = this.#compose(subject, blocker)
    store.save(escalation)
    const { id, session, name, task, agent, kind, text, level, noticedAt } = escalation
    this.#options.tell({
      type: 'escalation',
      escalation: id,
      session,
      name,
      task,
      agent,
      kind,
      text,
      level,
      noticedAt,
    })
    this.#begin(escalation)
  }

  /** The prompt of a blocker was read after it was told of; who may answer depends on what it asks. */
  learned(subject: Subject, blocker: Blocker): void {
    const present = this.openAbout(subject.id, blocker)
    const { kind, text, prompt } = blocker
    if (!present || prompt === undefined || present.prompt?.fingerprint === prompt.fingerprint) return
    const { screen, urgency, ladder } = this.#compose(subject, blocker)
    const level = levelIn(ladder, present.level)
    const moved = level === present.level ? {} : { level, levelSince: this.#now() }
    const learned = this.update(present.id, { kind, text, prompt, screen, urgency, ladder, ...moved })
    if (learned) this.#options.learned(learned)
    this.consult(present.id)
    this.step(present.id)
  }

  /** Goes one level up, or to a given one, before its time. */
  raise(id: string, by: string, reason: string, to?: Level): void {
    const escalation = this.#present(id)
    const target = to ?? (escalation && levelAbove(escalation))
    if (!escalation || target === undefined) return
    const at = this.#now()
    const raises = [...escalation.raises, { at, from: escalation.level, to: target, by, reason }]
    this.update(id, {
      level: target,
      levelSince: at,
      ladder: withLevel(escalation, target),
      raises,
      ack: undefined,
      snoozedUntil: undefined,
      due: undefined,
    })
    const { session, name, task, level: from } = escalation
    this.#options.tell({ type: 'raised', escalation: id, session, name, task, from, to: target, reason })
    this.step(id)
  }

  /** Does what is due, and sets the clock for what comes next. */
  step(id: string): void {
    this.#timers.get(id)?.()
    this.#timers.delete(id)
    const escalation = this.#present(id)
    if (!escalation || this.#announcing.has(id) || this.#stopped) return
    const now = this.#options.clock.now()
    const move = nextMove(escalation, this.#rules(escalation), now)
    if (move.do === 'raise') {
      this.raise(id, 'clock', `nobody answered at the level ${escalation.level}`, move.to)
      return
    }
    if (move.do === 'wait') {
      this.#wait(escalation, now, move)
      return
    }
    this.#announcing.add(id)
    void this.#announce(escalation)
  }

  async #announce(escalation: Escalation): Promise<void> {
    const { id } = escalation
    let wait = 0
    try {
      await this.#options.announce(escalation)
    } catch (error) {
      this.#options.failed(error)
      wait = announceAgainMs
    }
    this.#announcing.delete(id)
    if (wait === 0) this.step(id)
    else
      this.#timers.set(
        id,
        this.#options.clock.after(wait, () => this.step(id)),
      )
  }

  /** Ends an escalation; nothing happens when it has ended already. */
  close(
    id: string,
    outcome: Outcome,
    closing: string,
    who: { from?: string; via?: Via } = {},
    changes: Partial<Escalation> = {},
  ): void {
    const escalation = this.#present(id)
    if (!escalation) return
    this.#timers.get(id)?.()
    this.#timers.delete(id)
    const closedAt = this.#now()
    const closed: Escalation = { ...escalation, ...changes, outcome, closing, closedAt, due: undefined }
    this.#options.store.keep(closed)
    if (outcome === 'withdrawn') this.#withdrawn.set(closed.session, closed)
    const { session, name, task } = closed
    this.#options.tell({
      type: 'escalation-closed',
      escalation: id,
      session,
      name,
      task,
      outcome,
      reason: closing,
      ...who,
    })
    this.#options.closed(closed)
  }

  /** Writes changes of an open escalation; gives it as it is then. */
  update(id: string, changes: Partial<Escalation>): Escalation | undefined {
    const escalation = this.#present(id)
    if (!escalation) return undefined
    const changed = { ...escalation, ...changes }
    this.#options.store.keep(changed)
    return changed
  }

  /** What an earlier service left open goes on. */
  resume(escalation: Escalation): void {
    this.#begin(escalation)
  }

  /** The policy is asked while it may answer; when it does not, the next level is. */
  consult(id: string): void {
    const escalation = this.#present(id)
    if (!escalation?.ladder.includes('policy')) return
    this.#options.consult(escalation)
  }

  stop(): void {
    this.#stopped = true
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }

  #begin(escalation: Escalation): void {
    this.consult(escalation.id)
    this.step(escalation.id)
  }

  #reopen(escalation: Escalation): void {
    const { outcome: _outcome, closedAt: _closedAt, closing: _closing, ...open } = escalation
    this.#options.store.reopen(open)
    this.step(open.id)
  }

  #compose(subject: Subject, blocker: Blocker): Escalation {
    const settings = this.#options.settings()
    const { record } = subject
    return openEscalation(blocker, {
      record,
      id: this.#options.store.isTaken(blocker.id) ? newTimeOrderedId() : blocker.id,
      screen: subject.lastLines(),
      rules: ladderRules(settings, blocker.kind, record.task),
      routing: settings.routing,
      mayGrant: settings.may_grant,
      policy: this.#options.hasPolicy(subject),
      ...this.#options.askable(subject),
      now: this.#now(),
    })
  }

  #wait(
    escalation: Escalation,
    now: number,
    { until, next }: { until?: number; next?: 'announce' | 'raise' | 'remind' },
  ) {
    const due =
      until === undefined ? undefined : { at: new Date(until).toISOString(), move: next ?? 'remind' }
    if (due?.at !== escalation.due?.at || due?.move !== escalation.due?.move)
      this.update(escalation.id, { due })
    if (until === undefined) return
    this.#timers.set(
      escalation.id,
      this.#options.clock.after(until - now, () => this.step(escalation.id)),
    )
  }

  #rules(escalation: Escalation): LadderRules {
    const { kind, task } = escalation
    return { ...ladderRules(this.#options.settings(), kind, task), ways: this.#options.ways(escalation) }
  }

  #present(id: string): Escalation | undefined {
    const escalation = this.#options.store.get(id)
    return escalation && isOpen(escalation) ? escalation : undefined
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}

/** The record that cannot be read is no open one; nobody knows any more what became of it. */
function isClosed(store: EscalationStore, id: string): boolean {
  try {
    return store.get(id) !== undefined
  } catch {
    return false
  }
}

/** The same level, or the next one above it that the ladder has. */
function levelIn(ladder: readonly Level[], level: Level): Level {
  if (ladder.includes(level)) return level
  const above = Level.options.slice(Level.options.indexOf(level))
  return ladder.find((one) => above.includes(one)) ?? ladder.at(-1) ?? level
}

/** A level that the ladder does not have comes right after the present one. */
function withLevel({ ladder, level }: Escalation, target: Level): Level[] {
  if (ladder.includes(target)) return ladder
  const next = ladder.indexOf(level) + 1
  return [...ladder.slice(0, next), target, ...ladder.slice(next)]
}
