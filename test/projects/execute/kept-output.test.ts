import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { endOfText, keepOutput, mostKeptBytes } from '../../../src/projects/execute/kept-output.ts'

const root = mkdtempSync(join(tmpdir(), 'out-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const captured = join(root, 'run.stdout')
const beside = join(root, 'task.stdout.log')

describe('what a task printed', () => {
  it('is kept whole where it is short', () => {
    expect(keepOutput(join(root, 'nothing'), beside)).toEqual({ text: '' })
    writeFileSync(captured, 'x'.repeat(mostKeptBytes))
    expect(keepOutput(captured, beside)).toEqual({ text: 'x'.repeat(mostKeptBytes) })
    expect(readdirSync(root)).toEqual(['run.stdout'])
  })

  it('lies beside where it is long, and its last lines in the result; again and again the same', () => {
    const lines = Array.from({ length: 60_000 }, (_, number) => `line ${number}\n`).join('')
    writeFileSync(captured, lines)
    const kept = keepOutput(captured, beside)
    expect(kept.file).toBe('task.stdout.log')
    expect(kept.text.length).toBeGreaterThan(mostKeptBytes - 20)
    expect(lines.endsWith(`\n${kept.text}`)).toBe(true)
    expect(readFileSync(beside, 'utf8')).toBe(lines)
    expect(keepOutput(captured, beside)).toEqual(kept)
    expect(readdirSync(root).sort()).toEqual(['run.stdout', 'task.stdout.log'])
    writeFileSync(captured, 'short')
    expect(keepOutput(captured, beside)).toEqual({ text: 'short' })
    expect(readdirSync(root)).toEqual(['run.stdout'])
  })
})

it('is never cut within a character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'ß', '€', '😀', '\n'), maxLength: 40 }),
      fc.nat(100),
      (text, cut) => {
        const bytes = Buffer.from(text)
        const end = endOfText(bytes.subarray(cut % (bytes.length + 1)))
        expect(Buffer.from(text).toString().endsWith(end)).toBe(true)
      },
    ),
  )
})
