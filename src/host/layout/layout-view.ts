/** Reading the layout: which windows, tabs and panes there are, and where a session is shown. */
import { EventEmitter } from 'eventemitter3'
import type { FocusChangedNotification } from '../../messages/iterm2.ts'
import { smallestTree } from './pane-size.ts'
import { findPane, listPanes, type Pane } from './pane-tree.ts'
import type { HostTab, HostWindow, SessionPlace } from './window.ts'

export interface LayoutEvents {
  /** Windows, tabs, panes or sizes are not what they were. Not coalesced. */
  change: []
  focus: [event: FocusChangedNotification]
  /** The pane of a session has a new size. */
  'pane-size': [session: string, columns: number, rows: number]
}

export abstract class LayoutView extends EventEmitter<LayoutEvents> {
  protected readonly openWindows: HostWindow[] = []

  get windows(): readonly HostWindow[] {
    return this.openWindows
  }

  /** Every session in a window, not the buried ones: what `all` means. */
  get shownSessions(): string[] {
    return this.openWindows
      .flatMap((window) => window.tabs)
      .flatMap((tab) => listPanes(tab.root))
      .map((pane) => pane.session)
  }

  findWindow(id: string): HostWindow | undefined {
    return this.openWindows.find((window) => window.id === id)
  }

  /** By the decimal id that the API uses. */
  findTab(id: string): { window: HostWindow; tab: HostTab } | undefined {
    for (const window of this.openWindows) {
      const tab = window.tabs.find((candidate) => String(candidate.id) === id)
      if (tab) return { window, tab }
    }
    return undefined
  }

  /** Where a session is shown; undefined when it is buried or unknown. */
  locate(session: string): SessionPlace | undefined {
    for (const window of this.openWindows) {
      const tab = window.tabs.find((candidate) => findPane(candidate.root, session))
      if (tab) return { window, tab }
    }
    return undefined
  }

  paneOf(session: string): Pane | undefined {
    const place = this.locate(session)
    return place && findPane(place.tab.root, session)
  }

  /** True when the pane of `target` is large enough for two. */
  canSplit(target: string, vertical: boolean): boolean {
    const pane = this.paneOf(target)
    if (!pane) return false
    const needed = smallestTree({ kind: 'split', vertical, children: [pane, pane] })
    return pane.columns >= needed.columns && pane.rows >= needed.rows
  }
}
