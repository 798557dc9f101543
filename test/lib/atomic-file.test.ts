import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFileAtomic } from '../../src/lib/atomic-file.ts'

const newDirectory = () => mkdtempSync(join(tmpdir(), 'io-atomic-'))

describe('replacing a file', () => {
  it('leaves the new content, for this user only, and nothing else', () => {
    const directory = newDirectory()
    const path = join(directory, 'a.json')
    writeFileAtomic(path, 'old')
    writeFileAtomic(path, 'new')
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['a.json'])
  })

  it('keeps the old content when the new one cannot be put in its place', () => {
    const directory = newDirectory()
    const path = join(directory, 'a.json')
    mkdirSync(path)
    expect(() => writeFileAtomic(path, 'new')).toThrow()
    expect(statSync(path).isDirectory()).toBe(true)
    chmodSync(directory, 0o700)
  })
})
