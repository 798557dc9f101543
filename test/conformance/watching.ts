/** Waiting for what is to be seen, driven by the host's own notifications. */
import { NotificationType } from '../../src/messages/iterm2.ts'
import type { PythonLikeClient } from './python-like-client.ts'
import { getScreenContents, type PythonScreen } from './python-like-screen.ts'

/** The screen as soon as it fulfils the condition: read once, then after every update. */
export async function untilScreen(
  client: PythonLikeClient,
  session: string,
  condition: (text: string) => boolean,
): Promise<PythonScreen> {
  let changed: () => void = () => undefined
  let change = new Promise<void>((resolve) => {
    changed = resolve
  })
  const unsubscribe = await client.subscribe(NotificationType.NOTIFY_ON_SCREEN_UPDATE, () => changed(), {
    session,
  })
  try {
    for (;;) {
      const screen = await getScreenContents(client, session)
      if (condition(screen.text)) return screen
      await change
      change = new Promise((resolve) => {
        changed = resolve
      })
    }
  } finally {
    await unsubscribe()
  }
}

/** Collects what a handler is given, and waits for it. */
export class Collected<T> {
  readonly items: T[] = []
  readonly #waiting = new Set<() => void>()

  readonly add = (item: T): void => {
    this.items.push(item)
    for (const check of this.#waiting) check()
  }

  /** The first item that fulfils the condition, already here or still to come. */
  first(condition: (item: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const check = (): void => {
        const index = this.items.findIndex(condition)
        if (index === -1) return
        this.#waiting.delete(check)
        resolve(this.items[index] as T)
      }
      this.#waiting.add(check)
      check()
    })
  }
}
