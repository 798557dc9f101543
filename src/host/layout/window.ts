/** What windows and tabs are made of. */
import { type GridSize, measureTree } from './pane-size.ts'
import type { PaneNode } from './pane-tree.ts'

/** Points of one cell. There is no font: a frame is the grid in multiples of this. */
export const cellPoints = { width: 8, height: 16 } as const

export interface HostTab {
  /** Increasing, never used again. */
  readonly id: number
  root: PaneNode
  /** The session that has the focus within the tab. */
  activeSession: string
}

export interface HostWindow {
  /** `pty-<UUID>`. */
  readonly id: string
  /** From 0, the lowest that was free. */
  readonly number: number
  /** In tab-bar order; never empty. */
  readonly tabs: HostTab[]
  /** Id of the tab in front. */
  selectedTab: number
  /** In points, from the bottom left corner of the screen. */
  origin: { x: number; y: number }
  fullscreen: boolean
}

/** Where a session is shown. */
export interface SessionPlace {
  window: HostWindow
  tab: HostTab
}

export interface WindowFrame {
  origin: { x: number; y: number }
  size: { width: number; height: number }
}

export function selectedTabOf(window: HostWindow): HostTab | undefined {
  return window.tabs.find((tab) => tab.id === window.selectedTab)
}

/** The grid of the tab in front: a window is as large as what it shows. */
export function windowGrid(window: HostWindow): GridSize {
  const tab = selectedTabOf(window)
  return tab ? measureTree(tab.root) : { columns: 80, rows: 24 }
}

export function windowFrame(window: HostWindow): WindowFrame {
  const grid = windowGrid(window)
  return {
    origin: { ...window.origin },
    size: { width: grid.columns * cellPoints.width, height: grid.rows * cellPoints.height },
  }
}
