import { describe, expect, it } from 'vitest'
import { resetTime } from '../../src/agents/reading/reset-time.ts'

/** Saturday noon, local time. */
const now = new Date(2026, 10, 21, 12).getTime()
const at = (...parts: [number, number, number, number]) => new Date(2026, ...parts).getTime()

describe('the end of a limit', () => {
  it.each([
    ['You have hit your limit · resets 5pm', at(10, 21, 17, 0)],
    ['resets 5:30pm (Europe/Berlin)', at(10, 21, 17, 30)],
    ['limit will reset at 3am', at(10, 22, 3, 0)],
    ['resets at 12pm', at(10, 22, 12, 0)],
    ['Resets Nov 24 at 10am', at(10, 24, 10, 0)],
    ['try again at 18:45', at(10, 21, 18, 45)],
    ['Please try again in 3h', now + 3 * 3_600_000],
    ['try again in 2 days 3 hours 20 minutes', now + (51 * 60 + 20) * 60_000],
    ['Retry after 30s', now + 30_000],
    ['reset after 1h12m', now + 72 * 60_000],
    ['until 2026-11-22T05:00:00Z', Date.UTC(2026, 10, 22, 5)],
  ])('%s', (text, expected) => {
    expect(resetTime(text, now)?.getTime()).toBe(expected)
  })

  it.each(['You have hit your limit', 'request rejected (429)', 'resets 45pm at some time', ''])(
    'is not made up for %j',
    (text) => {
      expect(resetTime(text, now)).toBeUndefined()
    },
  )
})
