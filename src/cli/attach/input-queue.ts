/** Sends typed bytes in order: one request at a time, and what comes meanwhile in the next one. */
export class InputQueue {
  readonly #send: (bytes: Uint8Array) => Promise<void>
  readonly #onError: (error: unknown) => void
  #waiting: Uint8Array[] = []
  #sending: Promise<void> | undefined

  constructor(send: (bytes: Uint8Array) => Promise<void>, onError: (error: unknown) => void) {
    this.#send = send
    this.#onError = onError
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#waiting.push(bytes)
    this.#sending ??= this.#drain()
  }

  /** Resolves when everything was sent, or sending has failed. */
  async flushed(): Promise<void> {
    await this.#sending
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#send(Buffer.concat(this.#waiting.splice(0)))
    } catch (error) {
      this.#waiting = []
      this.#onError(error)
    } finally {
      this.#sending = undefined
    }
  }
}
