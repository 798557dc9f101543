/** Requests that resize panes and move tabs. */
import {
  type ReorderTabsRequestAssignment,
  ReorderTabsResponseStatus,
  SetTabLayoutResponseStatus,
  type SplitTreeNode,
} from '../../../messages/iterm2.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host } from '../../host.ts'
import { fitTree, maximumGrid, measureTree, minimumPane } from '../../layout/pane-size.ts'
import type { PaneNode } from '../../layout/pane-tree.ts'

export function arrangeHandlers({ layout }: Host): Pick<RequestHandlers, 'setTabLayout' | 'reorderTabs'> {
  return {
    setTabLayout({ tabId = '', root = {} }) {
      const found = layout.findTab(tabId)
      if (!found) return { status: SetTabLayoutResponseStatus.BAD_TAB_ID }
      const { tab, window } = found
      const wanted = withSizes(tab.root, root)
      if (!wanted) return { status: SetTabLayoutResponseStatus.WRONG_TREE }
      layout.replaceTree(tab, window.fullscreen ? fitTree(wanted, measureTree(tab.root)) : wanted)
      return { status: SetTabLayoutResponseStatus.OK }
    },

    reorderTabs({ assignments = [] }) {
      const status = ReorderTabsResponseStatus
      if (hasDuplicates(assignments)) return { status: status.INVALID_ASSIGNMENT }
      const moves = assignments.map(({ windowId = '', tabIds = [] }) => ({
        window: layout.findWindow(windowId),
        tabs: tabIds.map((id) => layout.findTab(id)?.tab),
      }))
      const known = moves.flatMap(({ window, tabs }) =>
        window ? [{ window, tabs: tabs.filter((tab) => tab !== undefined) }] : [],
      )
      if (known.length < moves.length) return { status: status.INVALID_WINDOW_ID }
      if (moves.some(({ tabs }) => tabs.includes(undefined))) return { status: status.INVALID_TAB_ID }
      layout.arrangeTabs(known)
      return { status: status.OK }
    },
  }
}

/** The tree with the sizes that the leaves of `wanted` have; undefined when its shape is another. */
function withSizes(tree: PaneNode, wanted: SplitTreeNode): PaneNode | undefined {
  const links = wanted.links ?? []
  if (tree.kind === 'pane') {
    // A single pane has a root node around it.
    const [only] = links
    if (links.length !== 1 || !only?.session) return undefined
    return resized(tree, only.session.gridSize)
  }
  if (links.length !== tree.children.length || (wanted.vertical ?? false) !== tree.vertical) return undefined
  const children: PaneNode[] = []
  for (const [index, child] of tree.children.entries()) {
    const { session, node } = links[index] ?? {}
    const sized =
      child.kind === 'pane' ? session && resized(child, session.gridSize) : node && withSizes(child, node)
    if (!sized) return undefined
    children.push(sized)
  }
  return { ...tree, children }
}

function resized(pane: PaneNode, size: { width?: number; height?: number } | undefined): PaneNode {
  const { columns, rows } = measureTree(pane)
  const cells = (count: number, least: number) => Math.min(maximumGrid, Math.max(least, Math.round(count)))
  return fitTree(pane, {
    columns: cells(size?.width ?? columns, minimumPane.columns),
    rows: cells(size?.height ?? rows, minimumPane.rows),
  })
}

function hasDuplicates(assignments: ReorderTabsRequestAssignment[]): boolean {
  const windows = assignments.map(({ windowId }) => windowId)
  const tabs = assignments.flatMap(({ tabIds = [] }) => tabIds)
  return new Set(windows).size < windows.length || new Set(tabs).size < tabs.length
}
