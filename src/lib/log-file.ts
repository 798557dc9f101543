/** A log file: rotated by size, going on when it was removed or cannot be written. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorMessage, systemErrorCode } from './errors.ts'
import { ensureLastDirectory } from './home.ts'

/** A file that somebody removed is noticed within this time, by the next write. */
const lookMs = 1_000

/** What could not be written. */
export interface Lost {
  lines: number
  bytes: number
  why: string
}

export class LogFile {
  readonly #path: string
  readonly #maxBytes: number
  readonly #keep: number
  #file: number | undefined
  #size = 0
  #lookedAt = Number.NEGATIVE_INFINITY
  /** It was refused, and is not tried at every line. */
  #rotateAfter = Number.NEGATIVE_INFINITY
  /** The last write ended in the middle of a line. */
  #torn = false
  #lost: Lost | undefined
  /** Told when lines were lost, with the sum; nothing of it is written again. */
  onLost: (lost: Lost) => void = () => {}
  /** Gives the line that tells of lost ones, once there is room again. */
  readonly #lossNote: (lost: Lost) => Buffer

  constructor(path: string, limits: { maxBytes: number; keep: number }, lossNote: (lost: Lost) => Buffer) {
    this.#path = path
    this.#maxBytes = limits.maxBytes
    this.#keep = limits.keep
    this.#lossNote = lossNote
  }

  /** Writes whole lines, at once: whoever floods the log has to wait for the disk. Never throws. */
  write(lines: Buffer): void {
    let written = 0
    try {
      const file = this.#open(lines.length)
      if (this.#lost || this.#torn) this.#mend(file)
      while (written < lines.length) {
        const bytes = writeSync(file, lines, written)
        written += bytes
        this.#size += bytes
      }
    } catch (error) {
      this.#torn ||= written > 0
      this.#lose(lines.subarray(written), error)
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #open(coming: number): number {
    if (this.#file !== undefined && performance.now() - this.#lookedAt > lookMs) this.#look(this.#file)
    const file = this.#file ?? this.#openFile()
    if (this.#size === 0 || this.#size + coming <= this.#maxBytes || !this.#rotate()) return file
    this.close()
    return this.#openFile()
  }

  #openFile(): number {
    ensureLastDirectory(dirname(this.#path))
    const file = openSync(this.#path, 'a', 0o600)
    this.#file = file
    this.#size = fstatSync(file).size
    this.#lookedAt = performance.now()
    return file
  }

  /** A file that was removed or replaced takes every write, and nobody ever reads it. */
  #look(file: number): void {
    this.#lookedAt = performance.now()
    const there = statSync(this.#path, { throwIfNoEntry: false })
    const own = fstatSync(file)
    if (there?.ino === own.ino && there.dev === own.dev) this.#size = own.size
    else this.close()
  }

  /** False when the system refuses: a log that is too long is better than one with lines missing. */
  #rotate(): boolean {
    if (performance.now() < this.#rotateAfter) return false
    try {
      rmSync(`${this.#path}.${this.#keep}`, { force: true })
      for (let number = this.#keep - 1; number >= 1; number--) {
        renameIfThere(`${this.#path}.${number}`, `${this.#path}.${number + 1}`)
      }
      if (this.#keep > 0) renameIfThere(this.#path, `${this.#path}.1`)
      else rmSync(this.#path, { force: true })
      return true
    } catch {
      this.#rotateAfter = performance.now() + lookMs
      return false
    }
  }

  /** Ends a torn line, and says what is missing. */
  #mend(file: number): void {
    const note = this.#lost ? this.#lossNote(this.#lost) : Buffer.alloc(0)
    const text = Buffer.concat([Buffer.from(this.#torn ? '\n' : ''), note])
    const bytes = writeSync(file, text)
    this.#size += bytes
    if (bytes < text.length) throw new Error('the disk is full')
    this.#torn = false
    this.#lost = undefined
  }

  #lose(rest: Buffer, error: unknown): void {
    let lines = 0
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10, at + 1)) lines++
    const before = this.#lost ?? { lines: 0, bytes: 0 }
    const why = systemErrorCode(error) ?? errorMessage(error)
    this.#lost = { lines: before.lines + lines, bytes: before.bytes + rest.length, why }
    this.onLost({ lines, bytes: rest.length, why })
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}
