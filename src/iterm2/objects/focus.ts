/** What has the focus, kept up to date from focus notifications. */
import {
  type FocusChangedNotification,
  FocusChangedNotificationWindowWindowStatus as WindowStatus,
} from '../../messages/iterm2.ts'

export type FocusChange =
  | { kind: 'application'; active: boolean }
  /**
   * `became-key`: this terminal window has the keyboard; `is-current`: it is the current one, but another
   * kind of window has the keyboard; `resigned-key`: it lost it.
   */
  | { kind: 'window'; window: string; status: 'became-key' | 'is-current' | 'resigned-key' }
  | { kind: 'tab'; tab: string }
  | { kind: 'session'; session: string }

/** Undefined for a kind of change that this version does not know. */
export function decodeFocusChange(wire: FocusChangedNotification): FocusChange | undefined {
  if (wire.applicationActive !== undefined) return { kind: 'application', active: wire.applicationActive }
  if (wire.window !== undefined) {
    const status = windowStatuses[wire.window.windowStatus ?? 0]
    return status === undefined ? undefined : { kind: 'window', window: wire.window.windowId ?? '', status }
  }
  if (wire.selectedTab !== undefined) return { kind: 'tab', tab: wire.selectedTab }
  if (wire.session !== undefined) return { kind: 'session', session: wire.session }
  return undefined
}

/** Ids of what is current. Which tab is selected is known per window, which session is active per tab. */
export class FocusModel {
  applicationActive = false
  /** The current window: the one with the keyboard, or that had it last. */
  currentWindow: string | undefined
  readonly #selectedTabs = new Map<string, string>()
  readonly #activeSessions = new Map<string, string>()

  /** @param home where a tab and a session are now; undefined when that is not known (yet) */
  apply(
    change: FocusChange,
    home: {
      windowOfTab: (tab: string) => string | undefined
      tabOf: (session: string) => string | undefined
    },
  ): void {
    if (change.kind === 'application') this.applicationActive = change.active
    else if (change.kind === 'window') {
      if (change.status !== 'resigned-key') this.currentWindow = change.window
    } else if (change.kind === 'tab') {
      const window = home.windowOfTab(change.tab)
      if (window !== undefined) this.#selectedTabs.set(window, change.tab)
    } else {
      const tab = home.tabOf(change.session)
      if (tab !== undefined) this.#activeSessions.set(tab, change.session)
    }
  }

  selectedTab(window: string): string | undefined {
    return this.#selectedTabs.get(window)
  }

  activeSession(tab: string): string | undefined {
    return this.#activeSessions.get(tab)
  }

  /** Forgets windows and tabs that are gone. */
  prune(windows: ReadonlySet<string>, tabs: ReadonlySet<string>): void {
    if (this.currentWindow !== undefined && !windows.has(this.currentWindow)) this.currentWindow = undefined
    for (const window of this.#selectedTabs.keys()) {
      if (!windows.has(window)) this.#selectedTabs.delete(window)
    }
    for (const tab of this.#activeSessions.keys()) if (!tabs.has(tab)) this.#activeSessions.delete(tab)
  }
}

const windowStatuses: Readonly<Record<number, 'became-key' | 'is-current' | 'resigned-key'>> = {
  [WindowStatus.TERMINAL_WINDOW_BECAME_KEY]: 'became-key',
  [WindowStatus.TERMINAL_WINDOW_IS_CURRENT]: 'is-current',
  [WindowStatus.TERMINAL_WINDOW_RESIGNED_KEY]: 'resigned-key',
}
