// A terminal for tests: a PTY that the tap runs on, whose bytes the test writes and reads itself.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import { type ExitStatus, Pty } from '../../../src/lib/pty/pty.ts'
import { decodeTapPayload, type TapFact } from '../../../src/signals/tap-message.ts'

export const identity = 'iterm-orch-0123456789abcdef'

const taps = new Set<Pty>()

afterEach(() => {
  for (const pty of taps) {
    // Whoever is still on it gets SIGHUP, stopped ones too.
    pty.destroy()
  }
  taps.clear()
})

export const tapCommand = [
  process.execPath,
  '--import',
  'tsx',
  fileURLToPath(new URL('../../support/tap-main.ts', import.meta.url)),
]

/** Writes the secret of a session; gives the file. */
export function keyFile(mode = 0o600): string {
  const path = join(mkdtempSync(join(homedir(), 'key-')), 'key')
  writeFileSync(path, `${identity}\n`, { mode })
  return path
}

export class Outer {
  readonly key = keyFile()
  readonly pty: Pty
  readonly exit: Promise<ExitStatus>
  #chunks: Buffer[] = []
  #watchers = new Set<() => void>()

  constructor(argv: string[], env: Record<string, string> = {}) {
    const [file = '', ...args] = argv
    let exited = (_status: ExitStatus) => {}
    this.exit = new Promise((resolve) => {
      exited = resolve
    })
    const { PATH = '' } = process.env
    const own = { PATH, HOME: homedir(), TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: '$ ' }
    this.pty = new Pty(
      {
        file,
        args,
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        env: { ...own, ITERM_ORCH_TAP_KEY_FILE: this.key, ...env },
        columns: 80,
        rows: 24,
      },
      {
        output: (bytes) => {
          this.#chunks.push(Buffer.from(bytes))
          for (const look of this.#watchers) look()
        },
        gone: () => {},
        end: exited,
      },
    )
    taps.add(this.pty)
  }

  get bytes(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  /** What the program wrote, without the messages of the tap. */
  get programs(): string {
    return this.bytes.toString('latin1').replaceAll(message, '')
  }

  get facts(): (TapFact | undefined)[] {
    const said = this.bytes.toString('latin1')
    return [...said.matchAll(message)].map(([, payload = '']) => decodeTapPayload(payload)?.fact)
  }

  type(text: string | Uint8Array): void {
    void this.pty.write(typeof text === 'string' ? Buffer.from(text) : text)
  }

  /** Resolves when the condition holds, looked at after all output. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  /** Resolves when the program has written the text. */
  shows(text: string): Promise<void> {
    return this.until(() => this.programs.includes(text))
  }
}

/** A tap in front of the program. */
export function tap(argv: string[], env: Record<string, string> = {}): Outer {
  return new Outer([...tapCommand, ...argv], env)
}

export function node(script: string): string[] {
  return [process.execPath, '-e', script]
}

const message = new RegExp(`\\x1b\\]1337;Custom=id=${identity}:([A-Za-z0-9+/=]*)\\x07`, 'g')
