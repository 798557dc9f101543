/** All typing into one session, one after the other: nothing ever comes in between the parts of another. */
export class TypingQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `type` when everything before it is done, whether that went well or not. */
  run<T>(type: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(type, type)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
