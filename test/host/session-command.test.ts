import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitCommand } from '../../src/host/session-command.ts'
import { quoteForShell } from '../../src/lib/shell-quote.ts'

describe('splitting a command', () => {
  it('knows blanks, both quotes and backslashes', () => {
    expect(splitCommand(`  ls  -l 'a b' "c \\" $d" e\\ f g'h'"i" '' "\\n"  `)).toEqual([
      'ls',
      '-l',
      'a b',
      'c " $d',
      'e f',
      'ghi',
      '',
      '\\n',
    ])
  })

  it('joins lines at a backslash, and takes an open quote to the end', () => {
    expect(splitCommand('a \\\n b "c\\\nd"')).toEqual(['a', 'b', 'cd'])
    expect(splitCommand("say 'it is")).toEqual(['say', 'it is'])
    expect(splitCommand('trailing\\')).toEqual(['trailing'])
    expect(splitCommand(' \t\n')).toEqual([])
  })

  it('gives back every word that was quoted for a shell', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(splitCommand(words.map(quoteForShell).join(' '))).toEqual(words)
      }),
    )
  })

  it('agrees with sh on words without expansions', () => {
    for (const command of [`a "b 'c' \\\\ d" 'e "f"' g\\'h`, `"\\$x \\a" '\\' x\\yz`, `''"" a''b`]) {
      const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
      expect(splitCommand(command)).toEqual(output.split('\0').slice(0, -1))
    }
  })
})
