/** The tree of a tab's panes. Trees are values: every change makes a new one. */

/** A pane shows one session; its size is in cells. */
export interface Pane {
  kind: 'pane'
  session: string
  columns: number
  rows: number
}

/** Two or more parts with a divider of one cell between each; no part is a split of the same direction. */
export interface Split {
  kind: 'split'
  /** The dividers are vertical: the parts stand side by side. */
  vertical: boolean
  children: PaneNode[]
}

export type PaneNode = Pane | Split

/** The panes from left to right and from top to bottom. */
export function listPanes(node: PaneNode): Pane[] {
  return node.kind === 'pane' ? [node] : node.children.flatMap(listPanes)
}

export function findPane(node: PaneNode, session: string): Pane | undefined {
  return listPanes(node).find((pane) => pane.session === session)
}

/** Makes a split, taking apart parts that split the same way; a single part stays as it is. */
export function makeSplit(vertical: boolean, children: PaneNode[]): PaneNode {
  const parts = children.flatMap((child) =>
    child.kind === 'split' && child.vertical === vertical ? child.children : [child],
  )
  const [only] = parts
  return parts.length === 1 && only ? only : { kind: 'split', vertical, children: parts }
}

/** Puts a pane beside the one of `target`. Sizes are left as they are: fit the tree afterwards. */
export function insertPane(
  node: PaneNode,
  target: string,
  pane: Pane,
  place: { vertical: boolean; before: boolean },
): PaneNode {
  if (node.kind === 'split') {
    return makeSplit(
      node.vertical,
      node.children.map((child) => insertPane(child, target, pane, place)),
    )
  }
  if (node.session !== target) return node
  return makeSplit(place.vertical, place.before ? [pane, node] : [node, pane])
}

/** The tree without the pane of a session; undefined when none is left. Fit it afterwards. */
export function removePane(node: PaneNode, session: string): PaneNode | undefined {
  if (node.kind === 'pane') return node.session === session ? undefined : node
  const children = node.children.flatMap((child) => removePane(child, session) ?? [])
  return children.length === 0 ? undefined : makeSplit(node.vertical, children)
}

/** The same tree with other panes; used to change their sizes or sessions. */
export function mapPanes(node: PaneNode, change: (pane: Pane) => Pane): PaneNode {
  if (node.kind === 'pane') return change(node)
  return { ...node, children: node.children.map((child) => mapPanes(child, change)) }
}
