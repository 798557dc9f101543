/** Reads the pictures of one session: as often as it pays, never one that has been overtaken by a newer one. */
import type { CompiledProfile } from '../agents/compiled-profile.ts'
import { readScreen } from '../agents/reading/read-screen.ts'
import type { Reading } from '../agents/reading/reading.ts'
import { viewOfPicture } from '../agents/reading/screen-view.ts'
import { type Settled, settle } from '../agents/settle.ts'
import type { Clock } from '../lib/clock.ts'
import type { Picture } from '../terminal/terminal.ts'
import { ScreenPace } from './screen-pace.ts'

/** Of a screen that never rests, ten pictures a second are read: as often as spinners turn. */
const betweenReadingsMs = 100
/** A screen that was quiet for so long shows a whole frame (measured: a dialog is drawn in under 20 ms). */
const quietMs = 40
/** The first picture may be half of one; it is read when it rests, or after this time. */
const firstReadingMs = 500
/** A program redraws everything for its new size; what stands there meanwhile is not what it does. */
const redrawMs = 300
/** Rows of a spinner, of the time and the tokens counted beside it, and of a footer. */
const spinnerRows = 4

export interface ScreenReaderOptions {
  profile(): CompiledProfile
  title(): string | undefined
  /** Told of what holds, each time that it was seen again. */
  onSettled(settled: Settled, at: number): void
  clock: Clock
}

export class ScreenReader {
  /** When the terminal's word of a change is followed by a look. */
  readonly pace: ScreenPace
  readonly #options: ScreenReaderOptions
  #picture: Picture | undefined
  /** The picture that the present reading was made of. */
  #read: Picture | undefined
  #reading: Reading | undefined
  #settled: Settled | undefined
  #begun: number | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #redrawnAt = Number.NEGATIVE_INFINITY
  #cancelQuiet: (() => void) | undefined
  #cancelRecheck: (() => void) | undefined

  constructor(options: ScreenReaderOptions) {
    this.#options = options
    this.pace = new ScreenPace(options.clock, () => this.#isAtWork())
  }

  /** What holds, and the picture that was read last. */
  get settled(): Settled | undefined {
    return this.#settled
  }

  get picture(): Picture | undefined {
    return this.#read
  }

  see(picture: Picture): void {
    const { clock } = this.#options
    const now = clock.now()
    const before = this.#picture
    this.#picture = picture
    this.#begun ??= now
    const resized = before && (before.columns !== picture.columns || before.rows !== picture.rows)
    if (resized) this.#redrawnAt = now + redrawMs
    this.pace.found(before !== undefined && isCalm(before, picture))
    this.#cancelQuiet?.()
    const early = this.#settled === undefined && now - this.#begun < firstReadingMs
    const still = this.#settled !== undefined && this.pace.still
    const soon = !still && now - this.#readAt < betweenReadingsMs
    if (!early && now >= this.#redrawnAt && !soon) {
      this.#look(now, still)
      // What holds already gains nothing by rest.
      if (this.#settled?.candidate === undefined) return
    }
    this.#waitForQuiet(Math.max(quietMs, this.#redrawnAt - now))
  }

  /** Reads again, for another reason than a new picture: the title changed, nothing came for long. */
  again(): void {
    this.#read = undefined
    if (this.#picture) this.#look(this.#options.clock.now(), true)
  }

  /** Another program is in front: what was read of the one before holds no longer. */
  restart(): void {
    this.#settled = undefined
    this.#reading = undefined
    this.again()
  }

  stop(): void {
    this.pace.stop()
    this.#cancelQuiet?.()
    this.#cancelRecheck?.()
  }

  /** Of a plain program each line counts; of an agent at work only that it stops. */
  #isAtWork(): boolean {
    const { reading, candidate } = this.#settled ?? {}
    const working = reading?.state === 'working' && candidate === undefined
    return working && this.#options.profile().profile.name !== 'shell'
  }

  #waitForQuiet(ms: number): void {
    this.#cancelQuiet = this.#options.clock.after(ms, () => this.#look(this.#options.clock.now(), true))
  }

  #look(now: number, atRest: boolean): void {
    const picture = this.#picture
    if (!picture) return
    if (picture !== this.#read || !this.#reading) {
      this.#reading = readScreen({
        screen: viewOfPicture(picture),
        profile: this.#options.profile(),
        signals: { title: this.#options.title() },
        previous: this.#reading,
        now,
      })
      this.#read = picture
      this.#readAt = now
    }
    this.#settle(this.#reading, now, atRest)
  }

  #settle(reading: Reading, now: number, atRest: boolean): void {
    const settled = settle(this.#settled, reading, now, atRest)
    this.#settled = settled
    this.#cancelRecheck?.()
    if (settled.recheckAt !== undefined) {
      const wait = Math.max(1, settled.recheckAt - now)
      this.#cancelRecheck = this.#options.clock.after(wait, () => this.#look(this.#options.clock.now(), true))
    }
    this.#options.onSettled(settled, now)
  }
}

/** Whether nothing changed but a few rows in their places, as spinners and counters do. */
function isCalm(before: Picture, now: Picture): boolean {
  if (before.first !== now.first || before.lines.length !== now.lines.length) return false
  const changed = now.lines.filter((line, index) => before.lines[index]?.equals(line) !== true)
  return changed.length <= spinnerRows
}
