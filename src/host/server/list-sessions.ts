/** The layout and the focus in the words of the API. */
import {
  type FocusChangedNotification,
  type FocusResponse,
  type Frame,
  type ListSessionsResponse,
  type ListSessionsResponseTab,
  type SplitTreeNode,
  type SplitTreeNodeSplitTreeLink,
  FocusChangedNotificationWindowWindowStatus as WindowStatus,
} from '../../messages/iterm2.ts'
import type { Layout } from '../layout/layout.ts'
import { type GridSize, measureTree } from '../layout/pane-size.ts'
import type { PaneNode, Split } from '../layout/pane-tree.ts'
import { cellPoints, type HostTab, windowFrame } from '../layout/window.ts'

/** The name of a session as a person would see it. */
export type TitleOf = (session: string) => string

export function listSessions(layout: Layout, titleOf: TitleOf): ListSessionsResponse {
  return {
    windows: layout.windows.map((window) => ({
      windowId: window.id,
      number: window.number,
      frame: windowFrame(window),
      tabs: window.tabs.map((tab) => describeTab(tab, titleOf)),
    })),
    buriedSessions: layout.buriedSessions.map((id) => ({ uniqueIdentifier: id, title: titleOf(id) })),
  }
}

/** What has the focus, as a list of the events that would have told of it. */
export function describeFocus(layout: Layout): FocusResponse {
  const { currentWindow, windows } = layout
  const windowStatus = currentWindow
    ? WindowStatus.TERMINAL_WINDOW_BECAME_KEY
    : WindowStatus.TERMINAL_WINDOW_RESIGNED_KEY
  const notifications: FocusChangedNotification[] = [
    { applicationActive: true },
    { window: { windowStatus, windowId: currentWindow?.id ?? '' } },
  ]
  for (const window of windows) {
    notifications.push({ selectedTab: String(window.selectedTab) })
    for (const tab of window.tabs) notifications.push({ session: tab.activeSession })
  }
  return { notifications }
}

function describeTab(tab: HostTab, titleOf: TitleOf): ListSessionsResponseTab {
  const { root } = tab
  // A single pane has a root node, too.
  const node: Split = root.kind === 'split' ? root : { kind: 'split', vertical: false, children: [root] }
  return {
    tabId: String(tab.id),
    root: describeSplit(node, titleOf),
    tmuxWindowId: '-1',
    minimizedSessions: [],
  }
}

function describeSplit(node: Split, titleOf: TitleOf): SplitTreeNode {
  const links: SplitTreeNodeSplitTreeLink[] = []
  const height = measureTree(node).rows
  let column = 0
  let row = 0
  for (const child of node.children) {
    const size = measureTree(child)
    // Frames count from the bottom left corner of their split view.
    const frame = frameOf(
      node.vertical ? { column, row: 0 } : { column: 0, row: height - row - size.rows },
      size,
    )
    links.push(describeLink(child, frame, titleOf))
    column += size.columns + 1
    row += size.rows + 1
  }
  return { vertical: node.vertical, links }
}

function describeLink(child: PaneNode, frame: Frame, titleOf: TitleOf): SplitTreeNodeSplitTreeLink {
  if (child.kind === 'split') return { node: describeSplit(child, titleOf) }
  const gridSize = { width: child.columns, height: child.rows }
  return { session: { uniqueIdentifier: child.session, frame, gridSize, title: titleOf(child.session) } }
}

function frameOf({ column, row }: { column: number; row: number }, size: GridSize): Frame {
  return {
    origin: { x: column * cellPoints.width, y: row * cellPoints.height },
    size: { width: size.columns * cellPoints.width, height: size.rows * cellPoints.height },
  }
}
