import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  divideCells,
  fitTree,
  type GridSize,
  maximumGrid,
  measureTree,
  minimumPane,
  resizePane,
  smallestTree,
} from '../../../src/host/layout/pane-size.ts'
import {
  findPane,
  insertPane,
  listPanes,
  makeSplit,
  type PaneNode,
  removePane,
} from '../../../src/host/layout/pane-tree.ts'

const sizes = fc.record({ columns: fc.integer({ min: 1, max: 400 }), rows: fc.integer({ min: 1, max: 200 }) })

/** Trees as splitting makes them: start with one pane, put others beside panes that are there. */
const trees = fc
  .tuple(sizes, fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.boolean()), { maxLength: 12 }))
  .map(([size, splits]) => {
    let tree: PaneNode = { kind: 'pane', session: 's0', columns: 80, rows: 24 }
    for (const [index, [target, vertical, before]] of splits.entries()) {
      const added = { kind: 'pane', session: `s${index + 1}`, columns: 80, rows: 24 } as const
      tree = insertPane(tree, `s${target % (index + 1)}`, added, { vertical, before })
    }
    return fitTree(tree, size)
  })

describe('the division of a tab', () => {
  it('fills exactly the size that is wanted, or the smallest possible one', () => {
    fc.assert(
      fc.property(trees, sizes, (tree, size) => {
        const smallest = smallestTree(tree)
        const fitted = fitTree(tree, size)
        expect(measureTree(fitted)).toEqual({
          columns: Math.max(size.columns, smallest.columns),
          rows: Math.max(size.rows, smallest.rows),
        })
        expectSound(fitted)
      }),
    )
  })

  it('keeps the panes and their order', () => {
    fc.assert(
      fc.property(trees, sizes, (tree, size) => {
        expect(listPanes(fitTree(tree, size)).map((pane) => pane.session)).toEqual(
          listPanes(tree).map((pane) => pane.session),
        )
      }),
    )
  })

  it('gives a resized pane its size, unless a neighbour cannot shrink as far', () => {
    fc.assert(
      fc.property(trees, sizes, fc.nat(), (tree, size, pick) => {
        const panes = listPanes(tree)
        const session = panes[pick % panes.length]?.session ?? ''
        const resized = resizePane(tree, session, size)
        const pane = findPane(resized, session)
        expect(pane?.columns).toBeGreaterThanOrEqual(Math.max(size.columns, minimumPane.columns))
        expect(pane?.rows).toBeGreaterThanOrEqual(Math.max(size.rows, minimumPane.rows))
        expectSound(resized)
      }),
    )
  })

  it('gives a single pane any size between the bounds', () => {
    const pane: PaneNode = { kind: 'pane', session: 's', columns: 80, rows: 24 }
    expect(resizePane(pane, 's', { columns: 132, rows: 50 })).toMatchObject({ columns: 132, rows: 50 })
    expect(resizePane(pane, 's', { columns: 1, rows: 1 })).toMatchObject(minimumPane)
    expect(resizePane(pane, 's', { columns: 1e9, rows: 1e9 })).toMatchObject({
      columns: maximumGrid,
      rows: maximumGrid,
    })
  })

  it('takes a pane out and lets the rest fill its room', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, pick) => {
        const panes = listPanes(tree)
        const session = panes[pick % panes.length]?.session ?? ''
        const rest = removePane(tree, session)
        if (panes.length === 1) {
          expect(rest).toBeUndefined()
          return
        }
        if (!rest) throw new Error('panes are left')
        expect(listPanes(rest).map((pane) => pane.session)).toEqual(
          panes.map((pane) => pane.session).filter((id) => id !== session),
        )
        const fitted = fitTree(rest, measureTree(tree))
        expect(measureTree(fitted)).toEqual(measureTree(tree))
        expectSound(fitted)
      }),
    )
  })

  it('divides cells exactly, nobody below the minimum', () => {
    const parts = fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 20 })), {
      minLength: 1,
      maxLength: 10,
    })
    fc.assert(
      fc.property(parts, fc.nat(1000), (pairs, extra) => {
        const minimums = pairs.map(([, minimum]) => minimum)
        const total = minimums.reduce((sum, minimum) => sum + minimum, extra)
        const shares = divideCells(
          total,
          pairs.map(([weight]) => weight),
          minimums,
        )
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total)
        for (const [index, share] of shares.entries())
          expect(share).toBeGreaterThanOrEqual(minimums[index] ?? 0)
      }),
    )
  })
})

/** Parts fill their split across, panes have their minimum, and no split holds one of its own direction. */
function expectSound(node: PaneNode): void {
  const size = measureTree(node)
  if (node.kind === 'pane') {
    expect(size.columns).toBeGreaterThanOrEqual(minimumPane.columns)
    expect(size.rows).toBeGreaterThanOrEqual(minimumPane.rows)
    return
  }
  expect(makeSplit(node.vertical, node.children)).toEqual(node)
  const across: keyof GridSize = node.vertical ? 'rows' : 'columns'
  for (const child of node.children) {
    expect(measureTree(child)[across]).toBe(size[across])
    expectSound(child)
  }
}
