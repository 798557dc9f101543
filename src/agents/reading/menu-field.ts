/** The line for a text of one's own that a menu opens below its options, as Codex does for notes. */
import { cursorGlyphs, optionLine } from './hints.ts'
import { isGhostly, looksOf } from './looks.ts'
import type { MenuField } from './menu-types.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

/** Rows that stand free between the options and the line. */
const mostFree = 2
const fieldLine = new RegExp(`^(\\s*)([${cursorGlyphs}])(?:\\s+(\\S.*))?$`, 'u')

/**
 * It begins with the glyph of the selected option, in the same column, and holds the cursor. An input box
 * below a quoted menu stands elsewhere; that hints with Enter follow is for the caller to see.
 *
 * @param selected the row of the selected option
 */
export function findField(
  view: ScreenView,
  rows: readonly Row[],
  from: number,
  selected: Row | undefined,
): MenuField | undefined {
  const first = rows.slice(from, from + mostFree + 1).find(({ kind }) => kind !== 'blank')
  const match = first && first.y > from && !optionLine.test(first.text) && fieldLine.exec(first.text)
  if (!first || !match || !selected || first.frames !== selected.frames) return undefined
  const [, before = '', glyph = '', text = ''] = match
  if (first.indent !== selected.indent || selected.text[selected.indent] !== glyph) return undefined
  let bottom = first.y
  while (isContinuation(rows[bottom + 1], before.length + 1)) bottom += 1
  const { cursor } = view
  if (cursor && (cursor.y < first.y || cursor.y > bottom)) return undefined
  const looks = looksOf(first, first.text.length - text.length, first.text.length)
  const typed = [text, ...rows.slice(first.y + 1, bottom + 1).map((row) => row.text.trim())].join(' ')
  const isHint = looks.length > 0 && looks.filter(({ inverse }) => !inverse).every(isGhostly)
  return { top: first.y, bottom, text: isHint ? '' : typed.trim() }
}

function isContinuation(row: Row | undefined, indent: number): boolean {
  return row?.kind === 'text' && row.indent > indent && !fieldLine.test(row.text)
}
