import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Line } from '../../src/iterm2/screen/line.ts'
import { lineToAnsi } from '../../src/terminal/line-to-ansi.ts'
import { startCommand } from '../../src/terminal/start-command.ts'

describe('the start command', () => {
  it('is split by a shell into sh and the script, whatever the path is', () => {
    const part = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '(', '`', '*', 'é', ';') })
    fc.assert(
      fc.property(part, (path) => {
        const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${startCommand(`/x${path}`)}`], {
          encoding: 'utf8',
        })
        expect(words).toBe(`/bin/sh\n/x${path}\n`)
      }),
      { numRuns: 30 },
    )
  })

  it('has no backslash, with which an interpolated expression could begin', () => {
    expect(startCommand("/it's here/(x)")).not.toContain('\\')
    expect(() => startCommand('/a\\(b)')).toThrow(/cannot take/)
  })
})

describe('a line with styles', () => {
  it('is written with SGR sequences that end with the line', () => {
    const line = new Line({
      text: 'red and bold',
      codePointsPerCell: [{ numCodePoints: 1, repeats: 12 }],
      style: [
        { fgStandard: 1, repeats: 3 },
        { repeats: 5 },
        { bold: true, bgRgb: { red: 1, green: 2, blue: 3 }, repeats: 4 },
      ],
    })
    expect(lineToAnsi(line)).toBe('\u001b[31mred\u001b[0m and \u001b[1;48;2;1;2;3mbold\u001b[0m')
  })
})
