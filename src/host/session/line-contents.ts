/** A row of the emulator in the form of the API (GetBuffer). */
import type { CellStyle, CodePointsPerCell, LineContents, RGBColor } from '../../messages/iterm2.ts'
import { AlternateColor, LineContentsContinuation } from '../../messages/iterm2.ts'
import { background, cellSize, color, content, foreground } from './cell-bits.ts'
import { paletteColor } from './palette.ts'
import type { XtermInternals, XtermLine } from './xterm-internals.ts'

/** Which cells of the row are wanted, and how it ends. */
export interface LineCut {
  /** First cell. */
  from: number
  /** Cell after the last. */
  to: number
  /** A column window was asked for: trailing spaces go too, and the end says whether something was cut off. */
  window: boolean
  /** The row below, when it belongs to the same buffer. */
  next: XtermLine | undefined
}

type Links = XtermInternals['_oscLinkService']

/**
 * Cells `from` to `to` of a row. Counts are code points (the official Python client indexes by them): 0 for the
 * second half of a wide character, 1 for a blank between characters, which is U+0000 in the text. Cells at
 * the end that nothing was written to, and that have no background of their own, are left out.
 */
export function lineContents(line: XtermLine, cut: LineCut, links: Links): LineContents {
  const wrapped = cut.next?.isWrapped === true
  const end = endOfText(line, cut, wrapped)
  const data = line._data
  const codePointsPerCell: CodePointsPerCell[] = []
  const style: CellStyle[] = []
  let text = ''
  let count = -1
  let repeats = 0
  let fg = -1
  let bg = -1
  let extended: XtermLine['_extendedAttrs'][number]
  let current: CellStyle | undefined
  let styleRepeats = 0

  for (let x = cut.from; x < end; x++) {
    const at = x * cellSize
    const bits = data[at] ?? 0
    let cellCount = 1
    if (bits & content.combined) {
      const cell = line._combined[x] ?? ''
      text += cell
      cellCount = countCodePoints(cell)
    } else if (bits >>> content.widthShift === 0) {
      cellCount = 0
    } else {
      const codePoint = bits & content.codePoint
      text += codePoint < 0x10000 ? String.fromCharCode(codePoint) : String.fromCodePoint(codePoint)
    }
    if (cellCount === count) {
      repeats++
    } else {
      if (repeats > 0) codePointsPerCell.push({ numCodePoints: count, repeats })
      count = cellCount
      repeats = 1
    }

    const cellFg = data[at + 1] ?? 0
    const cellBg = data[at + 2] ?? 0
    const cellExtended = cellBg & background.extended ? line._extendedAttrs[x] : undefined
    if (current !== undefined && cellFg === fg && cellBg === bg && sameExtended(cellExtended, extended)) {
      styleRepeats++
    } else {
      if (current !== undefined) current.repeats = styleRepeats
      fg = cellFg
      bg = cellBg
      extended = cellExtended
      current = cellStyle(fg, bg, extended, links)
      style.push(current)
      styleRepeats = 1
    }
  }
  if (repeats > 0) codePointsPerCell.push({ numCodePoints: count, repeats })
  if (current !== undefined) current.repeats = styleRepeats
  return { text, codePointsPerCell, continuation: continuation(line, cut, end, wrapped), style }
}

/** The cell after the last one that shows anything. */
function endOfText(line: XtermLine, cut: LineCut, wrapped: boolean): number {
  let end = Math.min(cut.to, line.length)
  // The last cell stays empty when a wide character did not fit; the row goes on below as if it were not there.
  if (wrapped && end === line.length && isBlank(line, end - 1)) end--
  while (end > cut.from && (isBlank(line, end - 1) || (cut.window && isSpace(line, end - 1)))) {
    if (!cut.window && hasBackground(line, end - 1)) break
    end--
  }
  return end
}

function isBlank(line: XtermLine, x: number): boolean {
  const bits = line._data[x * cellSize] ?? 0
  return (bits & content.written) === 0 && bits >>> content.widthShift !== 0
}

function isSpace(line: XtermLine, x: number): boolean {
  return ((line._data[x * cellSize] ?? 0) & content.written) === 0x20
}

function hasBackground(line: XtermLine, x: number): boolean {
  return ((line._data[x * cellSize + 2] ?? 0) & color.mode) !== 0
}

function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function continuation(line: XtermLine, cut: LineCut, end: number, wrapped: boolean) {
  const { CONTINUATION_HARD_EOL: hard, CONTINUATION_SOFT_EOL: soft } = LineContentsContinuation
  if (cut.window) return end < Math.min(cut.to, line.length) ? hard : soft
  if (cut.to < line.length) return end === cut.to ? soft : hard
  return wrapped ? soft : hard
}

function sameExtended(
  a: XtermLine['_extendedAttrs'][number],
  b: XtermLine['_extendedAttrs'][number],
): boolean {
  return a === b || (a?.urlId === b?.urlId && a?.underlineColor === b?.underlineColor)
}

/** Only what is set: an absent boolean reads as false. */
function cellStyle(
  fg: number,
  bg: number,
  extended: XtermLine['_extendedAttrs'][number],
  links: Links,
): CellStyle {
  const style: CellStyle = {}
  if (fg & foreground.bold) style.bold = true
  if (bg & background.faint) style.faint = true
  if (bg & background.italic) style.italic = true
  if (fg & foreground.blink) style.blink = true
  if (fg & foreground.underline) style.underline = true
  if (fg & foreground.strikethrough) style.strikethrough = true
  if (fg & foreground.invisible) style.invisible = true
  if (fg & foreground.inverse) style.inverse = true
  if (bg & background.guarded) style.guarded = true
  const fgMode = fg & color.mode
  if (fgMode === 0) style.fgAlternate = AlternateColor.DEFAULT
  else if (fgMode === color.rgb) style.fgRgb = rgb(fg)
  else style.fgStandard = fg & color.index
  const bgMode = bg & color.mode
  if (bgMode === 0) style.bgAlternate = AlternateColor.DEFAULT
  else if (bgMode === color.rgb) style.bgRgb = rgb(bg)
  else style.bgStandard = bg & color.index
  if (extended) addExtended(style, extended, links)
  return style
}

function addExtended(
  style: CellStyle,
  extended: { urlId: number; underlineColor: number },
  links: Links,
): void {
  const { underlineColor } = extended
  const mode = underlineColor & color.mode
  if (style.underline && mode !== 0) {
    style.underlineColor =
      mode === color.rgb ? rgb(underlineColor) : paletteColor(underlineColor & color.index)
  }
  const link = extended.urlId === 0 ? undefined : links.getLinkData(extended.urlId)
  if (link) style.url = { url: link.uri, ...(link.id === undefined ? {} : { identifier: link.id }) }
}

function rgb(bits: number): RGBColor {
  return { red: (bits >>> 16) & 0xff, green: (bits >>> 8) & 0xff, blue: bits & 0xff }
}
