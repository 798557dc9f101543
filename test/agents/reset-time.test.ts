import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resetTime } from '../../src/agents/reading/reset-time.ts'
import { wallClockAt } from '../../src/agents/reading/wall-clock.ts'

/** Saturday noon, local time. */
const now = new Date(2026, 10, 21, 12).getTime()
const at = (...parts: [number, number, number, number]) => new Date(2026, ...parts).getTime()

describe('the end of a limit', () => {
  it.each([
    ['You have hit your limit · resets 5pm', at(10, 21, 17, 0)],
    ['resets Tuesday at 3am', at(10, 24, 3, 0)],
    ['resets Sat 9am', at(10, 28, 9, 0)],
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

describe('a time of day with its zone', () => {
  const utc = (text: string) => new Date(text).getTime()

  it.each([
    ['resets 5:30pm (Europe/Berlin)', '2026-11-21T12:00Z', '2026-11-21T16:30Z'],
    ['resets 10pm (America/New_York)', '2026-11-21T12:00Z', '2026-11-22T03:00Z'],
    ['resets 10pm (America/New_York)', '2026-11-22T03:00Z', '2026-11-23T03:00Z'],
    ['resets Nov 24 at 10am (Asia/Tokyo)', '2026-11-21T12:00Z', '2026-11-24T01:00Z'],
    ['resets Mon 3am (UTC)', '2026-11-21T12:00Z', '2026-11-23T03:00Z'],
    // The night in which the clocks go back: 3am comes once, seven hours after 9pm.
    ['resets 3am (Europe/Berlin)', '2026-10-24T19:00Z', '2026-10-25T02:00Z'],
    // 2:30 comes twice: the first one; the trial that comes an hour too early only fails.
    ['resets 2:30am (Europe/Berlin)', '2026-10-24T19:00Z', '2026-10-25T00:30Z'],
    // The night in which they go forward: 3am comes five hours after 9pm; there is no 2:30.
    ['resets 3am (Europe/Berlin)', '2026-03-28T20:00Z', '2026-03-29T01:00Z'],
    ['resets 2:30am (Europe/Berlin)', '2026-03-28T20:00Z', '2026-03-29T01:30Z'],
    ['resets 3am (America/New_York)', '2026-03-08T03:00Z', '2026-03-08T07:00Z'],
  ])('%s, said at %s, is %s', (text, said, expected) => {
    expect(resetTime(text, utc(said))?.getTime()).toBe(utc(expected))
  })

  it('is local time where the zone is not known', () => {
    expect(resetTime('resets 3am (Mars/Olympus)', now)?.getTime()).toBe(at(10, 22, 3, 0))
  })

  it('is the next moment at which the clocks there show it, whatever the zone and the season', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']
    const anyHour = fc.integer({ min: 0, max: 23 })
    const anyTime = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyHour, anyTime, (zone, hour, said) => {
        const text = `resets ${hour % 12 || 12}${hour < 12 ? 'am' : 'pm'} (${zone})`
        const reset = resetTime(text, said.getTime())?.getTime() ?? 0
        expect(reset).toBeGreaterThan(said.getTime())
        expect(reset - said.getTime()).toBeLessThanOrEqual(25 * 3_600_000)
        const shown = wallClockAt(reset, zone)
        // Only an hour that does not exist is another one.
        if (shown.hour !== hour) expect(shown.hour).toBe(hour + 1)
      }),
    )
  })
})
