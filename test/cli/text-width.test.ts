import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { cut, head, textWidth } from '../../src/cli/text-width.ts'

/** What stands in tables, and what must not be taken for it. */
const pieces = [
  'a',
  'Z',
  ' ',
  '~',
  'é',
  '–',
  '…',
  '→',
  '─',
  '●',
  '✓',
  '日',
  'e\u0301',
  '👍🏽',
  '⚠️',
  '1️⃣',
  '\u00ad',
  '\u200b',
]
const texts = fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join(''))

it('measures every text as the terminal shows it, whether it takes the short way or not', () => {
  fc.assert(
    fc.property(
      fc.oneof(texts, fc.string({ unit: 'grapheme' })),
      (text) => textWidth(text) === stringWidth(text),
    ),
  )
  expect(textWidth('\u001b[1mbold\u001b[0m')).toBe(4)
})

it('cuts within whole characters', () => {
  fc.assert(
    fc.property(
      texts,
      fc.nat(20),
      (text, width) => textWidth(head(text, width)) <= width && text.startsWith(head(text, width)),
    ),
  )
  expect(cut('iterm-orch', 6)).toBe('iterm…')
  expect(cut('日本語', 5)).toBe('日本…')
})
