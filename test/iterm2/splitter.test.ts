import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  decodeSplitter,
  encodeSplitter,
  encodeSummary,
  mapSplitter,
  panesOf,
} from '../../src/iterm2/objects/splitter.ts'
import { decodeServerMessage, encodeServerMessage } from '../../src/messages/codec.ts'
import type { SplitTreeNode } from '../../src/messages/iterm2.ts'

const sizes = fc.nat(500)
const summary = fc.record({
  uniqueIdentifier: fc.uuid(),
  title: fc.string(),
  gridSize: fc.record({ width: sizes, height: sizes }),
  frame: fc.record({
    origin: fc.record({ x: sizes, y: sizes }),
    size: fc.record({ width: sizes, height: sizes }),
  }),
})
const { node: trees } = fc.letrec<{ node: SplitTreeNode; link: NonNullable<SplitTreeNode['links']>[number] }>(
  (tie) => ({
    node: fc.record({ vertical: fc.boolean(), links: fc.array(tie('link'), { minLength: 1, maxLength: 4 }) }),
    link: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.record({ session: summary }),
      fc.record({ node: tie('node') }),
    ),
  }),
)

it('gives back the tree of panes that came over the wire', () => {
  fc.assert(
    fc.property(trees, (root) => {
      const bytes = encodeServerMessage({ listSessionsResponse: { windows: [{ tabs: [{ root }] }] } })
      const wire = decodeServerMessage(bytes).listSessionsResponse?.windows?.[0]?.tabs?.[0]?.root
      expect(encodeSplitter(decodeSplitter(wire), encodeSummary)).toEqual(root)
    }),
  )
})

it('lists the panes of the tree in order, and keeps its shape when the panes are replaced', () => {
  const pane = (id: string) => ({ session: { uniqueIdentifier: id, title: '' } })
  const tree = decodeSplitter({
    vertical: true,
    links: [pane('a'), { node: { vertical: false, links: [pane('b'), pane('c')] } }, pane('d')],
  })
  expect(panesOf(tree).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
  const upper = mapSplitter(tree, ({ id }) => ({ name: id.toUpperCase() }))
  expect(upper).toEqual({
    vertical: true,
    children: [{ name: 'A' }, { vertical: false, children: [{ name: 'B' }, { name: 'C' }] }, { name: 'D' }],
  })
})

it('does not follow a tree that is deeper than any screen', () => {
  let root: SplitTreeNode = { links: [{ session: { uniqueIdentifier: 'x' } }] }
  for (let depth = 0; depth < 5000; depth++) root = { links: [{ node: root }] }
  expect(panesOf(decodeSplitter(root))).toEqual([])
})
