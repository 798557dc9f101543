/** How the cells of a tab are divided between its panes. */
import type { PaneNode } from './pane-tree.ts'

/** Columns and rows. */
export interface GridSize {
  columns: number
  rows: number
}

/** A pane below this size shows nothing of use; splitting one into smaller parts is refused. */
export const minimumPane: Readonly<GridSize> = { columns: 2, rows: 2 }

/** Most columns or rows of a tab: beyond any screen, and 4 million cells are a bearable amount of memory. */
export const maximumGrid = 2000

/** Cells that a divider takes. */
const divider = 1

/** The size of a tree: parts and dividers along its direction, the largest part across. */
export function measureTree(node: PaneNode): GridSize {
  if (node.kind === 'pane') return { columns: node.columns, rows: node.rows }
  return combine(node.vertical, node.children.map(measureTree))
}

/** The smallest size in which every pane keeps its minimum. */
export function smallestTree(node: PaneNode): GridSize {
  if (node.kind === 'pane') return minimumPane
  return combine(node.vertical, node.children.map(smallestTree))
}

/**
 * Gives every pane a size so that the tree fills `size` exactly; parts grow and shrink in proportion to
 * the size that they have. A size below the smallest possible one is raised to it.
 */
export function fitTree(node: PaneNode, size: GridSize): PaneNode {
  const smallest = smallestTree(node)
  const columns = Math.min(maximumGrid, Math.max(size.columns, smallest.columns))
  const rows = Math.min(maximumGrid, Math.max(size.rows, smallest.rows))
  if (node.kind === 'pane') return { ...node, columns, rows }
  const along: keyof GridSize = node.vertical ? 'columns' : 'rows'
  const total = (node.vertical ? columns : rows) - divider * (node.children.length - 1)
  const shares = divideCells(
    total,
    node.children.map((child) => measureTree(child)[along]),
    node.children.map((child) => smallestTree(child)[along]),
  )
  const children = node.children.map((child, index) => {
    const share = shares[index] ?? minimumPane[along]
    return fitTree(child, node.vertical ? { columns: share, rows } : { columns, rows: share })
  })
  return { ...node, children }
}

/**
 * Gives the pane of one session the wanted size and lets the tree grow or shrink with it: along the
 * direction of a split its neighbours keep their size, across it they take the pane's.
 */
export function resizePane(node: PaneNode, session: string, size: GridSize): PaneNode {
  if (node.kind === 'pane') {
    return node.session === session ? fitTree(node, size) : node
  }
  const children = node.children.map((child) => resizePane(child, session, size))
  const changed = children.findIndex((child, index) => child !== node.children[index])
  const leading = children[changed]
  if (!leading) return node
  const across = measureTree(leading)
  const fitted = children.map((child) => {
    const own = measureTree(child)
    return fitTree(child, node.vertical ? { ...own, rows: across.rows } : { ...own, columns: across.columns })
  })
  const resized: PaneNode = { ...node, children: fitted }
  // A neighbour that cannot shrink as far makes the pane larger than asked.
  return fitTree(resized, measureTree(resized))
}

/**
 * Divides `total` cells in proportion to `weights`, whole numbers that sum up exactly, each at least its
 * minimum. The minimums must not exceed the total.
 */
export function divideCells(total: number, weights: number[], minimums: number[]): number[] {
  const shares = minimums.slice()
  let open = weights.map((_, index) => index)
  let left = total
  // Parts whose proportional share is below their minimum get the minimum; the rest is divided again.
  for (;;) {
    const sum = open.reduce((all, index) => all + weightOf(weights, index), 0)
    const tooSmall = open.filter((index) => (left * weightOf(weights, index)) / sum < (minimums[index] ?? 0))
    if (tooSmall.length === 0) break
    open = open.filter((index) => !tooSmall.includes(index))
    left -= tooSmall.reduce((all, index) => all + (minimums[index] ?? 0), 0)
  }
  // Rounding the running sum instead of each share keeps the total exact.
  const sum = open.reduce((all, index) => all + weightOf(weights, index), 0)
  let weightBefore = 0
  let cellsBefore = 0
  for (const index of open) {
    weightBefore += weightOf(weights, index)
    const cells = Math.floor((left * weightBefore) / sum + 1e-9) - cellsBefore
    shares[index] = cells
    cellsBefore += cells
  }
  return raiseToMinimum(shares, minimums)
}

function weightOf(weights: number[], index: number): number {
  return Math.max(1, weights[index] ?? 1)
}

/** Rounding down may take a cell too many from a part at its minimum; the largest part gives it back. */
function raiseToMinimum(shares: number[], minimums: number[]): number[] {
  for (const [index, minimum] of minimums.entries()) {
    while ((shares[index] ?? 0) < minimum) {
      const spare = shares.map((share, at) => share - (minimums[at] ?? 0))
      const largest = spare.indexOf(Math.max(...spare))
      if ((spare[largest] ?? 0) <= 0) return minimums.slice()
      shares[largest] = (shares[largest] ?? 0) - 1
      shares[index] = (shares[index] ?? 0) + 1
    }
  }
  return shares
}

function combine(vertical: boolean, sizes: GridSize[]): GridSize {
  const columns = sizes.map((size) => size.columns)
  const rows = sizes.map((size) => size.rows)
  const dividers = divider * (sizes.length - 1)
  return vertical
    ? { columns: sum(columns) + dividers, rows: Math.max(...rows) }
    : { columns: Math.max(...columns), rows: sum(rows) + dividers }
}

function sum(values: number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
