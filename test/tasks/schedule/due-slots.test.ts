import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Schedule } from '../../../src/runner/task.ts'
import { mostMadeUpFor } from '../../../src/tasks/definition/schedule.ts'
import { dueSlots, lookAfter, onTimeMs } from '../../../src/tasks/schedule/due-slots.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.parse('2026-11-21T12:00:00Z')
const every = (ms: number, catchUp: Schedule['catchUp'] = 'last'): Schedule => ({
  everyMs: ms,
  jitterMs: 0,
  catchUp,
})

describe('the slots that have come', () => {
  it('are run when they are noticed in time, whatever the rule', () => {
    for (const rule of ['none', 'last', 'all'] as const) {
      expect(dueSlots('t', every(hour, rule), noon - hour, noon + 20)).toEqual({
        start: [noon],
        missed: undefined,
      })
    }
  })

  it('are left out after an hour of sleep when nothing is to be caught up', () => {
    const due = dueSlots('t', every(10 * minute, 'none'), noon, noon + hour + 5 * minute)
    expect(due.start).toEqual([])
    expect(due.missed).toMatchObject({ count: 6, atLeast: false })
    expect(due.missed?.last).toBe(noon + hour)
  })

  it('are made up for by one run with last', () => {
    const due = dueSlots('t', every(10 * minute, 'last'), noon, noon + hour + 5 * minute)
    expect(due.start).toEqual([noon + hour])
    expect(due.missed).toMatchObject({ count: 5, first: noon + 10 * minute, last: noon + 50 * minute })
  })

  it('are all run with all, but not more than a hundred', () => {
    expect(dueSlots('t', every(10 * minute, 'all'), noon, noon + hour).start).toHaveLength(6)
    const week = dueSlots('t', every(minute, 'all'), noon, noon + 7 * 24 * hour)
    expect(week.start).toHaveLength(mostMadeUpFor)
    expect(week.missed).toMatchObject({ atLeast: true })
    expect(week.start.at(-1)).toBe(noon + 7 * 24 * hour)
  })

  it('are none before their time', () => {
    expect(dueSlots('t', every(hour), noon, noon + hour - 1)).toEqual({ start: [], missed: undefined })
  })

  it('come each once over the night in which summer time ends', () => {
    const night: Schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin', jitterMs: 0, catchUp: 'all' }
    const from = Date.parse('2026-10-24T12:00:00Z')
    const slots = new Set<number>()
    let taken = from
    for (let now = from; now < from + 48 * hour; now += 7 * minute) {
      const due = dueSlots('t', night, taken, now)
      for (const slot of due.start) {
        expect(slots.has(slot)).toBe(false)
        slots.add(slot)
      }
      taken = due.start.at(-1) ?? due.missed?.last ?? taken
    }
    expect([...slots].map((slot) => new Date(slot).toISOString())).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  it('are neither lost nor doubled, however often and late they are looked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.integer({ min: 0, max: onTimeMs }), { minLength: 1, maxLength: 60 }),
        (seconds, steps) => {
          const schedule = every(seconds * 1_000, 'all')
          let now = noon
          let taken = noon
          const seen: number[] = []
          for (const step of steps) {
            now += step
            const due = dueSlots('t', schedule, taken, now)
            seen.push(...due.start)
            taken = due.start.at(-1) ?? due.missed?.last ?? taken
          }
          const ms = seconds * 1_000
          const first = (Math.floor(noon / ms) + 1) * ms
          const all: number[] = []
          for (let slot = first; slot <= now; slot += ms) all.push(slot)
          expect(seen).toEqual(all)
        },
      ),
    )
  })
})

describe('a clock that was set back', () => {
  it('a little, runs no slot a second time', () => {
    const cron: Schedule = { cron: '0 * * * *', timezone: 'UTC', jitterMs: 0, catchUp: 'last' }
    expect(lookAfter(noon, noon - 2 * hour, cron)).toBe(noon)
  })

  it('by a year, was wrong before: the schedule goes on from now', () => {
    const cron: Schedule = { cron: '0 * * * *', jitterMs: 0, catchUp: 'last' }
    const now = noon - 365 * 24 * hour
    expect(lookAfter(noon, now, cron)).toBe(now)
  })

  it('does not hold up an interval, which is about the time that passes', () => {
    expect(lookAfter(noon, noon - hour, every(minute))).toBe(noon - hour)
  })
})
