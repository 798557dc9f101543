/** A service in a process of its own, and the embedded host that it starts, in an empty home. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stopHost } from '../../src/host/index.ts'
import { type Home, resolveHome } from '../../src/lib/home.ts'
import type { OrchEvent } from '../../src/service/api.ts'
import { ServiceClient } from '../../src/service/client.ts'
import { ensureService, stopService } from '../../src/service/ensure-service.ts'

const main = fileURLToPath(new URL('./service-main.ts', import.meta.url))
export const serviceCommand = [process.execPath, '--import', import.meta.resolve('tsx'), main]

export class RunningService {
  readonly home: Home
  readonly work: string
  readonly #command: string[]

  /** @param command what to run to become the service */
  constructor(command = serviceCommand) {
    this.#command = command
    const root = mkdtempSync(join(process.env['HOME'] ?? '', 'r-'))
    this.home = resolveHome({ ITERM_ORCH_HOME: join(root, 'h') })
    this.work = root
  }

  /** Starts the service when it does not run. */
  async client(): Promise<ServiceClient> {
    return (await ensureService(this.home, this.#command)).client
  }

  /** Of the service as it is now, which may be dead. */
  present(): ServiceClient {
    return new ServiceClient(this.home.serviceSocket)
  }

  async stop(): Promise<void> {
    await stopService(this.home)
    await stopHost(this.home)
    rmSync(this.work, { recursive: true, force: true })
  }
}

/** Collects events from now on, and waits for one that fits. */
export class EventLog {
  readonly seen: OrchEvent[] = []
  readonly #ending = new AbortController()
  #wake: (() => void)[] = []

  constructor(client: ServiceClient) {
    void this.#collect(client)
  }

  async until(fits: (event: OrchEvent) => boolean): Promise<OrchEvent> {
    for (;;) {
      const found = this.seen.find(fits)
      if (found) return found
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  stop(): void {
    this.#ending.abort()
  }

  async #collect(client: ServiceClient): Promise<void> {
    try {
      for await (const event of client.events({ signal: this.#ending.signal })) {
        this.seen.push(event)
        for (const wake of this.#wake.splice(0)) wake()
      }
    } catch {
      // The service was killed: what was seen is all there is.
    }
  }
}
