/** Makes a screen of a capture: plain text, text with styles, or the bytes that a program has sent. */
import type { ScreenView } from '../../agents/reading/screen-view.ts'
import { Emulator } from '../../host/session/emulator.ts'
import { Line } from '../../iterm2/screen/line.ts'

/** Styles (SGR) and links (OSC 8): what `read --ansi` and `tmux capture-pane -e` leave in a text. */
const stylesAndLinks = /\u001b\[[\d;:]*m|\u001b\]8;[^\u0007\u001b]*(?:\u0007|\u001b\\)|\u000f/gu
const anySequence = /\u001b(?:\[[\d;:?<>=]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.)/gu
/** Rows and columns to which a program has moved the cursor, and margins that it has set. */
const position = /\u001b\[(\d+)?(?:;(\d+))?[Hfr]/gu
const column = /\u001b\[(\d+)G/gu
/** Sizes that windows commonly have. */
const commonWidths = [40, 60, 80, 100, 120, 160, 200, 240]
const usualRows = 40
const mostRows = 1_000

/** @param width columns; guessed from the capture when it is not given */
export function renderCapture(capture: string, width: number | undefined): ScreenView {
  const isText = !/\u001b|[\b\r](?!\n)/u.test(capture.replace(stylesAndLinks, ''))
  return isText ? renderText(capture, width) : renderStream(capture, width)
}

/** A text has no cursor: its screen is as high as it is long. */
function renderText(capture: string, width: number | undefined): ScreenView {
  const lines = capture.replaceAll('\r\n', '\n').replace(/\n$/u, '').split('\n')
  const lengths = lines.map((line) => line.replace(stylesAndLinks, '').trimEnd().length)
  const columns = width ?? commonWidth(largest(lengths))
  const rows = lengths.reduce((total, length) => total + Math.max(1, Math.ceil(length / columns)), 0)
  const view = render(lines.join('\r\n'), columns, Math.min(rows, mostRows))
  return { ...view, cursor: undefined, styled: /\u001b\[[\d;:]*m/u.test(capture) }
}

function renderStream(capture: string, width: number | undefined): ScreenView {
  const places = [...capture.matchAll(position)]
  const farthest = Math.max(
    largest(places.map(([, , x]) => Number(x ?? 1))),
    largest([...capture.matchAll(column)].map(([, x]) => Number(x))),
    largest(capture.split(/[\r\n]/u).map((line) => line.replace(anySequence, '').length)),
  )
  // Where a program writes into the whole row, the longest stretches are as wide as the screen.
  const columns = width ?? (farthest > 240 ? widestRule(capture) : commonWidth(farthest))
  const lowest = largest(places.map(([, y]) => Number(y ?? 1)).filter((y) => y < mostRows))
  return render(capture, columns, Math.max(lowest, usualRows))
}

function render(output: string, columns: number, rows: number): ScreenView {
  const emulator = new Emulator({ columns, rows, scrollback: 0 })
  emulator.parse(new TextEncoder().encode(output))
  const { overflow, history, grid } = emulator.lineInfo()
  const first = overflow + history
  const lines = emulator.readLines({ startX: 0, startY: first, endX: 0, endY: first + grid })
  const { x, y } = emulator.cursor()
  emulator.dispose()
  return { columns, rows: lines.map((line) => new Line(line)), cursor: { x, y: y - first }, styled: true }
}

function widestRule(capture: string): number {
  const rules = [...capture.matchAll(/[─━▀▄]{20,240}/gu)].map(([rule]) => rule.length)
  return rules.length > 0 ? commonWidth(largest(rules)) : 120
}

/** The smallest common width that has room for a line of this length. */
function commonWidth(length: number): number {
  if (length <= 40) return 80
  return commonWidths.find((width) => width >= length) ?? length
}

/** Not `Math.max(...numbers)`: a capture of 50 MB has more lines than a call may have arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 1)
}
