/** Keeps the output of one stream of a command, byte for byte. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { ensureLastDirectory } from '../lib/home.ts'

export class CaptureFile {
  readonly #path: string
  #file: number | undefined
  #lostBytes = 0
  #why = ''

  constructor(path: string) {
    this.#path = path
  }

  /** Never throws: a command goes on though its output cannot be kept. */
  push(chunk: Buffer): void {
    let written = 0
    try {
      this.#file ??= this.#open()
      while (written < chunk.length) written += writeSync(this.#file, chunk, written)
    } catch (error) {
      this.#lostBytes += chunk.length - written
      this.#why = systemErrorCode(error) ?? String(error)
    }
  }

  /** Gives what could not be kept, as a sentence; undefined when nothing was lost. */
  close(): string | undefined {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    if (this.#lostBytes === 0) return undefined
    return `${this.#lostBytes} bytes could not be written into ${this.#path}: ${this.#why}`
  }

  #open(): number {
    ensureLastDirectory(dirname(this.#path))
    return openSync(this.#path, 'a', 0o600)
  }
}
