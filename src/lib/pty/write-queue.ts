/** Bytes on their way into a PTY, in order. */
import { writeSync } from 'node:fs'
import { systemErrorCode } from '../errors.ts'

/** Bytes handed to the kernel before others get their turn. */
const chunkSize = 65_536

/** Waits between tries while the program does not read: short at first, since most read at once. */
const firstWaitMs = 1
const longestWaitMs = 50

interface Pending {
  bytes: Uint8Array
  offset: number
  resolve: (written: boolean) => void
}

/**
 * Writes with `writeSync` to the non-blocking descriptor: it takes what fits and says EAGAIN instead of
 * blocking, and unlike a write in the thread pool it cannot hit a descriptor that was closed meanwhile.
 */
export class WriteQueue {
  /** Bytes that the kernel has not taken yet. */
  size = 0
  readonly #queue: Pending[] = []
  readonly #fd: number
  readonly #isOpen: () => boolean
  #timer: NodeJS.Timeout | undefined
  #wait = firstWaitMs

  constructor(fd: number, isOpen: () => boolean) {
    this.#fd = fd
    this.#isOpen = isOpen
  }

  /** Resolves when the kernel has taken all; false when the terminal was closed before. */
  push(bytes: Uint8Array): Promise<boolean> {
    if (!this.#isOpen()) return Promise.resolve(false)
    if (bytes.length === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      this.size += bytes.length
      this.#queue.push({ bytes, offset: 0, resolve })
      if (this.#queue.length === 1) this.#drain()
    })
  }

  /** Gives up what is left. */
  close(): void {
    clearTimeout(this.#timer)
    this.size = 0
    for (const { resolve } of this.#queue.splice(0)) resolve(false)
  }

  #drain(): void {
    if (!this.#isOpen()) {
      this.close()
      return
    }
    let left = chunkSize
    for (let head = this.#queue[0]; head; head = this.#queue[0]) {
      const written = this.#write(head.bytes, head.offset, Math.min(left, head.bytes.length - head.offset))
      if (written === undefined) {
        this.close()
        return
      }
      if (written === 0) {
        this.#later(this.#wait)
        return
      }
      this.#wait = firstWaitMs
      left -= written
      this.size -= written
      head.offset += written
      if (head.offset === head.bytes.length) {
        this.#queue.shift()
        head.resolve(true)
      }
      if (left <= 0) {
        this.#later(0)
        return
      }
    }
  }

  /** Bytes taken; 0 when none fit now, undefined when the terminal is gone. */
  #write(bytes: Uint8Array, offset: number, length: number): number | undefined {
    try {
      return writeSync(this.#fd, bytes, offset, length)
    } catch (error) {
      return systemErrorCode(error) === 'EAGAIN' ? 0 : undefined
    }
  }

  #later(ms: number): void {
    if (ms > 0) this.#wait = Math.min(this.#wait * 2, longestWaitMs)
    this.#timer = setTimeout(() => this.#drain(), ms)
  }
}
