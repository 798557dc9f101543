/** This terminal, lent to a session: raw mode and the alternate screen, given back whatever happens. */
import { writeSync } from 'node:fs'
import { OrchError } from '../../lib/errors.ts'
import type { Size } from './frame-painter.ts'

/** Alternate screen; no wrapping. */
const enter = '\u001b[?1049h\u001b[?7l\u001b[H\u001b[2J'
const leave = '\u001b[?2026l\u001b[0m\u001b[?7h\u001b[?2004l\u001b[?25h\u001b[?1049l'

/** @throws {OrchError} `usage` when there is no terminal to show the session in. */
export function assertTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return
  throw new OrchError('usage', 'attach needs a terminal, but its input or output is none.', {
    hint: 'Use `iterm-orch read` and `iterm-orch inject` in scripts; over ssh, add -t.',
  })
}

export class RawTerminal {
  #active = false
  #bracketedPaste = false

  get size(): Size {
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }
  }

  /** Takes the terminal. It is given back by {@link leave}, or when the process ends in any way. */
  enter(): void {
    this.#active = true
    process.on('exit', this.leave)
    // Before the report of the error, which would be lost with the alternate screen.
    process.prependListener('uncaughtException', this.leave)
    process.on('SIGCONT', this.#retake)
    this.#take()
  }

  /** Whether this terminal marks pastes: as the program of the session wants them. */
  setBracketedPaste(on: boolean): void {
    if (on === this.#bracketedPaste) return
    this.#bracketedPaste = on
    process.stdout.write(pasteMode(on))
  }

  readonly leave = (): void => {
    if (!this.#active) return
    this.#active = false
    process.off('exit', this.leave)
    process.off('uncaughtException', this.leave)
    process.off('SIGCONT', this.#retake)
    process.stdin.pause()
    try {
      process.stdin.setRawMode(false)
      // Synchronous: the process may be about to end.
      writeSync(1, leave)
    } catch {
      // The terminal is gone (its window was closed): nothing to give back.
    }
  }

  /** After a stop from outside the shell has set the terminal to its own modes. */
  readonly #retake = (): void => {
    this.#take()
    process.stdout.emit('resize')
  }

  #take(): void {
    process.stdin.setRawMode(true)
    process.stdin.resume()
    process.stdout.write(enter + pasteMode(this.#bracketedPaste))
  }
}

function pasteMode(on: boolean): string {
  return on ? '\u001b[?2004h' : '\u001b[?2004l'
}
