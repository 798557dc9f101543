/** The panes of a tab as a tree. */
import type { Frame, SessionSummary, Size, SplitTreeNode } from '../../messages/iterm2.ts'

/** A node of the tree. Even a tab with one pane has one, with one child. */
export interface Splitter<Pane> {
  /** The divider stands upright: the children are side by side. */
  vertical: boolean
  children: readonly (Pane | Splitter<Pane>)[]
}

/** A pane as the terminal lists it. */
export interface PaneSummary {
  id: string
  title: string
  /** Absent for buried and minimized sessions. */
  gridSize?: { columns: number; rows: number }
  /** In points, within the split view; absent for buried and minimized sessions. */
  frame?: Rectangle
}

/** In points; y grows upwards. */
export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

/** Panes deeper than this are not panes: the message is nonsense. */
const maxDepth = 100

export function decodeSplitter(node: SplitTreeNode | undefined, depth = 0): Splitter<PaneSummary> {
  const children: (PaneSummary | Splitter<PaneSummary>)[] = []
  for (const link of node?.links ?? []) {
    if (link.session !== undefined) children.push(decodeSummary(link.session))
    else if (link.node !== undefined && depth < maxDepth) {
      children.push(decodeSplitter(link.node, depth + 1))
    }
  }
  return { vertical: node?.vertical ?? false, children }
}

/** The wire form of a tree; `encodePane` gives that of a leaf. */
export function encodeSplitter<Pane extends object>(
  splitter: Splitter<Pane>,
  encodePane: (pane: Pane) => SessionSummary,
): SplitTreeNode {
  return {
    vertical: splitter.vertical,
    links: splitter.children.map((child) =>
      isSplitter(child) ? { node: encodeSplitter(child, encodePane) } : { session: encodePane(child) },
    ),
  }
}

/** The same tree with other leaves. */
export function mapSplitter<From extends object, To>(
  splitter: Splitter<From>,
  map: (pane: From) => To,
): Splitter<To> {
  return {
    vertical: splitter.vertical,
    children: splitter.children.map((child) => (isSplitter(child) ? mapSplitter(child, map) : map(child))),
  }
}

/** The leaves, from left to right and top to bottom. */
export function panesOf<Pane extends object>(splitter: Splitter<Pane>): Pane[] {
  return splitter.children.flatMap((child) => (isSplitter(child) ? panesOf(child) : [child]))
}

export function decodeSummary(summary: SessionSummary): PaneSummary {
  const pane: PaneSummary = { id: summary.uniqueIdentifier ?? '', title: summary.title ?? '' }
  if (summary.gridSize !== undefined) {
    pane.gridSize = { columns: summary.gridSize.width ?? 0, rows: summary.gridSize.height ?? 0 }
  }
  if (summary.frame !== undefined) pane.frame = decodeFrame(summary.frame)
  return pane
}

export function encodeSummary(pane: PaneSummary): SessionSummary {
  const summary: SessionSummary = { uniqueIdentifier: pane.id, title: pane.title }
  if (pane.gridSize !== undefined) summary.gridSize = encodeGridSize(pane.gridSize)
  if (pane.frame !== undefined) {
    const { x, y, width, height } = pane.frame
    summary.frame = { origin: { x, y }, size: { width, height } }
  }
  return summary
}

export function encodeGridSize(size: { columns: number; rows: number }): Size {
  return { width: size.columns, height: size.rows }
}

export function decodeFrame(frame: Frame): Rectangle {
  return {
    x: frame.origin?.x ?? 0,
    y: frame.origin?.y ?? 0,
    width: frame.size?.width ?? 0,
    height: frame.size?.height ?? 0,
  }
}

function isSplitter<Pane extends object>(child: Pane | Splitter<Pane>): child is Splitter<Pane> {
  return 'children' in child && 'vertical' in child
}
