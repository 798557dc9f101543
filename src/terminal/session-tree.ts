/** Walks the terminal's tree of windows, tabs and panes. */
import type { ListSessionsResponse, SessionSummary, SplitTreeNode } from '../messages/iterm2.ts'
import type { TerminalSession } from './terminal.ts'

/** Every session, buried and minimised ones included. */
export function sessionsOf(tree: ListSessionsResponse): TerminalSession[] {
  const shown = (tree.windows ?? []).flatMap((window) =>
    (window.tabs ?? []).flatMap((tab) => [...leaves(tab.root), ...(tab.minimizedSessions ?? [])]),
  )
  return [...shown, ...(tree.buriedSessions ?? [])].flatMap(describe)
}

/** The window that shows a session. */
export function windowOf(tree: ListSessionsResponse, session: string): string | undefined {
  return tree.windows?.find((window) =>
    window.tabs?.some((tab) => leaves(tab.root).some((leaf) => leaf.uniqueIdentifier === session)),
  )?.windowId
}

function leaves(node: SplitTreeNode | undefined): SessionSummary[] {
  return (node?.links ?? []).flatMap((link) => (link.session ? [link.session] : leaves(link.node)))
}

function describe(summary: SessionSummary): TerminalSession[] {
  const { uniqueIdentifier, title = '', gridSize } = summary
  if (uniqueIdentifier === undefined) return []
  return [{ id: uniqueIdentifier, title, columns: gridSize?.width, rows: gridSize?.height }]
}
