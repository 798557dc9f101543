import { expect, test } from 'vitest'
import { Emulator } from '../../../src/host/session/emulator.ts'
import type { CellStyle, LineContents } from '../../../src/messages/iterm2.ts'

const soft = 2
const hard = 1

function emulator(output: string, size: { columns?: number; rows?: number } = {}): Emulator {
  const result = new Emulator({ columns: 20, rows: 5, scrollback: 100, ...size })
  result.parse(Buffer.from(output))
  return result
}

/** The first line. */
function line(output: string, columns?: { location: number; length: number }): LineContents {
  const range = { startX: 0, startY: 0, endX: 0, endY: 1 }
  return emulator(output).readLines(range, columns)[0] ?? {}
}

/** Code points of each cell, run lengths expanded. */
function counts({ codePointsPerCell = [] }: LineContents): number[] {
  return codePointsPerCell.flatMap(({ numCodePoints = 1, repeats = 1 }) =>
    Array.from({ length: repeats }, () => numCodePoints),
  )
}

function styles({ style = [] }: LineContents): CellStyle[] {
  return style.flatMap(({ repeats = 1, ...look }) => Array.from({ length: repeats }, () => look))
}

test.each([
  ['an emoji outside the basic plane', '🙂', [1, 0]],
  ['a family joined with joiners', '👨‍👩‍👧', [5, 0]],
  ['a flag', '🇩🇪', [2, 0]],
  ['a heart with the emoji selector', '❤️', [2, 0]],
  ['a skin tone', '👍🏽', [2, 0]],
  ['Hangul', '한', [1, 0]],
  ['Hangul from single letters', '\u1112\u1161\u11ab', [3, 0]],
  ['an accent as a character of its own', 'e\u0301', [2]],
  ['plain text', 'ab', [1, 1]],
])('counts code points for each cell: %s', (_name, text, expected) => {
  const result = line(`${text}x`)
  expect(result.text).toBe(`${text}x`)
  expect(counts(result)).toEqual([...expected, 1])
  expect(styles(result)).toHaveLength(expected.length + 1)
})

test('a cell takes no more than 20 code points', () => {
  const result = line(`a${'\u0301'.repeat(50)}`)
  expect(counts(result)).toEqual([20, 20, 11])
})

test('blanks between characters are U+0000, and blanks at the end are left out', () => {
  expect(line('a\x1b[5Gb\x1b[10G')).toMatchObject({ text: 'a\0\0\0b', codePointsPerCell: [{ repeats: 5 }] })
  expect(line('a\tb').text).toBe('a\0\0\0\0\0\0\0b')
  expect(line('ab  ').text).toBe('ab  ')
  expect(line('')).toEqual({ text: '', codePointsPerCell: [], style: [], continuation: hard })
})

test('cells that were erased with a background keep it', () => {
  const result = line('a\x1b[44m\x1b[K')
  expect(result.text).toBe(`a${'\0'.repeat(19)}`)
  expect(styles(result)[19]).toEqual({ fgAlternate: 0, bgStandard: 4 })
})

test('says whether a line goes on below', () => {
  const { readLines } = { readLines: emulator(`${'x'.repeat(25)}\r\nend`) }
  const lines = readLines.readLines({ startX: 0, startY: 0, endX: 0, endY: 3 })
  expect(lines.map(({ text, continuation }) => [text, continuation])).toEqual([
    ['x'.repeat(20), soft],
    ['xxxxx', hard],
    ['end', hard],
  ])
})

test('a wide character that does not fit goes on below, without a gap', () => {
  const lines = emulator(`${'x'.repeat(19)}漢`).readLines({ startX: 0, startY: 0, endX: 0, endY: 2 })
  expect(lines.map(({ text, continuation }) => [text, continuation])).toEqual([
    ['x'.repeat(19), soft],
    ['漢', hard],
  ])
})

test('cuts the first line at startX and the last at endX', () => {
  const lines = emulator('abcdef\r\nghijkl').readLines({ startX: 2, startY: 0, endX: 3, endY: 1 })
  expect(lines.map(({ text, continuation }) => [text, continuation])).toEqual([
    ['cdef', hard],
    ['ghi', soft],
  ])
})

test('keeps a window of columns, without spaces at the end', () => {
  expect(line('abcdefghij', { location: 2, length: 4 })).toMatchObject({ text: 'cdef', continuation: soft })
  expect(line('abcd    ij', { location: 2, length: 4 })).toMatchObject({ text: 'cd', continuation: hard })
  expect(line('abcd', { location: 0, length: 0 })).toMatchObject({ text: 'abcd', continuation: hard })
})

test('gives every style as it was set', () => {
  const looks: [string, CellStyle][] = [
    ['1', { bold: true }],
    ['2', { faint: true }],
    ['3', { italic: true }],
    ['4', { underline: true }],
    ['5', { blink: true }],
    ['7', { inverse: true }],
    ['8', { invisible: true }],
    ['9', { strikethrough: true }],
  ]
  for (const [code, look] of looks) {
    expect(styles(line(`\x1b[${code}mx`))).toEqual([{ fgAlternate: 0, bgAlternate: 0, ...look }])
  }
  expect(styles(line('\x1b[31;42mx'))).toEqual([{ fgStandard: 1, bgStandard: 2 }])
  expect(styles(line('\x1b[95;48;5;200mx'))).toEqual([{ fgStandard: 13, bgStandard: 200 }])
  expect(styles(line('\x1b[38;2;1;2;3;48;2;4;5;6mx'))).toEqual([
    { fgRgb: { red: 1, green: 2, blue: 3 }, bgRgb: { red: 4, green: 5, blue: 6 } },
  ])
  expect(styles(line('\x1b[4;58;2;7;8;9mx'))).toEqual([
    { fgAlternate: 0, bgAlternate: 0, underline: true, underlineColor: { red: 7, green: 8, blue: 9 } },
  ])
  expect(styles(line('\x1b[4;58;5;1mx'))[0]?.underlineColor).toEqual({ red: 205, green: 0, blue: 0 })
  expect(styles(line('\x1b[1"qx'))[0]).toMatchObject({ guarded: true })
})

test('gives links with their identifiers', () => {
  const result = line(
    '\x1b]8;id=one;https://a.example/?q=1;2\x1b\\ab\x1b]8;;\x1b\\c\x1b]8;;file:///x\x07d\x1b]8;;\x07',
  )
  expect(styles(result).map(({ url }) => url)).toEqual([
    { url: 'https://a.example/?q=1;2', identifier: 'one' },
    { url: 'https://a.example/?q=1;2', identifier: 'one' },
    undefined,
    { url: 'file:///x' },
  ])
})

test('a link of absurd length is none', () => {
  const result = line(`\x1b]8;;http://x/${'y'.repeat(10_000)}\x07a`)
  expect(styles(result)).toEqual([{ fgAlternate: 0, bgAlternate: 0 }])
})

test('one short sequence cannot keep the emulator busy', () => {
  const started = performance.now()
  emulator('x\x1b[2147483647b\x1b[2147483647L\x1b[2147483647M\x1b[2147483647S\x1b[2147483647T')
  emulator('\x1b[2147483647I\x1b[2147483647Z\x1b[2147483647@\x1b[2147483647P\x1b[2147483647X')
  expect(performance.now() - started).toBeLessThan(1_000)
})
