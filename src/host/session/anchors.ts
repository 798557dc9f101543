/** Places in the text that are found again after lines were wrapped to another width. */
import type { XtermInternals } from './xterm-internals.ts'

/** A cell, by absolute line. */
export interface Anchor {
  x: number
  y: number
}

interface AnchorSpace {
  readonly inside: XtermInternals
  readonly columns: number
  /** Lines lost so far. */
  readonly overflow: number
}

/**
 * Runs `resize` and moves the anchors along. Each is remembered as a marker on the first row of its wrapped line
 * and the cells from there. Markers live only meanwhile: each one costs time with every line that scrolls.
 */
export function keepAnchors(space: AnchorSpace, anchors: Anchor[], resize: () => void): void {
  const { buffers } = space.inside
  const kept = anchors.flatMap((anchor) => {
    let row = anchor.y - space.overflow
    let offset = anchor.x
    if (row < 0 || row >= buffers.normal.lines.length) return []
    while (row > 0 && buffers.normal.lines.get(row)?.isWrapped) {
      row--
      offset += space.columns
    }
    return [{ anchor, offset, marker: buffers.normal.addMarker(row) }]
  })
  resize()
  for (const { anchor, offset, marker } of kept) {
    let row = marker.line
    let left = offset
    // Only as far as the line was really wrapped: the row of the cursor is cut instead.
    while (row >= 0 && left >= space.columns && buffers.normal.lines.get(row + 1)?.isWrapped) {
      row++
      left -= space.columns
    }
    anchor.x = Math.min(left, space.columns)
    anchor.y = space.overflow + row
    marker.dispose()
  }
}
