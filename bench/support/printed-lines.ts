/** Reads the lines of programs/printer.pl off screens, and how old each was when it was seen first. */
const line = /^T (\d+\.\d{6})$/

/** Milliseconds of the wall clock with the resolution of the monotonic one; aligned once, at a tick. */
const offset = alignClocks()
export const wallClockMs = (): number => performance.now() + offset

export class PrintedLines {
  readonly #newest = new Map<string, number>()
  /** Milliseconds from writing to seeing, of every line but the first screen's of each session. */
  readonly delays: number[] = []
  /** Sessions of which something was seen. */
  get sessions(): number {
    return this.#newest.size
  }

  see(session: string, rows: readonly string[]): void {
    const now = wallClockMs()
    const known = this.#newest.get(session)
    for (const row of rows) {
      const printed = Number(line.exec(row.trimEnd())?.[1]) * 1000
      if (!(printed > (this.#newest.get(session) ?? 0))) continue
      this.#newest.set(session, printed)
      if (known !== undefined) this.delays.push(now - printed)
    }
  }

  /** Forgets what was measured so far, such as the start of the programs. */
  reset(): void {
    this.delays.length = 0
  }
}

function alignClocks(): number {
  const before = Date.now()
  let now = before
  while (now === before) now = Date.now()
  return now - performance.now()
}
