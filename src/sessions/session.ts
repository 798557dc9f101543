/** One supervised session: its record, its state, and everything that can be done with it. */
import type { PatternMatcher } from '../agents/blocker-pattern.ts'
import type { ProfileStore } from '../agents/profile-store.ts'
import type { ExplainedState } from '../agents/session-state.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { redact } from '../lib/redact.ts'
import type { HookSignal } from '../signals/hooks/hook-signal.ts'
import type { Picture, Terminal, TypingTerminal } from '../terminal/terminal.ts'
import type { AccountGate } from './account-gate.ts'
import { currentPicture } from './current-picture.ts'
import { exitStatusVariable, readExit } from './exit-status.ts'
import type { Explanation } from './explanation.ts'
import { frames } from './frame.ts'
import { initialState } from './initial-state.ts'
import type { Journal } from './journal.ts'
import { filledRows, type PictureText, pictureText } from './picture-text.ts'
import { profileOf } from './profile-of.ts'
import { reportedConversation } from './reported-conversation.ts'
import { neverOpened, notReachable, notRunning } from './session-errors.ts'
import type { Frame, SessionEvent, SessionInfo } from './session-info.ts'
import { mailboxOf } from './session-mailbox.ts'
import type { RecordStore, SessionRecord } from './session-record.ts'
import type { StuckLimits } from './stuck.ts'
import type { AnswerRequest } from './typing/answer.ts'
import { scriptableTerminal, unfollowed } from './typing/by-applescript.ts'
import type { CutOff } from './typing/finish.ts'
import type { Look, TypingResult } from './typing/keyboard.ts'
import { sessionKeyboard } from './typing/session-keyboard.ts'
import { type AnswerOutcome, type Injection, Typist } from './typing/typist.ts'
import type { TypingWay } from './typing/way.ts'
import { Watcher } from './watcher.ts'

export interface SessionContext {
  store: RecordStore
  journal: Journal
  matcher: PatternMatcher
  profiles: ProfileStore
  /** Directory of the mailboxes. */
  comms: string
  /** After how long a session counts as stuck. */
  stuck: StuckLimits
  /** The other way into sessions of iTerm2; why there is none, where there is none. */
  appleScript: TypingTerminal | string
  /** Program and arguments that stand before a program to put it behind the tap; empty: there is no tap. */
  tapCommand: readonly string[]
  /** Knows the limits of the accounts; absent: nothing is ever held back. */
  gate?: AccountGate
  log: Logger
}

/** The last reports tell what is the case; the others are history. */
const mostUnheard = 10
/** Rows of the last screen that a record keeps. */
const lastScreenRows = 50
/** Kinds of blockers whose answer is a secret. */
const secretKinds: ReadonlySet<string> = new Set(['credential', 'login'])

export class Session {
  readonly #context: SessionContext
  readonly #typist: Typist
  #record: SessionRecord
  #terminal: Terminal | undefined
  #watcher: Watcher | undefined
  #state: ExplainedState
  #last: Picture | undefined
  /** What hooks have reported while the terminal could not be reached. */
  readonly #unheard: HookSignal[] = []
  /** Nothing is written or told about a session that was closed. */
  #closed = false

  constructor(context: SessionContext, record: SessionRecord) {
    this.#context = context
    this.#record = record
    this.#state = initialState(record)
    this.#typist = new Typist({
      keyboard: (way) => {
        const own = profileOf(context.profiles, this.#record)
        const agents = { own, all: context.profiles.profiles }
        if (way === 'api') {
          const { terminal, session } = this.#live()
          return sessionKeyboard(terminal, session, agents, this.#watcher)
        }
        this.#assertRuns()
        const terminal = scriptableTerminal(this.#record, context.appleScript)
        return sessionKeyboard(terminal, this.#terminalSession(), agents, unfollowed(own, this.#record))
      },
      tell: (event) => this.#tell(event),
      typed: (text) => this.#watcher?.typed(text),
      answering: () => this.#watcher?.answering(),
      waitsForSecret: () => secretKinds.has(this.#record.waitsFor?.kind ?? ''),
      keepLongText: (text) => context.store.keepText(this.id, text),
      lastAnswer: () => this.#record.lastAnswer,
      rememberAnswer: (lastAnswer) => this.update({ lastAnswer }),
    })
  }

  get record(): Readonly<SessionRecord> {
    return this.#record
  }

  get id(): string {
    return this.#record.id
  }

  get name(): string {
    return this.#record.name
  }

  get terminal(): Terminal | undefined {
    return this.#terminal
  }

  info(): SessionInfo {
    const { id, terminalSession, name, agent, task, cwd, waitsFor, terminal, launchedAt, exit } = this.#record
    const { conversation } = this.#record
    return {
      ...{ id, name, agent, task, mailbox: mailboxOf(this.#record), cwd },
      ...this.#state,
      ...{ terminal, launchedAt },
      ...(conversation === undefined ? {} : { conversation }),
      ...(this.#record.run && { run: this.#record.run }),
      ...(terminalSession === undefined ? {} : { terminalSession }),
      ...(this.#watcher?.inFront === undefined ? {} : { inFront: this.#watcher.inFront }),
      ...(waitsFor === undefined ? {} : { waitsFor }),
      ...(this.#last ? { columns: this.#last.columns, rows: this.#last.rows } : {}),
      ...(exit?.code === undefined ? {} : { exitCode: exit.code }),
      ...this.#context.gate?.limitOf(this.#record),
    }
  }

  /** Begins to follow the session in its terminal, as it is now. */
  watch(terminal: Terminal): void {
    this.unwatch()
    const session = this.#terminalSession()
    this.#terminal = terminal
    this.#watcher = new Watcher(terminal, session, this.#record, {
      matcher: () => this.#context.matcher,
      profile: () => profileOf(this.#context.profiles, this.#record),
      profiles: () => this.#context.profiles.profiles,
      limits: () => this.#context.stuck,
      comms: () => this.#context.comms,
      log: this.#context.log,
      update: (changes) => this.update(changes),
      setState: (state) => this.setState(state),
      state: () => this.#state,
      tell: (event) => this.#tell(event),
      picture: (picture) => {
        this.#last = picture
      },
      ended: () => this.checkEnded(),
    })
    this.#watcher.start()
    for (const signal of this.#unheard.splice(0)) this.#watcher.hook(signal)
  }

  unwatch(): void {
    this.#watcher?.stop()
    this.#watcher = undefined
    this.#terminal = undefined
  }

  /** What a hook of its agent has reported. Its conversation is on the disk when this returns. */
  hook(signal: HookSignal): void {
    const { profile } = profileOf(this.#context.profiles, this.#record)
    const conversation = reportedConversation(this.#record.conversation, profile, signal)
    if (conversation !== undefined) this.update({ conversation })
    // An agent waits for this: the state can be told after the answer.
    setImmediate(() => {
      if (this.#watcher) this.#watcher.hook(signal)
      else this.#unheard.push(signal)
      this.#unheard.splice(0, Math.max(0, this.#unheard.length - mostUnheard))
    })
  }

  /** What its state was made of; undefined while nobody follows it. */
  explain(): Explanation | undefined {
    return this.#watcher?.explain()
  }

  /** Writes changes of the record to the disk. */
  update(changes: Partial<SessionRecord>): void {
    this.#record = { ...this.#record, ...changes }
    if (!this.#closed) this.#context.store.save(this.#record, changes)
  }

  setState(next: Omit<ExplainedState, 'since'>): void {
    const from = this.#state
    const since = from.state === next.state ? from.since : new Date().toISOString()
    this.#state = { ...next, since }
    if (from.state !== next.state)
      this.#tell({ type: 'state', from: from.state, to: next.state, reason: next.reason })
  }

  /** Looks whether the program still runs, and records its end if not. */
  async checkEnded(): Promise<void> {
    const { terminalSession, stage } = this.#record
    const terminal = this.#terminal
    if (stage === 'exited' || terminal === undefined || terminalSession === undefined) return
    if (await terminal.isAlive(terminalSession)) return
    const shown = (await terminal.list()).some((session) => session.id === terminalSession)
    if (shown) this.#last = await terminal.readScreen(terminalSession)
    const { reason, code } = readExit(
      shown ? await terminal.variable(terminalSession, exitStatusVariable) : null,
      this.#watcher?.tap.exit,
    )
    this.end(reason ?? (shown ? 'the program ended' : 'the session was closed in the terminal'), code)
  }

  /** Records that the program has ended. */
  end(reason: string, code?: number): void {
    if (this.#record.stage === 'exited') return
    const lastScreen = this.lastLines().slice(-lastScreenRows).map(redact)
    const exit = { ...(code === undefined ? {} : { code }), reason, at: new Date().toISOString(), lastScreen }
    this.#watcher?.stop()
    this.#context.store.removeTapKey(this.id)
    this.update({ stage: 'exited', exit, waitsFor: undefined })
    this.setState({ state: 'exited', reason, source: 'terminal', evidence: lastScreen.at(-1) ?? '' })
    this.#tell({ type: 'exited', reason, ...(code === undefined ? {} : { exitCode: code }) })
  }

  /** The terminal cannot be asked any more; what the program does is not known. */
  lost(reason: string): void {
    this.unwatch()
    if (this.#record.stage === 'exited') return
    this.setState({ state: 'unknown', reason, source: 'terminal', evidence: '' })
  }

  /** Text of the last screen that was seen, empty rows at its end left out. */
  lastLines(): string[] {
    if (!this.#last) return this.#record.exit?.lastScreen ?? []
    return filledRows(this.#last)
  }

  /** The screen, or the last `lines` lines with the history. */
  async read(lines: number | undefined, ansi: boolean): Promise<PictureText> {
    const picture = await this.#picture(lines)
    if (picture) return pictureText(picture, lines, ansi)
    return { lines: this.lastLines().slice(-(lines ?? lastScreenRows)), cursor: { x: 0, y: 0 } }
  }

  /** Types text and keys, one injection at a time, and proves that they were taken. */
  inject(injection: Injection): Promise<TypingResult> {
    return this.#typist.inject(injection)
  }

  /** Answers the prompt that is on the screen, if it is the one that is meant. */
  answer(request: AnswerRequest, how?: TypingWay): Promise<AnswerOutcome> {
    return this.#typist.answer(request, how)
  }

  /** Presses the Enter behind a text whose typing was cut off, if exactly that text stands there. */
  finish(cutOff: CutOff): Promise<TypingResult | undefined> {
    return this.#typist.finish(cutOff)
  }

  /** The screen as it is at this moment, and what it says. */
  look(): Promise<Look> {
    return this.#typist.look()
  }

  /** Types bytes of a person at the keyboard (`attach`), in turn with the injections. */
  input(text: string): Promise<void> {
    return this.#typist.raw(text)
  }

  async resize(columns: number, rows: number): Promise<void> {
    const { terminal, session } = this.#live()
    await terminal.resize(session, columns, rows)
  }

  async focus(): Promise<void> {
    const { terminal, session } = this.#live()
    await terminal.activate(session)
  }

  /** Gives the session another name, in the terminal too where it can be reached. */
  async rename(name: string): Promise<void> {
    // Written first: a name that could not be kept is not told.
    this.#context.store.save({ ...this.#record, name })
    this.#tell({ type: 'renamed', to: name })
    this.update({ name })
    const session = this.#record.terminalSession
    if (!this.#terminal || session === undefined) return
    try {
      await this.#terminal.rename(session, name)
    } catch (error) {
      this.#context.log.warn({ error: errorMessage(error) }, 'the terminal did not take the new name')
    }
  }

  /** Closes the session in its terminal, if it is there, and forgets it. */
  async close(force: boolean): Promise<void> {
    const { terminalSession, stage, terminal } = this.#record
    if (this.#terminal && terminalSession !== undefined) {
      await this.#terminal.close(terminalSession, force)
    } else if (stage !== 'exited' && !force) {
      throw new OrchError(
        'terminal-unavailable',
        `The terminal (${terminal}) of the session cannot be reached.`,
        { hint: 'Use --force to forget the session; its program may go on running.' },
      )
    }
    this.unwatch()
    this.#tell({ type: 'closed' })
    this.#closed = true
    this.#context.store.remove(this.id)
  }

  /** The screen as it changes, with styles, until the session is closed or `signal` aborts. */
  async *frames(signal: AbortSignal): AsyncGenerator<Frame, void, void> {
    const exited = () => this.#record.stage === 'exited'
    yield* frames({ ...this.#live(), followed: () => this.#watcher, exited }, signal)
  }

  /** As it is now; where the session or its terminal is gone, as it was last. */
  async #picture(lines: number | undefined): Promise<Picture | undefined> {
    const session = this.#record.terminalSession
    if (!this.#terminal || session === undefined) return this.#last
    return (await currentPicture(this.#terminal, session, lines, this.#last?.rows ?? 0)) ?? this.#last
  }

  #assertRuns(): void {
    if (this.#record.stage === 'exited') throw notRunning(this.name, this.#state.reason)
  }

  #live(): { terminal: Terminal; session: string } {
    this.#assertRuns()
    if (!this.#terminal) throw notReachable(this.name, this.#state.reason)
    return { terminal: this.#terminal, session: this.#terminalSession() }
  }

  #terminalSession(): string {
    const session = this.#record.terminalSession
    if (session !== undefined) return session
    throw neverOpened(this.name)
  }

  #tell(event: SessionEvent): void {
    if (this.#closed) return
    if (event.type === 'blocker' || event.type === 'prompt') {
      this.#typist.sawPrompt(event.blocker.prompt?.fingerprint)
    }
    const { id, name, task } = this.#record
    this.#context.journal.add({ session: id, name, task, ...event })
  }
}
