/** The latest word of every source about one session. Pure: the time is an argument. */

import type { Note, Progress } from '../lib/notes.ts'
import { ProgramRecords } from '../lib/program-status/records.ts'
import type { HookSignal } from './hooks/hook-signal.ts'
import { readNote } from './read-note.ts'
import { readTitle } from './read-title.ts'
import type { Report } from './report.ts'
import { readReports, type Said } from './report-signal.ts'
import type { Signal, SignalSource } from './signal.ts'
import type { TapFact } from './tap-message.ts'

type StandingReport = Parameters<typeof readReports>[0][number] & { since?: number | undefined }

/** A hint of a hook that nothing else bears out is forgotten after this time. */
const hintMs = 3_000

/** By these a program says itself what it does. */
const ownReports: ReadonlySet<SignalSource> = new Set(['program-status', 'hook'])

/** These need no word of the program. */
const seenFromOutside: ReadonlySet<SignalSource> = new Set(['screen', 'process', 'output'])

export class SignalBoard {
  readonly #signals = new Map<SignalSource, Signal>()
  /** Reports that come one by one, from the tap. */
  readonly #tapped = new ProgramRecords()
  #title = ''
  #workReportedAt: number | undefined

  /** The latest word of each source. */
  get signals(): readonly Signal[] {
    return [...this.#signals.values()]
  }

  get title(): string {
    return this.#title
  }

  /** When the program itself last said that it had begun to work, in ms. What is seen or guessed does not count. */
  get workReportedAt(): number | undefined {
    return this.#workReportedAt
  }

  of(source: SignalSource): Signal | undefined {
    return this.#signals.get(source)
  }

  /**
   * Writes down what a source says; undefined takes its word back.
   *
   * @param at ms; a word from before the present one changes nothing
   */
  set(source: SignalSource, said: (Said & Partial<Signal>) | undefined, at: number): void {
    const before = this.#signals.get(source)
    if (before && before.at > at) return
    if (!said) {
      this.#signals.delete(source)
      return
    }
    const same = before?.state === said.state && before.blocker === said.blocker
    const signal = { since: same ? before.since : at, at, ...said, source }
    this.#signals.set(source, signal)
    if (ownReports.has(source) && said.state === 'working') this.#workReportedAt = signal.since
  }

  /** All reports that stand, as the terminal keeps them. */
  reports(reports: readonly StandingReport[], now: number): void {
    const told = Math.max(0, ...reports.map(({ since }) => since ?? now))
    const at = reports.length === 0 ? now : Math.min(now, told)
    this.#signals.delete('program-status')
    this.set('program-status', readReports(reports), at)
  }

  /** What an agent's hook says; of its helpers, and of what tells no state, nothing is kept. */
  hook(signal: HookSignal): void {
    const { state, subagent, backgroundTasks, event, tool, command, message, sure, late, at, blocker } =
      signal
    if (state === undefined || subagent !== undefined) return
    const evidence = [tool, command ?? message].filter((text) => text !== undefined).join(': ')
    const goesOn = state === 'idle' && backgroundTasks !== undefined
    this.set(
      'hook',
      {
        state: goesOn ? 'working' : state,
        reason: goesOn ? `${event}: ${backgroundTasks} tasks go on` : `its hook ${event} was called`,
        evidence: evidence || event,
        since: at - late,
        ...(blocker === undefined ? {} : { blocker }),
        ...(sure ? {} : { lasts: hintMs }),
      },
      at,
    )
  }

  setTitle(title: string, now: number): void {
    this.#title = title
    this.set('title', title === '' ? undefined : (readTitle(title) ?? silent('its title', title)), now)
  }

  note(note: Note, now: number): void {
    this.set('notification', readNote(note), now)
  }

  progress(progress: Progress | null, now: number): void {
    this.set('progress', progress ? readProgress(progress) : undefined, now)
  }

  /** The text of OSC 21337. */
  status(text: string, now: number): void {
    this.set('session-status', text === '' ? undefined : readStatus(text), now)
  }

  /** A mark of shell integration: A and B begin a prompt, C a command's output, D ends it. */
  mark(mark: 'A' | 'B' | 'C' | 'D', now: number): void {
    const running = mark === 'C'
    const reason = running ? 'the shell runs a command' : 'the shell shows its prompt'
    this.set('prompt-mark', { state: running ? 'working' : 'idle', reason, evidence: `OSC 133;${mark}` }, now)
    if (mark === 'A') this.#endActivity(now)
  }

  bell(count: number, now: number): void {
    if (count > 0) this.set('bell', silent('the bell rang', `${count} times so far`), now)
  }

  /** What the tap in front of the program has heard. */
  tapped(fact: TapFact, now: number): void {
    if (fact.type === 'report') this.#report(fact.report, now)
    else if (fact.type === 'title') this.setTitle(fact.window || fact.icon, now)
    else if (fact.type === 'bell') this.bell(fact.count, now)
    else if (fact.type === 'notification') this.note(fact, now)
    else if (fact.type === 'progress') this.progress(fact.progress, now)
    else if (fact.type === 'status') this.status(fact.text, now)
    else if (fact.type === 'prompt') this.mark(fact.mark, now)
    else if (fact.type === 'start') this.clear()
    else if (fact.type === 'exit') this.#endActivity(now)
  }

  /** Another program begins: what the last one said is not about it. What is seen from outside is seen again. */
  clear(): void {
    for (const source of this.#signals.keys()) if (!seenFromOutside.has(source)) this.#signals.delete(source)
    this.#tapped.clear()
    this.#title = ''
    this.#workReportedAt = undefined
  }

  #report({ message, kind, title, app, progress, ...rest }: Report, at: number): void {
    this.#tapped.apply(
      {
        ...rest,
        ...(message !== undefined && { msg: message }),
        ...(kind !== undefined && { kind }),
        ...(title !== undefined && { title }),
        ...(app !== undefined && { app }),
        ...(progress !== undefined && { progress }),
      },
      at,
    )
    this.#showTapped(at)
  }

  /** The program ended, or a new prompt began: what was going on is over. */
  #endActivity(now: number): void {
    if (this.#tapped.list().length === 0) return
    this.#tapped.endActivity()
    this.#showTapped(now)
  }

  #showTapped(at: number): void {
    const standing = this.#tapped.list().map(({ msg, ...record }) => ({ ...record, message: msg }))
    this.set('program-status', readReports(standing), at)
  }
}

function silent(reason: string, evidence: string): Said {
  return { state: 'unknown', reason, evidence }
}

function readProgress({ state, percent }: Progress): Said {
  const evidence = percent === null ? state : `${state}, ${percent} %`
  if (state === 'error') return { state: 'errored', reason: 'its progress bar shows an error', evidence }
  return { state: 'working', reason: 'its progress bar is shown', evidence }
}

const statuses = { idle: 'idle', working: 'working', waiting: 'waiting' } as const

function readStatus(text: string): Said {
  const word = /\b(?:idle|working|waiting)\b/u.exec(text)?.[0] as keyof typeof statuses | undefined
  if (!word) return silent('its session status', text)
  const said: Said = { state: statuses[word], reason: `its session status is ${word}`, evidence: text }
  return word === 'waiting' ? { ...said, blocker: 'question' } : said
}
