/** Who prepares the attempts of which task, so that nothing is taken away beneath somebody who prepares the next one. */
export class Preparations {
  readonly #tasks = new Map<string, TaskPreparations>()

  /** Waits only while something is taken away, which is soon done; not for an earlier one that hangs. */
  prepare<T>(task: string, work: () => Promise<T>): Promise<T> {
    return this.#using(task, async (known) => {
      known.begun += 1
      const going = known.undoing.then(work)
      known.goingOn.add(going)
      try {
        return await going
      } finally {
        known.goingOn.delete(going)
      }
    })
  }

  /** When nobody prepares it any more. What somebody has begun to prepare meanwhile is theirs. */
  undo(task: string, work: () => Promise<void>): Promise<void> {
    return this.#using(task, async (known) => {
      const { begun } = known
      await Promise.allSettled(known.goingOn)
      if (known.begun !== begun) return
      known.undoing = work()
      await known.undoing
    })
  }

  async #using<T>(task: string, work: (known: TaskPreparations) => Promise<T>): Promise<T> {
    const known = this.#tasks.get(task) ?? new TaskPreparations()
    this.#tasks.set(task, known)
    known.users += 1
    try {
      return await work(known)
    } finally {
      known.users -= 1
      if (known.users === 0) this.#tasks.delete(task)
    }
  }
}

class TaskPreparations {
  users = 0
  /** How many were begun. */
  begun = 0
  readonly goingOn = new Set<Promise<unknown>>()
  undoing: Promise<void> = Promise.resolve()
}
