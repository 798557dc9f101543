import { describe, expect, it } from 'vitest'
import { bytesOfKey, keyNames } from '../../src/sessions/keys.ts'

describe('keys by name', () => {
  it.each([
    ['enter', '\r'],
    ['Escape', '\u001b'],
    ['shift-tab', '\u001b[Z'],
    ['up', '\u001b[A'],
    ['page-down', '\u001b[6~'],
    ['f5', '\u001b[15~'],
    ['ctrl-c', '\u0003'],
    ['ctrl-z', '\u001a'],
    ['alt-x', '\u001bx'],
    ['alt-X', '\u001bX'],
    ['alt-enter', '\u001b\r'],
    ['1', '1'],
    ['ä', 'ä'],
  ])('%s', (name, bytes) => {
    expect(bytesOfKey(name)).toBe(bytes)
  })

  it('refuses a name it does not know and lists the known ones', () => {
    expect(() => bytesOfKey('hyper-q')).toThrow(/no key named "hyper-q"/)
    expect(keyNames).toContain('page-up')
  })
})
