import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { appendJsonLine, maxRecordBytes } from '../../src/lib/jsonl.ts'

const run = promisify(execFile)
const newFile = () => join(mkdtempSync(join(tmpdir(), 'io-jsonl-')), 'log.jsonl')
const readRecords = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))

describe('appending a JSON line', () => {
  it('adds one record after the other', () => {
    const path = newFile()
    appendJsonLine(path, { n: 1 })
    appendJsonLine(path, { n: 2, text: 'two\nlines' })
    expect(readRecords(path)).toEqual([{ n: 1 }, { n: 2, text: 'two\nlines' }])
  })

  it('keeps its record apart from a torn line before it', () => {
    const path = newFile()
    appendFileSync(path, '{"n":1}\n{"n":2,"te')
    appendJsonLine(path, { n: 3 })
    expect(readFileSync(path, 'utf8').split('\n')).toEqual(['{"n":1}', '{"n":2,"te', '{"n":3}', ''])
  })

  it('refuses a record over the limit and leaves the file as it was', () => {
    const path = newFile()
    appendJsonLine(path, { n: 1 })
    expect(() => appendJsonLine(path, { text: 'x'.repeat(maxRecordBytes) })).toThrow(RangeError)
    expect(readRecords(path)).toEqual([{ n: 1 }])
  })

  it('keeps the lines of four processes whole', async () => {
    const path = newFile()
    const writer = `
      import { appendJsonLine } from ${JSON.stringify(new URL('../../src/lib/jsonl.ts', import.meta.url).href)}
      for (let n = 0; n < 200; n++) appendJsonLine(process.argv[2], { from: process.pid, n, pad: 'x'.repeat(3000) })
    `
    const script = join(path, '..', 'writer.mts')
    appendFileSync(script, writer)
    await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, ['--import', 'tsx', script, path])))
    const records = readRecords(path) as { from: number; n: number }[]
    expect(records).toHaveLength(800)
    for (const pid of new Set(records.map((record) => record.from))) {
      const ownOrder = records.filter((record) => record.from === pid).map((record) => record.n)
      expect(ownOrder).toEqual(Array.from({ length: 200 }, (_, n) => n))
    }
  })
})
