import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Emulator } from '../../../src/host/session/emulator.ts'

const textOnScreen = (pieces: Uint8Array[]): string => {
  const emulator = new Emulator({ columns: 200, rows: 4, scrollback: 10 })
  for (const piece of pieces) emulator.parse(piece)
  return emulator.textBetween({ x: 0, y: 0 }, { x: 199, y: 0 }).trimEnd()
}
const cut = (bytes: Buffer, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, index * size + size),
  )

it('shows every character, wherever the output is cut', () => {
  const text = 'a › • … — “q” é 日 본 🙂 ␀ \u2000x'.trim()
  for (const size of [1, 2, 3, 4, 5, 7]) expect(textOnScreen(cut(Buffer.from(text), size))).toBe(text)
})

it('shows the same for any bytes, whole or cut', () => {
  const character = fc.constantFrom('›', '•', '…', 'é', '日', '🙂', 'x', ' ')
  fc.assert(
    fc.property(
      fc.array(character, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (characters, size) => {
        const bytes = Buffer.from(characters.join(''))
        expect(textOnScreen(cut(bytes, size))).toBe(textOnScreen([bytes]))
      },
    ),
    { numRuns: 60 },
  )
})

it('does not hold back bytes that begin no character', () => {
  const broken = Buffer.from([0x61, 0xff, 0x62, 0x80, 0x63])
  expect(textOnScreen(cut(broken, 1)).replaceAll('\ufffd', '')).toMatch(/^a.?b.?c$/u)
})
