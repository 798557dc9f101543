/** Runs the built binary as people do, in the home of this test process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import type { OrchEvent as OrchEventSchema, SessionInfo } from '../../src/service/api.ts'

export type OrchEvent = z.infer<typeof OrchEventSchema>
export type Sessions = { sessions: SessionInfo[] }

export const binary = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url))

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs one command to its end. */
export async function run(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [binary, ...args], {
    stdio: 'pipe',
    cwd: options.cwd,
    env: { ...process.env, ITERM_ORCH_TERMINAL: 'host', ...options.env },
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Runs one command that must succeed, and gives its JSON. */
export async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run([...args.slice(0, 1), '--json', ...args.slice(1)])
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

/** A command that streams one object a line, such as `watch --json`. */
export class Stream<T> {
  readonly child: ChildProcess
  readonly seen: T[] = []
  readonly #waiters = new Set<() => void>()
  readonly #closed: Promise<number | null>

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [binary, ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#closed = once(this.child, 'close').then(([code]) => code)
    if (!this.child.stdout) throw new Error('no pipe')
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.seen.push(JSON.parse(line))
      for (const wake of [...this.#waiters]) wake()
    })
  }

  /** The first object that fits, of those seen or to come. */
  async first(fits: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.seen.find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiters.delete(wake)
          resolve()
        }
        this.#waiters.add(wake)
      })
    }
  }

  /** Sends the signal and gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal)
    return this.ended()
  }

  /** The exit code, when the command has ended and everything it wrote is in `seen`. */
  ended(): Promise<number | null> {
    return this.#closed
  }
}

/** Ends the service and the host that the tests have started. */
export async function stopAll(): Promise<void> {
  await run(['service', 'stop'])
  await run(['host', 'stop'])
}

/** Renames the session until the stream shows it: then the stream is known to be open. */
export async function untilSeen(watch: Stream<OrchEvent>, session: string, after = 0): Promise<void> {
  let open = false
  void watch
    .first((event) => event.type === 'renamed' && watch.seen.indexOf(event) >= after)
    .then(() => {
      open = true
    })
  while (!open) await run(['rename', session, session])
}

/** The screen of the session when it shows `text` and is not `other`. */
export async function untilScreen(reference: string, text: string, other?: string): Promise<string> {
  for (;;) {
    const { code, stdout, stderr } = await run(['read', reference])
    if (code !== 0) throw new Error(stderr)
    if (stdout.includes(text) && stdout !== other) return stdout
  }
}
