/**
 * Finds the menu that is in front: a list of options at the bottom of the screen of which one is selected
 * right now. It is known by its structure (numbers in order, one column, one live cursor, nothing but hints
 * below), not by its words, because those change with every release.
 */
import { findBareMenu } from './bare-menu.ts'
import { findButtons } from './buttons.ts'
import { optionLine, readHints, scrollMark, shortcutOf } from './hints.ts'
import { standsOut } from './looks.ts'
import { findField } from './menu-field.ts'
import type { Menu, MenuOption } from './menu-types.ts'
import { isFull, type Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

export function findMenu(view: ScreenView, rows: readonly Row[]): Menu | undefined {
  return findNumberedMenu(view, rows) ?? findBareMenu(view, rows) ?? findButtons(view, rows)
}

interface Found {
  row: Row
  number: number
  glyph: string
  /** Index of the number in the row. */
  labelAt: number
  /** Index of the text after the number. */
  textAt: number
  label: string
}

const tickBox = /^[[(]([ xX✓✔•*●]?)[\])]\s*/u
/** A label and its description side by side are this far apart. */
const sideBySide = /^(\S.*?\S) {2,}(\S.*)$/u
/** Most rows that an option may take with its description; a wrapped command can be long. */
const longestOption = 24
/** Rows from a question to its options, with an explanation between; a frame shows how far a dialog reaches. */
const highestGap = 8
const highestInFrame = 40

function findNumberedMenu(view: ScreenView, rows: readonly Row[]): Menu | undefined {
  const found = rows.flatMap((row) => readOption(row) ?? [])
  const last = found.at(-1)
  if (!last) return undefined
  const group = groupOf(found, last)
  const first = group[0]
  if (!first || group.length < 2) return undefined
  const above = rows[first.row.y - 1]
  const cutAbove = first.number !== 1
  if (cutAbove && !(above && scrollMark.test(above.text.trim()))) return undefined
  const end = endOfOption(rows, last)
  const field = findField(view, rows, end + 1, group.find(({ glyph }) => glyph !== '')?.row)
  const bottom = field?.bottom ?? end
  const hints = readHints(view, rows, bottom + 1)
  if (hints === undefined || isHalfDrawn(view, rows, last.row)) return undefined
  if (field && !/\benter\b/iu.test(hints)) return undefined
  const selected = findSelected(view, group, hints)
  if (!selected) return undefined
  if (hints === '' && !asksWithoutHints(view, rows, [first.row.y, end])) return undefined
  const options = group.map((item, index) => {
    const nextRow = group[index + 1]?.row.y ?? end + 1
    return describeOption(rows, item, nextRow, item === selected.item)
  })
  const cut = cutAbove || /^↓$/u.test(rows[end + 1]?.text.trim() ?? '')
  const menu: Menu = { form: 'list', options, top: first.row.y, bottom, cursor: selected.by, hints, cut }
  return field ? { ...menu, field } : menu
}

/** The options that lead up to the last one: numbers in order, in one column. */
function groupOf(found: readonly Found[], last: Found): Found[] {
  const group = [last]
  for (const candidate of found.slice(0, -1).reverse()) {
    const next = group[0]
    if (!next || next.number === 1) break
    // The number's own column must be the same; a number within a description stands elsewhere.
    if (candidate.number !== next.number - 1 || candidate.labelAt !== next.labelAt) continue
    if (candidate.row.frames !== next.row.frames || next.row.y - candidate.row.y > longestOption) return []
    group.unshift(candidate)
  }
  return group
}

function readOption(row: Row): Found | undefined {
  if (row.kind !== 'text') return undefined
  const match = optionLine.exec(row.text)
  if (!match) return undefined
  const [, before = '', glyph = '', gap = '', number = '', label = ''] = match
  const labelAt = before.length + glyph.length + gap.length
  return { row, number: Number(number), glyph, labelAt, textAt: row.text.length - label.length, label }
}

/** The last row of the last option: its wrapped label and its description are indented deeper. */
function endOfOption(rows: readonly Row[], last: Found): number {
  let end = last.row.y
  for (let y = end + 1; y < rows.length && y - last.row.y < longestOption; y++) {
    const row = rows[y]
    if (row?.kind !== 'text' || row.frames !== last.row.frames) break
    if (row.indent <= last.labelAt) break
    end = y
  }
  return end
}

/** The frame around the options has no lower edge yet: the rest of the dialog is still to come. */
function isHalfDrawn(view: ScreenView, rows: readonly Row[], { y, frames, offset, room }: Row): boolean {
  const closedOnTheRight = frames > 0 && offset + room < view.columns
  return closedOnTheRight && !rows.slice(y + 1).some((row) => row.kind === 'rule' && row.frames < frames)
}

function findSelected(
  view: ScreenView,
  group: readonly Found[],
  hints: string,
): { item: Found | undefined; by: Menu['cursor'] } | undefined {
  const marked = group.filter((item) => item.glyph !== '')
  const [only, ...more] = marked
  if (more.length > 0) return undefined
  if (only) {
    // `>` and `*` are also quotation and list marks; they need the cursor or a style beside them.
    const plain = '>*→'.includes(only.glyph)
    const live = !plain || only.row.y === view.cursor?.y || standsOut(group, only)
    return live ? { item: only, by: 'glyph' } : undefined
  }
  const styled = group.filter((item) => standsOut(group, item))
  if (styled.length === 1 && hints !== '') return { item: styled[0], by: 'style' }
  // Where no looks are known the line of key hints must show that somebody can choose.
  if (!view.styled && /\b(?:select|navigate)\b/iu.test(hints)) return { item: undefined, by: 'unknown' }
  return undefined
}

/** Without a line of keys below, a question above or the cursor among the options tells a menu from a list. */
function asksWithoutHints(
  { cursor }: ScreenView,
  rows: readonly Row[],
  [top, end]: [number, number],
): boolean {
  if (cursor && cursor.y >= top && cursor.y <= end) return true
  const frames = rows[top]?.frames ?? 0
  const highest = frames > 0 ? highestInFrame : highestGap
  const above = rows.slice(Math.max(0, top - highest), top)
  const outside = above.findLastIndex((row) => row.frames < frames)
  return above.slice(outside + 1).some(({ text }) => /[?？]\s*$/u.test(text))
}

function describeOption(rows: readonly Row[], item: Found, nextRow: number, selected: boolean): MenuOption {
  const tick = tickBox.exec(item.label)
  const rest = tick ? item.label.slice(tick[0].length) : item.label
  const beside = sideBySide.exec(rest.trim())
  const label = [beside?.[1] ?? rest]
  const description = beside?.[2] ? [beside[2]] : []
  for (const row of rows.slice(item.row.y + 1, nextRow)) {
    if (row.kind === 'rule') break
    if (row.kind !== 'text' || scrollMark.test(row.text.trim())) continue
    if (description.length === 0 && isContinuation(rows, row, item)) label.push(row.text)
    else description.push(row.text)
  }
  const text = joinedText(label)
  const shortcut = shortcutOf(text)
  return {
    number: item.number,
    numbered: true,
    label: text,
    description: joinedText(description),
    selected,
    ...(tick && { ticked: (tick[1] ?? '').trim() !== '' }),
    ...(shortcut && { shortcut }),
  }
}

function joinedText(parts: readonly string[]): string {
  return parts.join(' ').replace(/\s+/gu, ' ').trim()
}

/** A label goes on in the next row, below its own text, when its row is full. */
function isContinuation(rows: readonly Row[], row: Row, item: Found): boolean {
  const before = rows[row.y - 1]
  return before?.kind === 'text' && Math.abs(row.indent - item.textAt) <= 1 && isFull(before, row)
}
