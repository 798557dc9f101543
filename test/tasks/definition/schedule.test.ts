import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Schedule } from '../../../src/runner/task.ts'
import {
  lastSlots,
  missedSlots,
  mostMadeUpFor,
  nextSlot,
  nextSlots,
  startOfSlot,
} from '../../../src/tasks/definition/schedule.ts'

const schedule = (more: Partial<Schedule>): Schedule => ({ jitterMs: 0, catchUp: 'last', ...more })
const at = (text: string) => new Date(text).getTime()
const iso = (moments: readonly number[]) => moments.map((moment) => new Date(moment).toISOString())

describe('a cron schedule over daylight saving', () => {
  const days = (timezone: string, cron: string, from: string, count: number) =>
    iso(nextSlots(schedule({ cron, timezone }), at(from), count))

  it('comes right after the hour that is left out, once and on the same day', () => {
    expect(days('Europe/Berlin', '30 2 * * *', '2027-03-27T12:00:00Z', 2)).toEqual([
      '2027-03-28T01:00:00.000Z', // 03:00, as 02:30 is not there
      '2027-03-29T00:30:00.000Z',
    ])
    expect(days('America/New_York', '0,30 2 * * *', '2027-03-13T12:00:00Z', 3)).toEqual([
      '2027-03-14T07:00:00.000Z', // 03:00 for both
      '2027-03-15T06:00:00.000Z',
      '2027-03-15T06:30:00.000Z',
    ])
  })

  it('comes once in the hour that is repeated', () => {
    expect(days('Europe/Berlin', '30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
    expect(days('America/New_York', '15,45 1 * * *', '2026-10-31T12:00:00Z', 3)).toEqual([
      '2026-11-01T05:15:00.000Z',
      '2026-11-01T05:45:00.000Z',
      '2026-11-02T06:15:00.000Z',
    ])
  })

  it('goes on by the quarter of an hour through both, if it has a step', () => {
    expect(days('Europe/Berlin', '*/30 * * * *', '2026-10-25T00:00:00Z', 4)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ])
    expect(days('Europe/Berlin', '*/30 * * * *', '2027-03-28T00:30:00Z', 2)).toEqual([
      '2027-03-28T01:00:00.000Z',
      '2027-03-28T01:30:00.000Z',
    ])
  })

  it('keeps to half an hour of saving, and to days that begin at one', () => {
    // Lord Howe goes from +11 to +10:30 and back; in Cairo the day of the change begins at 01:00.
    expect(days('Australia/Lord_Howe', '15 2 * * *', '2026-10-03T12:00:00Z', 1)).toEqual([
      '2026-10-03T15:30:00.000Z',
    ])
    expect(days('Africa/Cairo', '0 0 * * *', '2027-04-28T23:00:00Z', 2)).toEqual([
      '2027-04-29T22:00:00.000Z',
      '2027-04-30T21:00:00.000Z',
    ])
  })
})

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Cairo',
  'Pacific/Apia',
]
const anyCron = fc
  .tuple(
    fc.constantFrom('0', '*/7', '30', '15,45', '0-10/5'),
    fc.constantFrom('*', '2', '1-3', '*/6', '0,23'),
    fc.constantFrom('*', '1', '31'),
    fc.constantFrom('*', '1-5', 'SUN'),
  )
  .map(([minute, hour, day, weekday]) => `${minute} ${hour} ${day} * ${weekday}`)
const anySchedule = fc.oneof(
  fc.record({ cron: anyCron, timezone: fc.constantFrom(...zones) }).map(schedule),
  fc.integer({ min: 1_000, max: 90_000_000 }).map((everyMs) => schedule({ everyMs })),
)
// Two years in which every zone changes its clocks, or does not.
const anyMoment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') })

describe('the slots of any schedule', () => {
  it('follow each other, and each is found from the one before', () => {
    fc.assert(
      fc.property(anySchedule, anyMoment, (plan, moment) => {
        const slots = nextSlots(plan, moment, 6)
        expect(slots).toHaveLength(6)
        let before = moment
        for (const slot of slots) {
          expect(slot).toBeGreaterThan(before)
          expect(nextSlot(plan, before)).toBe(slot)
          expect(nextSlot(plan, slot - 1)).toBe(slot)
          before = slot
        }
      }),
      { numRuns: 150 },
    )
  })

  it('are the same seen from behind', () => {
    fc.assert(
      fc.property(anySchedule, anyMoment, (plan, moment) => {
        const slots = nextSlots(plan, moment, 6)
        const last = slots.at(-1) ?? 0
        expect(lastSlots(plan, last, 6).reverse()).toEqual(slots)
        expect(lastSlots(plan, last - 1, 5).reverse()).toEqual(slots.slice(0, 5))
      }),
      { numRuns: 150 },
    )
  })

  it('do not drift: an interval keeps its distance, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 90_000_000 }), anyMoment, (everyMs, moment) => {
        const slot = nextSlot(schedule({ everyMs }), moment) ?? 0
        expect(slot % everyMs).toBe(0)
        expect(slot - moment).toBeLessThanOrEqual(everyMs)
      }),
    )
  })
})

describe('what was missed', () => {
  const hourly = { cron: '0 * * * *', timezone: 'UTC' }
  const since = at('2026-11-21T03:00:00Z')
  const until = at('2026-11-21T06:00:00Z')

  it('is made up for not at all, once, or each, as catch_up says', () => {
    const missed = (catchUp: Schedule['catchUp']) => {
      const { slots, more } = missedSlots(schedule({ ...hourly, catchUp }), since, until)
      return { slots: iso(slots).map((text) => text.slice(11, 16)), more }
    }
    expect(missed('none')).toEqual({ slots: [], more: true })
    expect(missed('last')).toEqual({ slots: ['06:00'], more: true })
    expect(missed('all')).toEqual({ slots: ['04:00', '05:00', '06:00'], more: false })
  })

  it('is nothing between two slots, and nothing when the clock was set back', () => {
    const plan = schedule({ ...hourly, catchUp: 'all' })
    expect(missedSlots(plan, until, until + 3_599_999)).toEqual({ slots: [], more: false })
    expect(missedSlots(plan, until, since)).toEqual({ slots: [], more: false })
  })

  it('is bounded: of a year of minutes the latest hundred', () => {
    const plan = schedule({ cron: '* * * * *', timezone: 'UTC', catchUp: 'all' })
    const { slots, more } = missedSlots(plan, at('2025-11-21T00:00:00Z'), until)
    expect(slots).toHaveLength(mostMadeUpFor)
    expect([slots[0], slots.at(-1), more]).toEqual([until - 99 * 60_000, until, true])
  })

  it('is each slot once, wherever the time is cut', () => {
    fc.assert(
      fc.property(
        anySchedule,
        anyMoment,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        (plan, moment, cuts) => {
          const all = schedule({ ...plan, catchUp: 'all' })
          const end = nextSlots(all, moment, 8).at(-1) ?? moment
          const places = [moment, ...cuts.map((cut) => Math.round(moment + cut * (end - moment))), end]
          places.sort((a, b) => a - b)
          const found = places.flatMap(
            (place, index) => missedSlots(all, places[index - 1] ?? place, place).slots,
          )
          expect(found).toEqual(nextSlots(all, moment, 8))
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('jitter', () => {
  it('is the same for the same slot, within its bounds, and before the next slot', () => {
    fc.assert(
      fc.property(
        anySchedule,
        anyMoment,
        fc.integer({ min: 1, max: 7_200_000 }),
        (plan, moment, jitterMs) => {
          const jittery = { ...plan, jitterMs }
          const [slot = 0, next = 0] = nextSlots(plan, moment, 2)
          const start = startOfSlot('audit', jittery, slot)
          expect(start).toBe(startOfSlot('audit', jittery, slot))
          expect(start).toBeGreaterThanOrEqual(slot)
          expect(start).toBeLessThan(Math.min(next, slot + jitterMs))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('sets tasks with the same schedule apart', () => {
    const plan = schedule({ cron: '0 3 * * *', timezone: 'UTC', jitterMs: 600_000 })
    const slot = at('2026-11-22T03:00:00Z')
    const starts = Array.from({ length: 200 }, (_, index) => startOfSlot(`task-${index}`, plan, slot) - slot)
    expect(new Set(starts).size).toBeGreaterThan(190)
    const halves = starts.filter((start) => start < 300_000).length
    expect(halves).toBeGreaterThan(60)
    expect(halves).toBeLessThan(140)
  })
})
