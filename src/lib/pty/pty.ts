/** A program on a PTY: bytes in, bytes out, size, end. */
import { readSync } from 'node:fs'
import { spawn } from '@lydell/node-pty'
import { ptyInternals } from './pty-internals.ts'
import { WriteQueue } from './write-queue.ts'

/** After the program ended, others may hold the terminal open; this long without output and it is closed. */
const quietMs = 100

/** Bytes that may wait for a program that does not read: a large paste, not a leak. */
const maxWaiting = 16 * 1024 * 1024

/** More than a kernel keeps of a terminal's output; and what is asked for at once. */
const maxRest = 4 * 1024 * 1024
const restChunk = 65_536

export interface ExitStatus {
  exitCode: number
  signal: number | undefined
}

export interface PtyProgram {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  columns: number
  rows: number
}

interface PtyListener {
  output(bytes: Buffer): void
  /** The program is gone; output may still follow. */
  gone(status: ExitStatus): void
  /** The terminal is closed; nothing follows. */
  end(status: ExitStatus): void
}

export class Pty {
  readonly pid: number
  readonly tty: string
  readonly #pty: ReturnType<typeof spawn>
  readonly #inside: ReturnType<typeof ptyInternals>
  readonly #listener: PtyListener
  readonly #writes: WriteQueue
  #status: ExitStatus | undefined
  #closed = false
  #reading = true
  #heard = false
  #closing: NodeJS.Timeout | undefined

  /** Throws when there is no PTY or process to be had. */
  constructor(program: PtyProgram, listener: PtyListener) {
    const { file, args, cwd, env, columns, rows } = program
    this.#listener = listener
    this.#pty = spawn(file, args, {
      name: env['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd,
      env,
      encoding: 'utf8',
    })
    this.#inside = ptyInternals(this.#pty)
    const { socket, fd, tty } = this.#inside
    this.pid = this.#pty.pid
    this.tty = tty
    this.#writes = new WriteQueue(fd, () => this.open)
    socket.on('data', (bytes: Buffer) => {
      this.#heard = true
      listener.output(bytes)
    })
    socket.on('end', () => this.#readRest())
    // A PTY ends with EIO; the close that follows is what counts.
    socket.on('error', () => {})
    socket.on('close', () => this.#close())
    this.#pty.onExit(({ exitCode, signal }) => this.#exit({ exitCode, signal: signal || undefined }))
  }

  /** The terminal takes input. */
  get open(): boolean {
    return this.#status === undefined && !this.#inside.socket.destroyed
  }

  get waitingBytes(): number {
    return this.#writes.size
  }

  /** Resolves when the kernel took all; false when the program ended or too much waits for it already. */
  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#writes.size > maxWaiting) return Promise.resolve(false)
    return this.#writes.push(bytes)
  }

  /** Stops and starts reading; the program blocks when the kernel's buffer is full. */
  setReading(on: boolean): void {
    if (on === this.#reading) return
    this.#reading = on
    this.#heard = true
    this.#inside.setReading(on)
  }

  resize(columns: number, rows: number): void {
    if (this.open) this.#pty.resize(columns, rows)
  }

  /** Closes the terminal; whoever still holds it gets EIO and, in the foreground, SIGHUP. */
  destroy(): void {
    this.#inside.socket.destroy()
  }

  #exit(status: ExitStatus): void {
    this.#status = status
    this.#writes.close()
    this.#listener.gone(status)
    if (this.#closed) this.#listener.end(status)
    else this.#closing = setInterval(() => this.#closeWhenQuiet(), quietMs)
  }

  #closeWhenQuiet(): void {
    if (!this.#reading) return
    // A busy process may not have come to read; so it is asked, not inferred.
    if (!this.#heard && !this.#readRest()) this.destroy()
    this.#heard = false
  }

  /**
   * Reads what the kernel still holds; true when there was anything. libuv takes a hang-up together with a
   * short read for the end, and every read of a PTY is short: the last kilobytes would be lost.
   */
  #readRest(): boolean {
    const { socket, fd } = this.#inside
    let found = false
    for (let left = maxRest; left > 0 && !socket.destroyed; ) {
      const bytes = readNow(fd, Math.min(left, restChunk))
      if (!bytes) break
      found = true
      left -= bytes.length
      this.#listener.output(bytes)
    }
    return found
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#closing)
    this.#writes.close()
    if (this.#status) this.#listener.end(this.#status)
  }
}

/** What can be read without waiting; undefined for nothing, or the end. */
function readNow(fd: number, size: number): Buffer | undefined {
  const buffer = Buffer.allocUnsafe(size)
  try {
    const length = readSync(fd, buffer)
    return length > 0 ? buffer.subarray(0, length) : undefined
  } catch {
    // EAGAIN: nothing yet. EIO: everyone has closed the terminal.
    return undefined
  }
}
