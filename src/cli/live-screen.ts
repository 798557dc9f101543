/** Lines that are drawn over themselves as they change. */
import type { Output } from './output.ts'

/** They are drawn anew at most so often, and at least so often: the times in them go on. */
const drawMs = 250
const tickMs = 1_000

export class LiveScreen {
  readonly #out: Output
  readonly #lines: () => string[] | Promise<string[]>
  readonly #tick: NodeJS.Timeout
  #pending: NodeJS.Timeout | undefined
  #drawn = 0

  /** @param lines what is to be seen now */
  constructor(out: Output, lines: () => string[] | Promise<string[]>) {
    this.#out = out
    this.#lines = lines
    this.#tick = setInterval(() => this.changed(), tickMs)
    // Hides the cursor; a line that is longer than the screen is wide ends at its margin, and takes one row.
    out.write('\u001b[?25l\u001b[?7l')
  }

  changed(): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined
      void this.#draw()
    }, drawMs)
  }

  end(): void {
    clearInterval(this.#tick)
    clearTimeout(this.#pending)
    this.#out.write('\u001b[?7h\u001b[?25h')
  }

  async #draw(): Promise<void> {
    const lines = await this.#lines()
    // What does not fit on the screen cannot be drawn over.
    const room = (process.stdout.rows || 24) - 1
    const cut =
      lines.length > room ? [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`] : lines
    const up = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r`
    this.#out.write(`${up}${cut.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
    this.#drawn = cut.length
  }
}
