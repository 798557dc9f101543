import { describe, expect, it } from 'vitest'
import { newTimeOrderedId, newUuid, timeOfId } from '../../src/lib/ids.ts'

describe('ids', () => {
  it('sort by the time they were made, also within a millisecond and when the clock goes back', () => {
    const ids = [1000, 1000, 1000, 2000, 1500, 2001].map((now) => newTimeOrderedId(now + 1_800_000_000_000))
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tell when they were made', () => {
    expect(timeOfId(newTimeOrderedId(1_900_000_000_123))).toBe(1_900_000_000_123)
  })

  it('of sessions are upper-case UUIDs', () => {
    expect(newUuid()).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/)
  })
})
