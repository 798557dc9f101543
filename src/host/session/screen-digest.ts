/** A digest of the screen, to tell whether output changed anything that can be seen. */
import { background, cellSize, content } from './cell-bits.ts'
import type { XtermLine } from './xterm-internals.ts'

/** FNV-1a's prime, and another odd number (of Murmur3) for a second, independent half. */
const primeA = 0x01000193
const primeB = 0x85ebca6b

/** 64 bits over all cells and the extra numbers; about 10 µs for 80×24. */
export function screenDigest(
  lines: { get(index: number): XtermLine | undefined },
  first: number,
  rows: number,
  extra: readonly number[],
): [number, number] {
  let a = 0x811c9dc5
  let b = 0
  const add = (value: number) => {
    a = Math.imul(a ^ value, primeA)
    b = Math.imul(((b << 13) | (b >>> 19)) ^ value, primeB) + 1
  }
  for (const value of extra) add(value)
  for (let row = first; row < first + rows; row++) {
    const line = lines.get(row)
    if (!line) continue
    add(line.isWrapped ? 1 : 2)
    const data = line._data
    for (let at = 0; at < data.length; at += cellSize) {
      const bits = data[at] ?? 0
      const bg = data[at + 2] ?? 0
      add(bits)
      add(data[at + 1] ?? 0)
      add(bg)
      if (bits & content.combined) addText(line._combined[at / cellSize] ?? '', add)
      if (bg & background.extended) {
        const extended = line._extendedAttrs[at / cellSize]
        add(extended?.urlId ?? 0)
        add(extended?.underlineColor ?? 0)
      }
    }
  }
  return [a, b]
}

function addText(text: string, add: (value: number) => void): void {
  for (let index = 0; index < text.length; index++) add(text.charCodeAt(index))
}
