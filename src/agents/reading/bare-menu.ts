/** Menus without numbers: one option has a cursor glyph, the others stand in the same column. */
import { optionLine, readHints } from './hints.ts'
import type { Menu } from './menu-types.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

/** `*` and `→` are list marks and arrows as well, so they mark no option here. */
const bareOption = /^(\s*)[❯›▶●◉➤❱▸»>] (\S.*)$/u

export function findBareMenu(view: ScreenView, rows: readonly Row[]): Menu | undefined {
  for (const row of rows.toReversed()) {
    if (row.kind !== 'text' || optionLine.test(row.text)) continue
    const match = bareOption.exec(row.text)
    if (!match) continue
    const labelAt = (match[1] ?? '').length + 2
    const siblings = siblingsOf(rows, row, labelAt)
    const [first] = siblings
    const bottom = siblings.at(-1)?.y ?? row.y
    const hints = readHints(view, rows, bottom + 1)
    if (!first || siblings.length < 2 || !hints || !/\benter\b|⏎/iu.test(hints)) continue
    const options = siblings.map((sibling, index) => ({
      number: index + 1,
      numbered: false,
      label: sibling.text.slice(labelAt).trim(),
      description: '',
      selected: sibling === row,
    }))
    return { form: 'list', options, top: first.y, bottom, cursor: 'glyph', hints, cut: false }
  }
  return undefined
}

function siblingsOf(rows: readonly Row[], row: Row, labelAt: number): Row[] {
  const isSibling = (other: Row | undefined) =>
    other?.kind === 'text' && other.indent === labelAt && other.frames === row.frames
  let [top, bottom] = [row.y, row.y]
  while (isSibling(rows[top - 1])) top -= 1
  while (isSibling(rows[bottom + 1])) bottom += 1
  return rows.slice(top, bottom + 1)
}
