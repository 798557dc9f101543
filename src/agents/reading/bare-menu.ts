/** Menus without numbers: one option has a cursor glyph, the others stand in the same column. */
import { optionLine, readHints, shortcutOf } from './hints.ts'
import type { Menu } from './menu-types.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

/** `*` is a list mark as well, so it marks no option here. */
const bareOption = /^(\s*)([❯›▶●◉➤❱▸»>→]) (\S.*)$/u

/** Marks the option that is in force, whether or not it is selected. */
const currentMark = /^[✔✓] /u

export function findBareMenu(view: ScreenView, rows: readonly Row[]): Menu | undefined {
  for (const row of rows.toReversed()) {
    if (row.kind !== 'text' || optionLine.test(row.text)) continue
    const match = bareOption.exec(row.text)
    if (!match) continue
    const tick = currentMark.exec(match[3] ?? '')?.[0] ?? ''
    const labelAt = (match[1] ?? '').length + 2 + tick.length
    const siblings = siblingsOf(rows, row, labelAt)
    const [first] = siblings
    const bottom = siblings.at(-1)?.y ?? row.y
    const hints = readHints(view, rows, bottom + 1)
    if (!first || siblings.length < 2 || hints === undefined) continue
    const labels = siblings.map((sibling) => sibling.text.slice(labelAt).trim())
    // The line below names Enter, the question above the arrows, the labels keys of their own (Cursor), or
    // the cursor stands on the glyph.
    const keyed = labels.filter((label) => shortcutOf(label) !== undefined).length > 1
    const told = match[2] !== '→' && /\benter\b|⏎/iu.test(hints)
    const asked = match[2] !== '→' && /\barrow/iu.test(rows[first.y - 1]?.text ?? '')
    const { cursor } = view
    const pointed = cursor?.y === row.y && cursor.x === row.offset + row.indent
    if (!keyed && !told && !asked && !pointed) continue
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
