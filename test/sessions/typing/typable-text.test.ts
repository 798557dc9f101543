import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bracketed, isDraftOf, typable } from '../../../src/sessions/typing/typable-text.ts'

describe('text to be typed', () => {
  it('may have newlines, tabs and every plane of Unicode; line ends become newlines', () => {
    expect(typable('a\r\n\tb é 漢 🙂 \u{10FFFD}\rc')).toBe('a\n\tb é 漢 🙂 \u{10FFFD}\nc')
  })

  it.each(['\u0000', '\u001b[A', '\u001b[201~', '\u0085', '\u009b', '\u007f', '\u0003', '\ud800'])(
    'may not have %j',
    (text) => {
      expect(() => typable(text)).toThrow(/control character|surrogate/)
    },
  )

  it('never ends its own paste, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let allowed: string
        try {
          allowed = typable(text)
        } catch {
          return
        }
        expect(bracketed(allowed).indexOf('\u001b[201~')).toBe(bracketed(allowed).length - 6)
      }),
    )
  })
})

describe('a draft in the box', () => {
  it('is ours when it is the text, wrapped or in part, or the mark of a long paste', () => {
    const text = 'fix the tests\nthen the docs, all of them'
    expect(isDraftOf('fix the tests\n  then the\n  docs, all of them', text)).toBe(true)
    expect(isDraftOf('docs, all of them', text)).toBe(true)
    expect(isDraftOf('[Pasted text #1 +12 lines]', text)).toBe(true)
    expect(isDraftOf('[Pasted Content 5000 chars]', text)).toBe(true)
  })

  it('is not ours when anything else stands there', () => {
    expect(isDraftOf('', 'go on')).toBe(false)
    expect(isDraftOf('hm go on', 'go on')).toBe(false)
    expect(isDraftOf('go on please', 'go on')).toBe(false)
    expect(isDraftOf('note [Pasted text #1]', 'go on')).toBe(false)
  })
})
