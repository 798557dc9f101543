import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Line } from '../../src/iterm2/screen/line.ts'
import { joinWrapped } from '../../src/iterm2/screen/screen.ts'
import {
  AlternateColor,
  type CodePointsPerCell,
  ImagePlaceholderType,
  LineContentsContinuation,
} from '../../src/messages/iterm2.ts'

/** A character with the columns it takes. */
type Glyph = [text: string, width: 1 | 2]
const narrow: Glyph[] = [
  ['a', 1],
  ['Z', 1],
  ['~', 1],
  [' ', 1],
  ['é', 1],
  ['e\u0301', 1],
  ['𝒳', 1],
  ['\u0000', 1],
]
const wide: Glyph[] = [
  ['漢', 2],
  ['한', 2],
  ['ｗ', 2],
  ['😀', 2],
  ['𠀀', 2],
  ['👩‍👩‍👧‍👦', 2],
  ['🇩🇪', 2],
  ['❤\ufe0f', 2],
]
const glyphs = fc.array(fc.constantFrom(...narrow, ...wide), { maxLength: 60 })

/** The run-length list of a line, counted the way the real terminal (UTF-16) or our host does. */
function countCells(line: readonly Glyph[], count: (text: string) => number): CodePointsPerCell[] {
  const counts = line.flatMap(([text, width]) => (width === 2 ? [count(text), 0] : [count(text)]))
  const runs: CodePointsPerCell[] = []
  for (const numCodePoints of counts) {
    const last = runs.at(-1)
    if (last?.numCodePoints === numCodePoints) last.repeats = (last.repeats ?? 0) + 1
    else runs.push({ numCodePoints, repeats: 1 })
  }
  return runs
}

const conventions: [name: string, count: (text: string) => number][] = [
  ['UTF-16 units', (text) => text.length],
  ['code points', (text) => [...text].length],
]

describe.each(conventions)('a line whose cells are counted in %s', (_, count) => {
  it('has every character in its own cell', () => {
    fc.assert(
      fc.property(glyphs, (line) => {
        const text = line.map(([glyph]) => glyph).join('')
        const decoded = new Line({ text, codePointsPerCell: countCells(line, count) })
        const expected = line.flatMap(([glyph, width]) => {
          const cell = { text: glyph === '\u0000' ? ' ' : glyph, width }
          return width === 2 ? [cell, { text: '', width: 0 }] : [cell]
        })
        expect(decoded.cells().map(({ text, width }) => ({ text, width }))).toEqual(expected)
        expect(decoded.length).toBe(expected.length)
      }),
      { numRuns: 300 },
    )
  })

  it('reads as its characters, blanks as spaces', () => {
    fc.assert(
      fc.property(glyphs, (line) => {
        const raw = line.map(([glyph]) => glyph).join('')
        const decoded = new Line({ text: raw, codePointsPerCell: countCells(line, count) })
        expect(decoded.raw).toBe(raw)
        expect(decoded.text).toBe(raw.replaceAll('\u0000', ' '))
        expect(decoded.trimmed).toBe(raw.replaceAll('\u0000', ' ').trimEnd())
      }),
    )
  })

  it('gives parts by column', () => {
    const line: Glyph[] = [
      ['a', 1],
      ['😀', 2],
      ['b', 1],
      ['漢', 2],
      ['c', 1],
    ]
    const text = line.map(([glyph]) => glyph).join('')
    const decoded = new Line({ text, codePointsPerCell: countCells(line, count) })
    expect(decoded.slice(0, 4)).toBe('a😀b')
    expect(decoded.slice(3, 99)).toBe('b漢c')
    expect(decoded.cellAt(99)).toMatchObject({ text: ' ', width: 1 })
  })
})

describe('a line', () => {
  it('is empty when nothing was ever written to it', () => {
    const line = new Line({})
    expect(line.text).toBe('')
    expect(line.length).toBe(0)
    expect(line.cellAt(0)).toMatchObject({ text: ' ', width: 1 })
  })

  it('shows the cells that a TAB jumped over as spaces, not as halves of wide characters', () => {
    const line = new Line({
      text: 'a\tb漢\tc',
      codePointsPerCell: [
        { numCodePoints: 1, repeats: 1 },
        { numCodePoints: 0, repeats: 6 },
        { numCodePoints: 1, repeats: 3 },
        { numCodePoints: 0, repeats: 5 },
        { numCodePoints: 1, repeats: 2 },
      ],
    })
    expect(line.text).toBe(`a${' '.repeat(7)}b漢${' '.repeat(5)}c`)
    expect(line.cellAt(0).width).toBe(1)
    expect(line.cellAt(9).width).toBe(2)
    expect(line.raw).toBe('a\tb漢\tc')
  })

  it('leaves no gap where a wide character did not fit into the last column', () => {
    const first = new Line({
      text: 'abc',
      codePointsPerCell: [
        { numCodePoints: 1, repeats: 3 },
        { numCodePoints: 0, repeats: 1 },
      ],
      continuation: LineContentsContinuation.CONTINUATION_SOFT_EOL,
    })
    const second = new Line({
      text: '漢d',
      codePointsPerCell: [
        { numCodePoints: 1, repeats: 1 },
        { numCodePoints: 0, repeats: 1 },
        { numCodePoints: 1, repeats: 1 },
      ],
    })
    expect(joinWrapped([first, second], 7)).toEqual([{ text: 'abc漢d', first: 7, rows: 2 }])
  })

  it('keeps the space at the end of a wrapped row, and drops that at the end of the line', () => {
    const row = (text: string, wrapped: boolean) =>
      new Line({ text, codePointsPerCell: [{ repeats: text.length }], continuation: wrapped ? 2 : 1 })
    const lines = [row('one ', true), row('two  ', false), row('three', false), row('cut', true)]
    expect(joinWrapped(lines)).toEqual([
      { text: 'one two', first: 0, rows: 2 },
      { text: 'three', first: 2, rows: 1 },
      { text: 'cut', first: 3, rows: 1 },
    ])
  })

  it('survives counts that do not fit the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(
          fc.record({
            numCodePoints: fc.integer({ min: -5, max: 2 ** 31 - 1 }),
            repeats: fc.integer({ min: -5, max: 2 ** 31 - 1 }),
          }),
          { maxLength: 4 },
        ),
        (text, codePointsPerCell) => {
          const line = new Line({ text, codePointsPerCell })
          expect(line.length).toBeLessThanOrEqual(65_536)
          expect(line.cells()).toHaveLength(line.length)
          expect(line.text.length).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('tells the style of every cell', () => {
    const line = new Line({
      text: 'abcdef',
      codePointsPerCell: [{ numCodePoints: 1, repeats: 6 }],
      style: [
        { repeats: 2, bold: true, fgStandard: 9, bgAlternate: AlternateColor.REVERSED_DEFAULT },
        { repeats: 3, fgRgb: { red: 1, green: 2, blue: 3 }, url: { url: 'https://a.b', identifier: 'x' } },
        {
          repeats: 1,
          faint: true,
          image: ImagePlaceholderType.KITTY,
          blockID: 'b',
          underlineColor: { red: 7 },
        },
      ],
    })
    expect(line.cellAt(1).style).toMatchObject({
      bold: true,
      foreground: { kind: 'palette', index: 9 },
      background: { kind: 'reversed-default' },
    })
    expect(line.cellAt(4).style).toMatchObject({
      bold: false,
      foreground: { kind: 'rgb', red: 1, green: 2, blue: 3 },
      background: { kind: 'default' },
      url: { url: 'https://a.b', identifier: 'x' },
    })
    expect(line.cellAt(5).style).toMatchObject({
      faint: true,
      image: 'kitty',
      blockId: 'b',
      underlineColor: { kind: 'rgb', red: 7, green: 0, blue: 0 },
    })
    expect(line.cellAt(6).style).toMatchObject({ faint: false, foreground: { kind: 'default' } })
    expect(line.styles.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [2, 5],
      [5, 6],
    ])
  })

  it('looks the same as another one only when text, cells, wrapping and styles are', () => {
    const wire = {
      text: 'ab',
      codePointsPerCell: [{ numCodePoints: 1, repeats: 2 }],
      style: [{ repeats: 2, fgRgb: { red: 1 } }],
    }
    const line = new Line(wire)
    expect(line.equals(new Line(structuredClone(wire)))).toBe(true)
    expect(line.equals(new Line({ ...wire, text: 'ac' }))).toBe(false)
    expect(line.equals(new Line({ ...wire, continuation: 2 }))).toBe(false)
    expect(line.equals(new Line({ ...wire, style: [{ repeats: 2, fgRgb: { red: 2 } }] }))).toBe(false)
    expect(line.equals(new Line({ ...wire, style: [{ repeats: 2, bold: true }] }))).toBe(false)
    expect(line.equals(new Line({ ...wire, codePointsPerCell: [{ repeats: 2 }] }))).toBe(false)
  })
})
