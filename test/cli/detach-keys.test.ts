import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDetachKeys } from '../../src/cli/attach/attach.ts'
import { DetachScanner } from '../../src/cli/attach/detach-keys.ts'

// Two letters only, so that sequences and near misses are frequent.
const bytes = (constraints: fc.ArrayConstraints) => fc.array(fc.constantFrom(1, 2), constraints)

describe('detach keys', () => {
  it('are found wherever they are, however the input is cut, and everything before goes through', () => {
    fc.assert(
      fc.property(
        bytes({ minLength: 1, maxLength: 4 }),
        bytes({ maxLength: 30 }),
        fc.nat(5),
        (keys, typed, size) => {
          const scanner = new DetachScanner(Uint8Array.from(keys))
          const text = String.fromCharCode(...typed)
          const at = text.indexOf(String.fromCharCode(...keys))
          let forwarded = ''
          let detached = false
          for (let start = 0; start < typed.length && !detached; start += size + 1) {
            const scan = scanner.scan(Uint8Array.from(typed.slice(start, start + size + 1)))
            forwarded += String.fromCharCode(...scan.forward)
            detached = scan.detached
          }
          expect(detached).toBe(at >= 0)
          if (at >= 0) expect(forwarded).toBe(text.slice(0, at))
          // Without a find at most a beginning of the keys is kept back.
          else
            expect(text.slice(forwarded.length)).toBe(
              String.fromCharCode(...keys).slice(0, text.length - forwarded.length),
            )
        },
      ),
    )
  })

  it('are given as names with commas between', () => {
    expect([...parseDetachKeys('ctrl-]')]).toEqual([0x1d])
    expect([...parseDetachKeys('ctrl-p, ctrl-q')]).toEqual([0x10, 0x11])
    expect(() => parseDetachKeys('ctrl-p,')).toThrow('not a list of keys')
    expect(() => parseDetachKeys('nonsense')).toThrow('no key named')
  })
})
