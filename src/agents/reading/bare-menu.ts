/** Menus without numbers: one option has a cursor glyph, the others stand in the same column. */
import { optionLine, readHints, shortcutOf } from './hints.ts'
import type { Menu } from './menu-types.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

/** `*` is a list mark as well, so it marks no option here. */
const bareOption = /^(\s*)([❯›▶●◉➤❱▸»>→]) (\S.*)$/u

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
    if (!first || siblings.length < 2 || hints === undefined) continue
    const labels = siblings.map((sibling) => sibling.text.slice(labelAt).trim())
    // Either the line below names Enter, or the labels name keys of their own (Cursor).
    const keyed = labels.filter((label) => shortcutOf(label) !== undefined).length > 1
    const told = match[2] !== '→' && /\benter\b|⏎/iu.test(hints)
    if (!keyed && !told) continue
    const options = siblings.map((sibling, index) => {
      const label = labels[index] ?? ''
      const shortcut = shortcutOf(label)
      return {
        number: index + 1,
        numbered: false,
        label,
        description: '',
        selected: sibling === row,
        ...(shortcut && { shortcut }),
      }
    })
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
