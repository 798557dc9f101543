/** The monitor in a process of its own, to be killed; at the latest when the test is over. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Home } from '../../../src/lib/home.ts'

const main = fileURLToPath(new URL('./monitor-main.ts', import.meta.url))

export class MonitorProcess {
  readonly #child: ChildProcess
  readonly #words: AsyncIterator<string>

  private constructor(child: ChildProcess) {
    this.#child = child
    if (!child.stdout) throw new Error('it has no output')
    this.#words = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    onTestFinished(() => this.kill())
  }

  static async start(home: Home, env: NodeJS.ProcessEnv = {}): Promise<MonitorProcess> {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main], {
      env: { ...process.env, ITERM_ORCH_HOME: home.root, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const monitor = new MonitorProcess(child)
    await monitor.#says('started')
    return monitor
  }

  /** The disk is full from now on. */
  async fill(): Promise<void> {
    this.#child.kill('SIGUSR2')
    await this.#says('full')
  }

  async heal(): Promise<void> {
    this.#child.kill('SIGUSR2')
    await this.#says('well')
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  async #says(word: string): Promise<void> {
    const { value } = await this.#words.next()
    if (value !== word) throw new Error(`it says ${value}, and not ${word}`)
  }
}
