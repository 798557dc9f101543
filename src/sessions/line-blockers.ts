/** The lines by which programs without a dialog of their own say that they are blocked, or done. */
import type { PatternMatcher } from '../agents/blocker-pattern.ts'
import type { Reading } from '../agents/reading/reading.ts'
import type { Picture } from '../agents/screen-changes.ts'
import type { Blocker } from '../agents/session-state.ts'
import type { Wanted } from './blocker-keeper.ts'
import { BlockerTracker } from './blocker-tracker.ts'
import { promptOfLine } from './line-prompt.ts'
import type { SessionRecord } from './session-record.ts'

export interface SeenLines {
  /** Texts of the lines that are new or changed. */
  changed: string[]
  told: { completed: string[]; blocked: boolean }
  /** The blocker of before is over. */
  over: boolean
}

/** A line that an agent says itself, at the end of its turn: a mark of the agent's own may stand before it. */
const spokenCompletion = /^(?:[●•✦⏺]\s+)?COMPLETE:\s+\S/u

export class LineBlockers {
  readonly #tracker: BlockerTracker
  readonly #matcher: () => PatternMatcher
  readonly #task: string
  #present: Wanted | undefined
  #spoken: string | undefined

  constructor(matcher: () => PatternMatcher, record: SessionRecord) {
    this.#matcher = matcher
    this.#task = record.task
    this.#tracker = new BlockerTracker(matcher, record.reported)
  }

  /** The blocker that a line told of and that is not over. */
  get blocker(): Wanted | undefined {
    return this.#present
  }

  get resumeAt(): number | undefined {
    return this.#tracker.resumeAt
  }

  /** What a record keeps of it. */
  get progress(): Pick<SessionRecord, 'reported' | 'seenThrough'> {
    const reported = this.#tracker.handled.map((line) => ({ ...line }))
    return { reported, seenThrough: this.#tracker.resumeAt }
  }

  /** The blocker that an earlier service has told. */
  restore(blocker: Blocker | undefined, now: number): void {
    const y = this.#tracker.handled.findLast((line) => line.text === blocker?.text)?.y
    if (blocker === undefined || y === undefined) return
    const { kind, text, source, prompt } = blocker
    this.#tracker.restore({ text, y, pattern: { name: source, pattern: '.', ignoreCase: false, kind } }, now)
    this.#present = { kind, text, source, ...(prompt && { prompt }) }
  }

  typed(text: string, now: number): void {
    this.#tracker.typed(text, now)
  }

  /**
   * What stood there when the typing began was answered. The program may ask the next question before the
   * last one is known to be answered; that one stays.
   */
  answered(asked: Wanted | undefined): boolean {
    if (asked === undefined || this.#present !== asked) return false
    this.#tracker.answered()
    this.#present = undefined
    return true
  }

  /** @param believed lines count: the program is none of those that quote and edit text */
  update(picture: Picture, now: number, believed: boolean): SeenLines {
    const { changed, found, resolved } = this.#tracker.update(picture, now)
    const over = resolved && this.#present !== undefined
    if (resolved) this.#present = undefined
    const told: SeenLines['told'] = { completed: [], blocked: false }
    for (const { text, y, pattern } of believed ? found : []) {
      if (pattern.kind === 'complete') told.completed.push(text)
      else {
        const prompt = promptOfLine(pattern.kind, { text, y }, this.#task)
        this.#present = { kind: pattern.kind, text, source: pattern.name, ...(prompt && { prompt }) }
        told.blocked = true
      }
    }
    return { changed: changed.map((line) => line.text), told, over }
  }

  /** Whether what was read is one of the lines that the patterns look for. */
  isMarked({ evidence }: Reading): boolean {
    return this.#matcher()
      .match([evidence[0]?.text ?? ''])
      .some((match) => match !== undefined)
  }

  /** The completion that an agent at rest says in the last lines of its turn; each is given once. */
  spoken({ transcript }: Reading): string | undefined {
    const line = transcript.text
      .split('\n')
      .slice(-lastLines)
      .map((text) => text.trim())
      .findLast((text) => spokenCompletion.test(text))
    if (line === undefined || line === this.#spoken) return undefined
    this.#spoken = line
    return line
  }
}

/** Lines above the input box in which the end of a turn stands. */
const lastLines = 6
