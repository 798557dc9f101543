/** Escalations over sessions that a test plays, with a clock that it turns and real files. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AskedPrompt, Blocker } from '../../src/agents/session-state.ts'
import type { PeopleBell, PeopleChannel } from '../../src/escalation/announcer.ts'
import { deliverAnswer } from '../../src/escalation/deliver-answer.ts'
import type { Escalation } from '../../src/escalation/escalation.ts'
import { Escalations } from '../../src/escalation/escalations.ts'
import { EscalationSettings } from '../../src/escalation/ladder-rules.ts'
import type { PolicyVerdict } from '../../src/escalation/policy-desk.ts'
import type { Subject } from '../../src/escalation/subject.ts'
import { OrchError } from '../../src/lib/errors.ts'
import { newTimeOrderedId, newUuid } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import type { NewEvent } from '../../src/sessions/journal.ts'
import type { SessionRecord } from '../../src/sessions/session-record.ts'
import { FakeClock } from './fake-clock.ts'

/** A service that comes back has seen by then what became of an answer. */
export const fateMs = 2_200

export const aMoment = Date.parse('2026-03-02T12:00:00.000Z')

/** A session whose prompt is what the test says; what is typed is kept. */
export class PlayedSession implements Subject {
  readonly id = newUuid()
  readonly name = 'played'
  readonly typed: string[] = []
  terminal: object | undefined = {}
  /** What is on the screen, which is known to the watching a moment later. */
  inFront: AskedPrompt | undefined
  record: SessionRecord
  /** Its record keeps the answer that was taken last. */
  remembers = false
  now: () => number = () => aMoment
  /** Plays the typing; may throw. */
  onAnswer: () => Promise<void> = async () => undefined

  constructor(changes: Partial<SessionRecord> = {}) {
    const launchedAt = new Date(aMoment).toISOString()
    this.record = {
      ...{ version: 1, id: this.id, name: 'played', agent: 'claude', task: 'tidy', thread: 'tidy' },
      ...{ mailbox: 'claude_cli_played_1', cwd: '/work', command: ['claude'], terminal: 'host' },
      ...{ stage: 'opened', launchedAt, typedTask: 'none', reported: [] },
      ...changes,
    } as SessionRecord
  }

  lastLines(): string[] {
    return ['the last line']
  }

  async look(): ReturnType<Subject['look']> {
    const reading = { state: 'waiting', reason: '', ...(this.inFront && { prompt: this.inFront }) }
    return { reading } as Awaited<ReturnType<Subject['look']>>
  }

  async answer({ fingerprint, options, choice, text, typing }: Parameters<Subject['answer']>[0]) {
    if (!this.inFront) throw new OrchError('no-prompt', 'There is no prompt.')
    if (this.inFront.fingerprint !== fingerprint)
      throw new OrchError('prompt-changed', `Another prompt is in front: ${this.inFront.question}`)
    const chosen = String(options ?? choice ?? text)
    typing?.(chosen)
    this.typed.push(chosen)
    await this.onAnswer()
    if (this.remembers) {
      const lastAnswer = { fingerprint, chosen, at: new Date(this.now()).toISOString() }
      this.record = { ...this.record, lastAnswer }
    }
    return { confirmed: true as const, evidence: 'it left the screen', fingerprint, chosen, already: false }
  }

  /** What it takes, it takes at once: no text ever stands there without its Enter. */
  async finish() {
    return undefined
  }

  async inject({ text, typing }: Parameters<Subject['inject']>[0]) {
    typing?.(text ?? '')
    this.typed.push(text ?? '')
    await this.onAnswer()
    return { confirmed: true as const, evidence: 'it was taken' }
  }
}

export interface WorldOptions {
  settings?: Record<string, unknown>
  people?: PeopleChannel[]
  /** Reaches people really. */
  bell?: (clock: FakeClock) => PeopleBell
  policy?: (escalation: Escalation) => PolicyVerdict | undefined
  orchestrator?: string
  peer?: string
}

export class EscalationWorld {
  readonly root = mkdtempSync(join(process.env['HOME'] ?? '', 'e-'))
  readonly directory = join(this.root, 'escalations')
  readonly comms = join(this.root, 'comms')
  readonly clock = new FakeClock(aMoment)
  readonly sessions = new Map<string, PlayedSession>()
  readonly events: NewEvent[] = []
  readonly rung: { channel: string; escalation: string; repeat: number }[] = []
  readonly options: WorldOptions
  escalations: Escalations

  constructor(options: WorldOptions = {}) {
    this.options = options
    mkdirSync(this.comms)
    this.escalations = this.#make()
    this.escalations.start()
  }

  /** As after a kill: nothing of the one before is left but its files. */
  async restart(): Promise<void> {
    await this.escalations.stop()
    this.escalations = this.#make()
    this.escalations.start()
  }

  session(changes: Partial<SessionRecord> = {}): PlayedSession {
    const session = new PlayedSession(changes)
    session.now = () => this.clock.now()
    this.sessions.set(session.id, session)
    return session
  }

  /** The session asks, and its watching tells of it. */
  ask(
    session: PlayedSession,
    kind: Blocker['kind'],
    prompt: AskedPrompt | undefined,
    text = 'may I?',
  ): Blocker {
    const since = new Date(this.clock.now()).toISOString()
    const blocker = { id: newTimeOrderedId(), kind, text, source: 'screen', since, ...(prompt && { prompt }) }
    session.inFront = prompt
    session.record = { ...session.record, waitsFor: blocker }
    this.#tell({ type: 'blocker', ...this.#about(session), blocker })
    return blocker
  }

  learn(session: PlayedSession, prompt: AskedPrompt): void {
    const { waitsFor } = session.record
    if (!waitsFor) return
    const blocker = { ...waitsFor, prompt }
    session.inFront = prompt
    session.record = { ...session.record, waitsFor: blocker }
    this.#tell({ type: 'prompt', ...this.#about(session), blocker })
  }

  /** The prompt goes, and the watching tells of it. */
  gone(session: PlayedSession): void {
    const blocker = session.record.waitsFor
    session.inFront = undefined
    session.record = { ...session.record, waitsFor: undefined }
    if (blocker) this.#tell({ type: 'unblocked', ...this.#about(session), blocker })
  }

  /** The program of the session ends. */
  ended(session: PlayedSession): void {
    const exit = { reason: 'the program ended', at: new Date(this.clock.now()).toISOString(), lastScreen: [] }
    session.inFront = undefined
    session.record = { ...session.record, waitsFor: undefined, exit }
    this.#tell({ type: 'exited', ...this.#about(session), reason: exit.reason })
  }

  /** The whole lines of a thread; torn ones are none. */
  lines(mailbox = 'claude', thread = 'tidy'): Record<string, unknown>[] {
    const path = this.thread(mailbox, thread)
    if (!existsSync(path)) return []
    return readFileSync(path, 'utf8')
      .split('\n')
      .map(parsed)
      .filter((line) => line !== undefined)
  }

  thread(mailbox = 'claude', thread = 'tidy'): string {
    return join(this.comms, mailbox, 'instant_messaging/active', thread, 'thread.jsonl')
  }

  write(line: object, mailbox = 'claude'): void {
    appendFileSync(this.thread(mailbox), `${JSON.stringify({ ts: new Date().toISOString(), ...line })}\n`)
  }

  files(closed = false): string[] {
    return readdirSync(closed ? join(this.directory, 'closed') : this.directory).filter((name) =>
      name.endsWith('.json'),
    )
  }

  #tell(event: NewEvent): void {
    const full = { id: newTimeOrderedId(), ts: new Date(this.clock.now()).toISOString(), ...event }
    this.escalations.heard(full as Parameters<Escalations['heard']>[0])
  }

  #about({ id, name, record }: PlayedSession) {
    return { session: id, name, task: record.task }
  }

  #make(): Escalations {
    const { settings, people = [], bell, policy, orchestrator, peer } = this.options
    return new Escalations({
      directory: this.directory,
      clock: this.clock,
      log: silentLogger(),
      comms: () => this.comms,
      settings: () => EscalationSettings.parse(settings ?? {}),
      subject: (session) => this.sessions.get(session),
      isUnreadable: () => false,
      subjects: () => [...this.sessions.values()],
      askable: () => ({ orchestrator, peer }),
      policy: { speaks: () => policy !== undefined, consult: (escalation) => policy?.(escalation) },
      people: bell?.(this.clock) ?? {
        channels: ({ level }) => (level === 'human' ? people : []),
        ways: () => ({ loud: false, hushed: people.length > 0 }),
        ring: async ({ name: channel }, { id }, repeat) => {
          this.rung.push({ channel, escalation: id, repeat })
        },
      },
      deliver: deliverAnswer((session) => this.sessions.get(session), noMailbox),
      waits: () => false,
      mark: () => undefined,
      tell: (event) => void this.events.push(event),
    })
  }
}

/** What cannot be typed here is a failure; test/service/delivery has what waits. */
const noMailbox = {
  put: () => {
    throw new Error('nothing waits in a mailbox here')
  },
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: Record<string, unknown> = JSON.parse(line)
    return value
  } catch {
    return undefined
  }
}

/** A permission with yes, always and no. */
export function permission(fingerprint: string, question = 'May I run it?'): AskedPrompt {
  const option = (number: number, label: string, meaning: string) => ({
    ...{ number, label, meaning, selected: number === 1, keys: [String(number)] },
  })
  const options = [option(1, 'Yes', 'approve'), option(2, 'Yes, always', 'always'), option(3, 'No', 'deny')]
  return { kind: 'permission', question, subject: 'rm old.log', options, truncated: false, fingerprint }
}

export function question(fingerprint: string): AskedPrompt {
  const options = ['dev', 'staging'].map((label, index) => ({
    ...{ number: index + 1, label, meaning: 'other', selected: index === 0, keys: [String(index + 1)] },
  }))
  return { kind: 'choice', question: 'Which?', subject: '', options, truncated: false, fingerprint }
}
