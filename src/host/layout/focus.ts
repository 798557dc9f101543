/** What has the focus, and the events that tell of it. */
import {
  type FocusChangedNotification,
  FocusChangedNotificationWindowWindowStatus as WindowStatus,
} from '../../messages/iterm2.ts'
import type { HostTab } from './window.ts'

export class Focus {
  /** Window ids, the one with the focus first. */
  #order: string[] = []
  readonly #announce: (event: FocusChangedNotification) => void

  constructor(announce: (event: FocusChangedNotification) => void) {
    this.#announce = announce
  }

  get currentWindow(): string | undefined {
    return this.#order[0]
  }

  /** Another tab is in front; its session has the focus with it. */
  tabChanged(tab: HostTab): void {
    this.#announce({ selectedTab: String(tab.id) })
    this.sessionChanged(tab)
  }

  sessionChanged(tab: HostTab): void {
    this.#announce({ session: tab.activeSession })
  }

  windowChanged(id: string): void {
    if (this.currentWindow === id) return
    this.#order = [id, ...this.#order.filter((other) => other !== id)]
    this.#announceWindow()
  }

  /** A window opened in the background: it gets the focus when those before it are gone. */
  windowAdded(id: string): void {
    this.#order.push(id)
  }

  windowRemoved(id: string): void {
    const wasCurrent = this.currentWindow === id
    this.#order = this.#order.filter((other) => other !== id)
    if (wasCurrent) this.#announceWindow()
  }

  #announceWindow(): void {
    const id = this.currentWindow
    const windowStatus = id
      ? WindowStatus.TERMINAL_WINDOW_BECAME_KEY
      : WindowStatus.TERMINAL_WINDOW_RESIGNED_KEY
    this.#announce({ window: { windowStatus, windowId: id ?? '' } })
  }
}
