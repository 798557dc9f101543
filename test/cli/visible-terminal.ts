/** A terminal emulator for tests, with what a person would see on it. */
import xterm from '@xterm/headless'

export class VisibleTerminal {
  /** Everything that was written. */
  received = ''
  readonly #terminal: InstanceType<typeof xterm.Terminal>
  readonly #waiters = new Set<() => void>()

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  }

  write(data: string): void {
    this.received += data
    this.#terminal.write(data, () => {
      for (const wake of [...this.#waiters]) wake()
    })
  }

  /** What a terminal sends back by itself, to queries. */
  onAnswer(handler: (answer: string) => void): void {
    this.#terminal.onData(handler)
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
  }

  /** Resolves when everything written so far is on the screen. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve))
  }

  get alternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  get bracketedPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode
  }

  get cursor(): { x: number; y: number } {
    const { cursorX, cursorY } = this.#terminal.buffer.active
    return { x: cursorX, y: cursorY }
  }

  /** The rows of the screen, without blanks at their ends. */
  get rows(): string[] {
    const { active } = this.#terminal.buffer
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
    )
  }

  /** Resolves when the text on the screen fits. */
  async until(fits: (text: string) => boolean): Promise<void> {
    while (!fits(this.rows.join('\n'))) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiters.delete(wake)
          resolve()
        }
        this.#waiters.add(wake)
      })
    }
  }
}
