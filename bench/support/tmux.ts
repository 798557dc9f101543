/** A tmux server of its own, with sessions of the size of ours, to measure against. */
import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** @throws an Error that says so when there is no tmux. */
export function tmuxVersion(): string {
  try {
    return execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim()
  } catch (error) {
    throw new Error('The benchmarks measure against tmux, which is not on PATH.', { cause: error })
  }
}

export class Tmux {
  readonly #socket = `io-bench-${randomUUID().slice(0, 8)}`
  readonly #env: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm-256color' }
  #count = 0

  constructor() {
    delete this.#env['TMUX']
  }

  /** Opens a detached session that runs the command; gives its pane. */
  async open(argv: string[], { columns = 80, rows = 24 } = {}): Promise<string> {
    this.#count += 1
    const { stdout } = await this.#tmux(
      ...['new-session', '-d', '-P', '-F', '#{pane_id}', '-s', `s${this.#count}`],
      ...['-x', String(columns), '-y', String(rows), '--', ...argv],
    )
    return stdout.trim()
  }

  /** @param styled with the escape sequences of its colours */
  async capture(pane: string, styled = false): Promise<string> {
    return (await this.#tmux('capture-pane', '-p', ...(styled ? ['-e'] : []), '-t', pane)).stdout
  }

  /** The screens of all panes, styled, by one process. */
  async captureAll(panes: readonly string[]): Promise<string[]> {
    const mark = randomUUID()
    const commands = panes.flatMap((pane) => [
      ...['capture-pane', '-p', '-e', '-t', pane, ';'],
      ...['display-message', '-p', mark, ';'],
    ])
    return (await this.#tmux(...commands)).stdout.split(`${mark}\n`).slice(0, panes.length)
  }

  /** @param keys texts, or names of keys as tmux has them */
  async sendKeys(pane: string, keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', '-t', pane, ...keys)
  }

  async pid(): Promise<number> {
    return Number((await this.#tmux('display-message', '-p', '#{pid}')).stdout)
  }

  /** Ends the server and everything in it. */
  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined)
  }

  #tmux(...args: string[]): Promise<{ stdout: string }> {
    return run('tmux', ['-L', this.#socket, '-f', '/dev/null', ...args], { env: this.#env })
  }
}
