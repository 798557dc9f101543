/** Remembers what was said of each of many things, so that it is said again only when it has changed. */
export class SaidOnce {
  readonly #said = new Map<string, string>()

  /** Calls `say` when that was not the last problem with it; undefined: there is none any more. */
  about(what: string, problem: string | undefined, say: (problem: string) => void): void {
    if (problem === undefined) this.#said.delete(what)
    else if (this.#said.get(what) !== problem) {
      this.#said.set(what, problem)
      say(problem)
    }
  }
}
