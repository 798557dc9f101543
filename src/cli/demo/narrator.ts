/** Tells what the demo does: lines for people, or with --json one object for each step. */

import { shownText } from '../../lib/shown-text.ts'
import type { Output } from '../output.ts'

export class Narrator {
  readonly #out: Output
  readonly #startedAt = performance.now()

  constructor(out: Output) {
    this.#out = out
  }

  begin(home: string): void {
    if (this.#out.json) {
      this.#out.record({ step: 'begin', home })
      return
    }
    this.#out.line(
      'Three programs on the embedded terminal host, with a home, a service and a host of their own.',
    )
    this.#out.line(this.#out.style.faint('Nothing of yours is touched.'))
    this.#out.line()
  }

  /** One step, and when it happened; `facts` are for programs. */
  step(text: string, facts: Record<string, unknown> = {}): void {
    const elapsedMs = Math.round(performance.now() - this.#startedAt)
    if (this.#out.json) {
      this.#out.record({ step: text, elapsedMs, ...facts })
      return
    }
    const time = `${(elapsedMs / 1000).toFixed(1)} s`.padStart(7)
    this.#out.line(`${this.#out.style.faint(time)}  ${text}`)
  }

  /** More about the last step. */
  detail(text: string): void {
    if (!this.#out.json) this.#out.line(`         ${shownText(text)}`)
  }

  keep(directory: string): void {
    if (this.#out.json) {
      this.#out.record({ step: 'kept', home: directory })
      return
    }
    const { faint } = this.#out.style
    this.#out.line()
    this.#out.line('It is left as it is. Look around:')
    this.#out.line(`  export ITERM_ORCH_HOME=${directory} ITERM_ORCH_TERMINAL=host`)
    this.#out.line(`  iterm-orch ps              ${faint('the three sessions')}`)
    this.#out.line(`  iterm-orch read migrate    ${faint('what one of them shows')}`)
    this.#out.line(`  iterm-orch watch           ${faint('what happens from now on')}`)
    this.#out.line('End it:')
    this.#out.line('  iterm-orch service stop; iterm-orch host stop; rm -r "$ITERM_ORCH_HOME"')
  }

  end(): void {
    this.step('Cleaned up: service and host are stopped, the temporary home is removed.')
  }
}
