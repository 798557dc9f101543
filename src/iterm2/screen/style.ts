/** The look of cells, decoded from the wire form. */
import {
  AlternateColor,
  ImagePlaceholderType,
  type RGBColor,
  type CellStyle as WireStyle,
} from '../../messages/iterm2.ts'

export type CellColor =
  | { kind: 'default' | 'reversed-default' | 'system-message' }
  /** Palette index from 0 to 255. */
  | { kind: 'palette'; index: number }
  /** Components from 0 to 255. */
  | { kind: 'rgb'; red: number; green: number; blue: number }

/** The look of a cell. Runs of equal cells share one object. */
export interface Style {
  foreground: CellColor
  background: CellColor
  bold: boolean
  faint: boolean
  italic: boolean
  blink: boolean
  underline: boolean
  strikethrough: boolean
  invisible: boolean
  inverse: boolean
  /** The program protected the cell against erasing. */
  guarded: boolean
  /** The cell belongs to an image drawn by this protocol. */
  image?: 'iterm2' | 'kitty'
  underlineColor?: CellColor
  /** Names the block of output that the cell belongs to. */
  blockId?: string
  /** The hyperlink of the cell (OSC 8). */
  url?: { url: string; identifier: string }
}

/** `style` for the cells from `start` up to and excluding `end`. */
export interface StyleRun {
  start: number
  end: number
  style: Style
}

const defaultColor: CellColor = { kind: 'default' }

/** What a cell looks like about which the terminal said nothing. */
export const plainStyle: Style = decodeStyle({})

/** Decodes the run-length list of one line; `limit` is the number of cells to describe at most. */
export function decodeStyleRuns(wire: readonly WireStyle[], limit: number): StyleRun[] {
  const runs: StyleRun[] = []
  let start = 0
  for (const item of wire) {
    if (start >= limit) break
    const end = Math.min(limit, start + Math.max(0, item.repeats ?? 1))
    if (end > start) runs.push({ start, end, style: decodeStyle(item) })
    start = end
  }
  return runs
}

/** The style of cell `x`, by binary search. */
export function styleAt(runs: readonly StyleRun[], x: number): Style {
  let low = 0
  let high = runs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const run = runs[middle]
    if (run === undefined) break
    if (x < run.start) high = middle - 1
    else if (x >= run.end) low = middle + 1
    else return run.style
  }
  return plainStyle
}

function decodeStyle(wire: WireStyle): Style {
  const style: Style = {
    foreground: decodeColor(wire.fgStandard, wire.fgAlternate, wire.fgRgb),
    background: decodeColor(wire.bgStandard, wire.bgAlternate, wire.bgRgb),
    bold: wire.bold ?? false,
    faint: wire.faint ?? false,
    italic: wire.italic ?? false,
    blink: wire.blink ?? false,
    underline: wire.underline ?? false,
    strikethrough: wire.strikethrough ?? false,
    invisible: wire.invisible ?? false,
    inverse: wire.inverse ?? false,
    guarded: wire.guarded ?? false,
  }
  if (wire.image === ImagePlaceholderType.ITERM2) style.image = 'iterm2'
  if (wire.image === ImagePlaceholderType.KITTY) style.image = 'kitty'
  if (wire.underlineColor !== undefined) style.underlineColor = rgb(wire.underlineColor)
  if (wire.blockID !== undefined) style.blockId = wire.blockID
  if (wire.url !== undefined) {
    style.url = { url: wire.url.url ?? '', identifier: wire.url.identifier ?? '' }
  }
  return style
}

function decodeColor(
  standard: number | undefined,
  alternate: AlternateColor | undefined,
  components: RGBColor | undefined,
): CellColor {
  if (components !== undefined) return rgb(components)
  if (standard !== undefined) return { kind: 'palette', index: standard }
  if (alternate === AlternateColor.REVERSED_DEFAULT) return { kind: 'reversed-default' }
  if (alternate === AlternateColor.SYSTEM_MESSAGE) return { kind: 'system-message' }
  return defaultColor
}

function rgb(color: RGBColor): CellColor {
  return { kind: 'rgb', red: color.red ?? 0, green: color.green ?? 0, blue: color.blue ?? 0 }
}
