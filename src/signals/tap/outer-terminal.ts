/** The terminal that the tap was started in: made transparent, and given back as it was. */
import { spawn } from 'node:child_process'

/** Output that waits for the terminal; more, and the program is no longer read. */
const fullBytes = 256 * 1024

/** Where stty is when PATH does not say. */
const systemPath = '/bin:/usr/bin'

export interface OuterListener {
  input(bytes: Buffer): void
  resized(): void
  /** All output was taken. */
  drained(): void
  /** The terminal is gone. */
  closed(): void
}

export class OuterTerminal {
  #closed = false

  /** @throws when the terminal cannot be made transparent; it is as it was then. */
  async take(): Promise<void> {
    process.stdin.setRawMode(true)
    try {
      // Node's raw mode leaves output processing on: a line feed would become two bytes.
      await stty('raw', '-echo')
    } catch (error) {
      this.giveBack()
      throw error
    }
    setBlocking(process.stdout, false)
  }

  listen(listener: OuterListener): void {
    const closed = () => {
      if (this.#closed) return
      this.#closed = true
      listener.closed()
    }
    process.stdin.on('data', (bytes: Buffer) => listener.input(bytes))
    for (const event of ['end', 'error', 'close'] as const) process.stdin.on(event, closed)
    process.stdout.on('error', closed)
    process.stdout.on('drain', () => listener.drained())
    process.stdout.on('resize', () => listener.resized())
  }

  get size(): { columns: number; rows: number } {
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }
  }

  /** The terminal has enough for now; `drained` follows. */
  get full(): boolean {
    return process.stdout.writableLength > fullBytes
  }

  write(bytes: Buffer | string): void {
    if (!this.#closed && bytes.length > 0) process.stdout.write(bytes)
  }

  setReading(on: boolean): void {
    if (on) process.stdin.resume()
    else process.stdin.pause()
  }

  /** Resolves when the terminal has taken all, or is gone. */
  flushed(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      process.stdout.once('error', () => resolve())
      process.stdout.write('', () => resolve())
    })
  }

  /** Sets the modes that the terminal had before `take`. */
  giveBack(): void {
    try {
      process.stdin.setRawMode(false)
    } catch {
      // It is gone: nothing to give back.
    }
  }
}

function stty(...settings: string[]): Promise<void> {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${systemPath}` }
  return new Promise((resolve, reject) => {
    const child = spawn('stty', settings, { stdio: ['inherit', 'ignore', 'ignore'], env })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error('stty failed'))))
  })
}

/** A terminal that is slow would otherwise hold up the tap, and with it the keys that are typed meanwhile. */
function setBlocking(stream: NodeJS.WriteStream, on: boolean): void {
  const handle: unknown = Reflect.get(stream, '_handle')
  if (typeof handle !== 'object' || handle === null) return
  const method: unknown = Reflect.get(handle, 'setBlocking')
  if (typeof method === 'function') method.call(handle, on)
}
