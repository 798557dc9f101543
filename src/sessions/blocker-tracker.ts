/** Follows the screen of one session and tells each blocker once. Pure: time comes in as an argument. */
import type { BlockerPattern, PatternMatcher } from '../agents/blocker-pattern.ts'
import { type ChangedLine, type Picture, ScreenChanges } from '../agents/screen-changes.ts'

export interface Finding {
  /** The line without surrounding white space. */
  text: string
  /** Absolute number of the line. */
  y: number
  pattern: BlockerPattern
}

export interface Reading {
  /** Lines that are new or changed. */
  changed: ChangedLine[]
  found: Finding[]
  /** The blocker of before is over: it left the screen, or the program printed more. */
  resolved: boolean
}

/** Lines kept to know them again after a restart of the service. */
const maxHandled = 100
/** What follows a prompt within this time belongs to it (its options, a footer). */
const promptSettleMs = 1_500
/** Text that we typed comes back as echo; for this long it is not taken for words of the program. */
const echoMs = 30_000

export class BlockerTracker {
  readonly #matcher: () => PatternMatcher
  readonly #changes = new ScreenChanges()
  #handled: { text: string; y: number }[]
  /** Matches on the first picture that an earlier service has told already. */
  #known: { text: string; y: number }[]
  #typed: { text: string; at: number }[] = []
  #current: { finding: Finding; at: number } | undefined

  constructor(matcher: () => PatternMatcher, handled: readonly { text: string; y: number }[] = []) {
    this.#matcher = matcher
    this.#handled = [...handled]
    this.#known = [...handled]
  }

  get handled(): readonly { text: string; y: number }[] {
    return this.#handled
  }

  get resumeAt(): number | undefined {
    return this.#changes.resumeAt
  }

  /** Remembers a blocker of an earlier service as the present one. */
  restore(finding: Finding, now: number): void {
    this.#current = { finding, at: now }
  }

  /** Text on its way into the session. */
  typed(text: string, now: number): void {
    this.#typed = this.#typed.filter((typed) => now - typed.at <= echoMs)
    this.#typed.push({ text, at: now })
  }

  /** The present blocker was answered. */
  answered(): void {
    this.#current = undefined
  }

  update(picture: Picture, now: number): Reading {
    const changed = this.#changes.update(picture, now)
    const found = this.#find(changed, now)
    const resolved = this.#isResolved(picture, changed, now)
    const last = found.filter((finding) => finding.pattern.kind !== 'complete').at(-1)
    if (resolved || last) this.#current = last && { finding: last, at: now }
    return { changed, found, resolved }
  }

  #find(changed: readonly ChangedLine[], now: number): Finding[] {
    const matcher = this.#matcher()
    const matches = matcher.match(changed.map((line) => line.text))
    const before = matcher.match(changed.map((line) => line.previous ?? ''))
    const found: Finding[] = []
    changed.forEach((line, index) => {
      const match = matches[index]
      if (!match || before[index]?.pattern === match.pattern) return
      const text = line.text.trim()
      this.#handled = [...this.#handled, { text, y: line.y }].slice(-maxHandled)
      if (this.#wasTold(text, line.y) || this.#isEcho(line.text.slice(match.index), now)) return
      found.push({ text, y: line.y, pattern: match.pattern })
    })
    // What an earlier service told can only be met again on the first picture.
    this.#known = []
    return found
  }

  /** What was typed behind a question by an earlier service makes no other line of it. */
  #wasTold(text: string, y: number): boolean {
    const exact = this.#known.findIndex((line) => line.text === text)
    const index =
      exact >= 0 ? exact : this.#known.findIndex((line) => line.y === y && text.startsWith(line.text))
    if (index >= 0) this.#known.splice(index, 1)
    return index >= 0
  }

  #isEcho(text: string, now: number): boolean {
    const wanted = text.trim()
    return this.#typed.some((typed) => now - typed.at <= echoMs && typed.text.includes(wanted))
  }

  #isResolved(picture: Picture, changed: readonly ChangedLine[], now: number): boolean {
    if (!this.#current) return false
    const { finding, at } = this.#current
    const stillThere =
      finding.y >= picture.first && this.#changes.lines.some((line) => line.text.includes(finding.text))
    if (!stillThere) return true
    if (finding.pattern.kind !== 'error' && now - at < promptSettleMs) return false
    return changed.some((line) => line.y > finding.y && line.previous === undefined)
  }
}
