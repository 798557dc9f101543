import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteForShell } from '../../src/lib/shell-quote.ts'

describe('quoting for a shell', () => {
  it('gives back any text as one word', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((value) => !value.includes('\0'))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (words) => {
        const script = `printf '%s\\0' ${words.map(quoteForShell).join(' ')}`
        const printed = execFileSync('/bin/sh', ['-c', script]).toString('utf8')
        expect(printed.split('\0').slice(0, -1)).toEqual(words)
      }),
      { numRuns: 60 },
    )
  })

  it('refuses what no program can be given', () => {
    expect(() => quoteForShell('a\0b')).toThrow(RangeError)
  })
})
