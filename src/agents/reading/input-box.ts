/** Finds the box into which prompts are typed, and tells a draft from a hint. */
import type { InputBoxShape } from '../profile-schema.ts'
import { optionLine } from './hints.ts'
import { isFilled, isGhostly, looksOf } from './looks.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

export interface InputBox {
  /** First and last row of its text. */
  top: number
  bottom: number
  /** What a person has typed and not sent; empty when there is nothing but a hint. */
  draft: string
  /** The dim suggestion that the program shows in an empty box. */
  ghost: string
}

/** Most rows of text below the beginning of the box: more of it, a footer, help or completions. */
const mostBelow = 16

/** The lowest box of this shape with the cursor in it, where it is known. */
export function findInputBox(
  view: ScreenView,
  rows: readonly Row[],
  shape: InputBoxShape,
): InputBox | undefined {
  // What was said before may stand between rules, and would be taken for the box.
  const barred = shape.orBar ? findBox(view, rows, { ...shape, enclosed: 'bar' }) : undefined
  return barred ?? findBox(view, rows, shape)
}

function findBox(view: ScreenView, rows: readonly Row[], shape: InputBoxShape): InputBox | undefined {
  const start = startOf(shape)
  let below = 0
  for (const row of rows.toReversed()) {
    if (row.kind !== 'blank') below += 1
    if (below > mostBelow) break
    if (row.kind === 'rule' || (row.kind === 'blank' && shape.enclosed !== 'bar')) continue
    const textAt = start(row)
    if (textAt === undefined || !isEnclosed(rows, row, shape)) continue
    const [top, bottom] = extentOf(rows, row, textAt, shape)
    if (optionLine.test(row.text.trimStart()) && !isDraftedList(view, rows, [top, bottom], shape)) continue
    const { cursor } = view
    if (cursor && !shape.cursorElsewhere && (cursor.y < top || cursor.y > bottom + 1)) continue
    return { top, bottom, ...readContent(view, rows, [top, bottom], textAt, shape) }
  }
  return undefined
}

/** Index where the text begins in a row that begins a box. */
function startOf(shape: InputBoxShape): (row: Row) => number | undefined {
  if (shape.enclosed === 'bar') return (row) => (row.frames > 0 ? Math.max(0, row.indent) : undefined)
  const glyphs = shape.glyphs.replace(/[\]\\^-]/gu, '\\$&')
  const pattern = new RegExp(`^\\s{0,3}[${glyphs}](?:\\s|$)`, 'u')
  return ({ text }) => pattern.exec(text)?.[0].length
}

function isEnclosed(rows: readonly Row[], row: Row, shape: InputBoxShape): boolean {
  const above = rows[row.y - 1]
  const below = rows.slice(row.y + 1)
  if (shape.enclosed === 'rules') return above?.kind === 'rule' && below.some(({ kind }) => kind === 'rule')
  if (shape.enclosed === 'frame') return row.frames > 0
  // opencode's box has a bar on its left and ends with `╹▀▀▀`.
  if (shape.enclosed === 'bar') return below[0]?.kind === 'rule' && below[0].text.startsWith('╹')
  return above?.kind !== 'text'
}

/**
 * A draft that begins with a number looks like a menu. In rules or a frame of its own nothing is asked above
 * it; where nothing encloses the box, no line of keys follows and the cursor stands in the text.
 */
function isDraftedList(
  { cursor }: ScreenView,
  rows: readonly Row[],
  [top, bottom]: [number, number],
  shape: InputBoxShape,
): boolean {
  if (shape.enclosed === 'rules' || shape.enclosed === 'frame') return rows[top - 1]?.kind === 'rule'
  const below = rows.slice(bottom + 1).map(({ text }) => text)
  const row = cursor && rows[cursor.y]
  const inText =
    !row || (cursor.y >= top && cursor.y <= bottom && cursor.x <= row.offset + row.text.length + 1)
  return inText && below.some((text) => text !== '') && !/\b(?:enter|esc)\b/iu.test(below.join(' '))
}

/** The text may take several rows; it ends at the rule, the frame's end, or the first empty row. */
function extentOf(rows: readonly Row[], row: Row, textAt: number, shape: InputBoxShape): [number, number] {
  if (shape.enclosed === 'bar') {
    let top = row.y
    while ((rows[top - 1]?.frames ?? 0) > 0) top -= 1
    return [top, row.y]
  }
  let bottom = row.y
  for (let y = row.y + 1; y < rows.length; y++) {
    const next = rows[y]
    if (!next || next.kind === 'rule') break
    if (shape.enclosed === 'none' && (next.kind === 'blank' || next.indent < textAt)) break
    if (shape.enclosed === 'frame' && next.frames === 0) break
    if (next.kind === 'text') bottom = y
  }
  return [row.y, bottom]
}

function readContent(
  view: ScreenView,
  rows: readonly Row[],
  [top, bottom]: [number, number],
  textAt: number,
  shape: InputBoxShape,
): { draft: string; ghost: string } {
  const typed: string[] = []
  const hinted: string[] = []
  for (const row of rows.slice(top, bottom + 1)) {
    const text = row.kind === 'text' ? row.text.slice(textAt).trim() : ''
    if (text === '') continue
    const known = shape.hints.some((hint) => text.startsWith(hint))
    if (known || isHintOnly(view, row, textAt)) hinted.push(text)
    else typed.push(text)
  }
  return { draft: typed.join('\n'), ghost: hinted.join('\n') }
}

function isHintOnly(view: ScreenView, row: Row, textAt: number): boolean {
  const looks = looksOf(row, textAt, row.text.length)
  // The cell under the cursor, a hint's first one, is drawn inverse or filled (Qwen) and says nothing of the rest.
  const [first, ...rest] = looks
  const withoutCursor = first && rest.length > 0 && isFilled(first) ? rest : looks
  const telling = withoutCursor.filter(({ inverse }) => !inverse)
  if (telling.length > 0) return telling.every(isGhostly)
  return looks.length > 1 && row.y !== view.cursor?.y
}
