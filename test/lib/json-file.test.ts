import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  isSetAside,
  lookAtJsonFile,
  readJsonFile,
  type SetAside,
  takeJsonFile,
  writeJsonFile,
} from '../../src/lib/json-file.ts'
import { garbage } from '../support/garbage.ts'

const Notes = z.object({ version: z.literal(1), notes: z.record(z.string(), z.string()) })
const good = { version: 1, notes: { a: 'one' } }
const newPath = () => join(mkdtempSync(join(tmpdir(), 'io-json-')), 'notes.json')

function containing(content: string | Uint8Array): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}

describe('a JSON file', () => {
  it.each([
    ['read', JSON.stringify(good)],
    ['read', `\uFEFF${JSON.stringify(good)}\n`],
    ['no-json', ''],
    ['no-json', JSON.stringify(good).slice(0, -3)],
    ['no-json', Buffer.from('{"version":1,"notes":{"a":"\xff"}}', 'latin1')],
    ['no-json', '\0'.repeat(100)],
    ['wrong-shape', '{"version":1,"notes":{"a":1}}'],
    ['wrong-shape', '{"version":0,"notes":{}}'],
    ['wrong-shape', '{"version":"2","notes":{}}'],
    ['wrong-shape', 'null'],
    ['newer', '{"version":2,"other":{}}'],
  ])('is %s when it says %j', (kind, content) => {
    expect(lookAtJsonFile(containing(content), Notes).kind).toBe(kind)
  })

  it('that is not there is told from one that the system refuses', () => {
    const path = newPath()
    expect(lookAtJsonFile(path, Notes)).toEqual({ kind: 'missing' })
    expect(readJsonFile(path, Notes)).toBeUndefined()
    symlinkSync(path, path)
    expect(lookAtJsonFile(path, Notes)).toMatchObject({ kind: 'unreadable' })
    expect(() => readJsonFile(path, Notes)).toThrow(/notes\.json cannot be read: ELOOP/u)
    // It may be readable another time: nothing is moved.
    expect(() => takeJsonFile(path, Notes, () => undefined)).toThrow(/ELOOP/u)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })

  it('says what is wrong with it, and what to do', () => {
    const wrong = containing('{"version":1,"notes":{"a":1}}')
    expect(() => readJsonFile(wrong, Notes, { code: 'invalid-config' })).toThrow(
      expect.objectContaining({
        code: 'invalid-config',
        message: expect.stringContaining('is not as expected: notes.a: '),
        hint: expect.stringContaining('Mend the file'),
      }),
    )
    const newer = containing('{"version":2}')
    expect(() => readJsonFile(newer, Notes, { code: 'invalid-config' })).toThrow(
      expect.objectContaining({ code: 'newer-home', hint: expect.stringContaining('Update') }),
    )
  })

  it('is not quoted with what would reach a terminal', () => {
    const content = lookAtJsonFile(containing('\u001b]0;evil\u0007\n\u202e'), Notes)
    expect(content).toMatchObject({ kind: 'no-json', why: expect.not.stringMatching(/[\p{Cc}\u202e]/u) })
  })

  it('comes back as it was written, whatever the text', () => {
    const path = newPath()
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string()), (notes) => {
        writeJsonFile(path, { version: 1, notes })
        const back = readJsonFile(path, Notes)?.notes
        expect(JSON.stringify(back)).toBe(JSON.stringify(Notes.parse({ version: 1, notes }).notes))
      }),
      { numRuns: 50 },
    )
  })

  it('is written for its owner only, with its directory', () => {
    const path = join(newPath(), '..', 'new', 'notes.json')
    writeJsonFile(path, good, { indented: true })
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(good, null, 2)}\n`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('a file that its owner does not understand', () => {
  it('is set aside under a name that no earlier one has, and is not changed', () => {
    const path = newPath()
    const told: SetAside[] = []
    for (const content of ['first', 'second', '{"version":2}']) {
      writeFileSync(path, content)
      expect(takeJsonFile(path, Notes, (file) => told.push(file))).toBeUndefined()
    }
    expect(told.map(({ kept }) => readFileSync(kept, 'utf8'))).toEqual(['first', 'second', '{"version":2}'])
    expect(told.map(({ kept }) => kept.slice(path.length))).toEqual(['.broken', '.broken-2', '.broken-3'])
    expect(told.at(-1)?.why).toContain('newer version')
    mkdirSync(path)
    expect(takeJsonFile(path, Notes, (file) => told.push(file))).toBeUndefined()
    expect(told.at(-1)).toMatchObject({ kept: `${path}.broken-4`, why: 'is a directory' })
    const kept = readdirSync(join(path, '..'))
    expect(kept.filter(isSetAside)).toEqual(kept)
    expect(isSetAside('notes.json')).toBe(false)
  })

  it('whatever its bytes are, is either understood or kept, and never throws', () => {
    const path = newPath()
    fc.assert(
      fc.property(garbage(JSON.stringify(good)), (bytes) => {
        writeFileSync(path, bytes)
        const told: SetAside[] = []
        const value = takeJsonFile(path, Notes, (file) => told.push(file))
        if (value) expect(told).toEqual([])
        else expect(readFileSync(told[0]?.kept ?? '').equals(bytes)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
