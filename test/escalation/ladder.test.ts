import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Escalation, Level } from '../../src/escalation/escalation.ts'
import { nextMove } from '../../src/escalation/ladder.ts'
import { EscalationSettings, ladderRules } from '../../src/escalation/ladder-rules.ts'
import { quietUntil } from '../../src/escalation/quiet-hours.ts'
import { anEscalation, iso } from '../support/an-escalation.ts'

const minute = 60_000
const start = Date.parse('2026-03-02T12:00:00.000Z')
const standard = ladderRules(EscalationSettings.parse({}), 'question', 'tidy')

describe('the ladder', () => {
  it('announces at once, goes up after five minutes, and at the top reminds at growing intervals', () => {
    const moves = play(
      anEscalation({ ladder: ['orchestrator', 'desktop', 'human'] }),
      standard,
      3_000 * minute,
    )
    expect(moves.slice(0, 3)).toEqual([
      { at: 0, level: 'orchestrator', repeat: 0 },
      { at: 5 * minute, level: 'desktop', repeat: 0 },
      { at: 10 * minute, level: 'human', repeat: 0 },
    ])
    const reminders = moves.slice(3).map(({ at }, index) => at - (moves[index + 2]?.at ?? 0))
    expect(reminders.map((ms) => ms / minute)).toEqual([10, 20, 40, 80, 160, 240, 240, 240, 240, 240])
    expect(moves.at(-1)).toMatchObject({ level: 'human', repeat: 10 })
  })

  it('waits where the policy decides, where it is over, and while an answer is on its way', () => {
    const on = { ladder: ['policy', 'desktop'] as Level[], level: 'policy' as const }
    expect(nextMove(anEscalation(on), standard, start)).toEqual({ do: 'wait' })
    expect(nextMove(anEscalation({ outcome: 'answered' }), standard, start)).toEqual({ do: 'wait' })
    const answer = {
      id: 'a',
      from: 'human',
      via: 'cli' as const,
      at: iso(start),
      verdict: 'delivering' as const,
    }
    expect(nextMove(anEscalation({ answers: [answer] }), standard, start)).toEqual({ do: 'wait' })
  })

  it('stands while somebody is on it, and goes on after that', () => {
    const told = [announced('desktop', start, 0)]
    const ladder: Level[] = ['desktop', 'human']
    const ack = { by: 'desktop', until: iso(start + 20 * minute) }
    const held = anEscalation({ ladder, told, ack })
    const wait = { do: 'wait', until: start + 20 * minute, next: 'raise' }
    expect(nextMove(held, standard, start + 6 * minute)).toEqual(wait)
    expect(nextMove(held, standard, start + 20 * minute)).toEqual({ do: 'raise', to: 'human' })
    const snoozed = anEscalation({ ladder, snoozedUntil: iso(start + minute) })
    expect(nextMove(snoozed, standard, start)).toMatchObject({ until: start + minute, next: 'announce' })
  })

  it('counts from when it came to its level: one that was sent back is announced there again', () => {
    const told = [announced('desktop', start, 0)]
    const back = anEscalation({ ladder: ['desktop', 'human'], told, levelSince: iso(start + 30 * minute) })
    expect(nextMove(back, standard, start + 30 * minute)).toEqual({ do: 'announce' })
  })

  it('tries mail that could not be written again, before anyone else is asked', () => {
    const failed = { ...announced('desktop', start, 0), state: 'failed' as const }
    const escalation = anEscalation({ ladder: ['desktop', 'human'], told: [failed] })
    expect(nextMove(escalation, standard, start)).toEqual({
      do: 'wait',
      until: start + 5_000,
      next: 'announce',
    })
    expect(nextMove(escalation, standard, start + 5_000)).toEqual({ do: 'announce' })
  })

  it('wakes nobody at night but for what is critical or excepted', () => {
    const quiet = { from: '22:00', to: '07:00', timezone: 'UTC', except: ['credential' as const] }
    const rules = { ...standard, quiet }
    const night = Date.parse('2026-03-02T23:30:00.000Z')
    const human = { ladder: ['human'] as Level[], levelSince: iso(night) }
    const morning = Date.parse('2026-03-03T07:00:00.000Z')
    expect(nextMove(anEscalation(human), rules, night)).toMatchObject({ until: morning })
    expect(nextMove(anEscalation({ ...human, urgency: 'critical' }), rules, night)).toEqual({
      do: 'announce',
    })
    expect(nextMove(anEscalation({ ...human, kind: 'credential' }), rules, night)).toEqual({ do: 'announce' })
    expect(nextMove(anEscalation({ ladder: ['desktop'] }), rules, night)).toEqual({ do: 'announce' })
  })

  const levels: Level[] = ['peer', 'orchestrator', 'desktop', 'human']
  const anyLadder = fc.subarray(levels, { minLength: 1 })
  const anyRules = fc.record({
    after: fc.integer({ min: 1, max: 60 }),
    first: fc.integer({ min: 1, max: 60 }),
    factor: fc.integer({ min: 1, max: 4 }),
    limit: fc.integer({ min: 0, max: 12 }),
    quiet: fc.option(fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 23 }))),
  })

  it('never announces twice at the same level and repeat, goes only up, and always has something due', () => {
    fc.assert(
      fc.property(anyLadder, anyRules, (ladder, { after, first, factor, limit, quiet }) => {
        const rules = {
          ...{ ladder, afterMs: after * minute, urgency: 'high' as const },
          remind: { firstMs: first * minute, factor, longestMs: 240 * minute, limit },
          quiet: quiet
            ? { from: `${two(quiet[0])}:00`, to: `${two(quiet[1])}:00`, timezone: 'UTC', except: [] }
            : undefined,
        }
        const moves = play(anEscalation({ ladder }), rules, 400_000 * minute)
        const keys = moves.map(({ level, repeat }) => `${level} ${repeat}`)
        expect(new Set(keys).size).toBe(keys.length)
        const order = moves.map(({ level }) => ladder.indexOf(level))
        expect(order).toEqual([...order].sort((left, right) => left - right))
        expect(moves.filter(({ level }) => level === ladder.at(-1))).toHaveLength(limit + 1)
        expect(new Set(moves.map(({ level }) => level))).toEqual(new Set(ladder))
      }),
      { numRuns: 200 },
    )
  })
})

describe('quiet hours', () => {
  const berlin = { from: '22:00', to: '07:00', timezone: 'Europe/Berlin', except: [] }

  it.each([
    ['before midnight', '2026-01-10T21:30:00Z', '2026-01-11T06:00:00.000Z'],
    ['after midnight', '2026-01-11T02:00:00Z', '2026-01-11T06:00:00.000Z'],
    ['in the night that has 23 hours', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['in the night that has 25 hours', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
    ['by day', '2026-01-11T12:00:00Z', undefined],
    ['at their end', '2026-01-11T06:00:00Z', undefined],
    ['at their beginning', '2026-01-10T21:00:00Z', '2026-01-11T06:00:00.000Z'],
  ])('end on time %s', (_when, now, end) => {
    const until = quietUntil(berlin, Date.parse(now))
    expect(until === undefined ? undefined : iso(until)).toBe(end)
  })

  it('of no length are none', () => {
    expect(quietUntil({ ...berlin, from: '10:00', to: '10:00' }, start)).toBeUndefined()
  })

  it('always end, later and within a day', () => {
    const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu')
    fc.assert(
      fc.property(time, time, zone, fc.integer({ min: 0, max: 366 * 1_440 }), (from, to, timezone, at) => {
        const now = start + at * minute
        const quiet = { from: text(from), to: text(to), timezone, except: [] }
        const until = quietUntil(quiet, now)
        if (until === undefined) return
        expect(until).toBeGreaterThan(now)
        expect(until - now).toBeLessThanOrEqual(25 * 60 * minute)
        expect(quietUntil(quiet, until)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })
})

describe('the rules of the ladder', () => {
  const settings = EscalationSettings.parse({
    after: '10m',
    kinds: { permission: { after: '1m', urgency: 'critical' } },
    tasks: { 'deploy-*': { after: '30s', ladder: ['human', 'human'] } },
  })

  it('are those of the task, then of the kind, then the general ones', () => {
    expect(ladderRules(settings, 'permission', 'deploy-api')).toMatchObject({
      ...{ afterMs: 30_000, ladder: ['human'], urgency: 'critical' },
    })
    expect(ladderRules(settings, 'permission', 'tidy')).toMatchObject({ afterMs: minute })
    expect(ladderRules(settings, 'stuck', 'tidy')).toMatchObject({ afterMs: 10 * minute, urgency: 'medium' })
  })

  it('refuse what they do not know', () => {
    expect(() => EscalationSettings.parse({ ladder: [] })).toThrow()
    expect(() => EscalationSettings.parse({ ladder: ['boss'] })).toThrow()
    expect(() => EscalationSettings.parse({ quiet_hours: { from: '25:00', to: '07:00' } })).toThrow()
    expect(() =>
      EscalationSettings.parse({ quiet_hours: { from: '22:00', to: '07:00', timezone: 'Mars' } }),
    ).toThrow()
    expect(() => EscalationSettings.parse({ afer: '5m' })).toThrow()
  })
})

function announced(level: Level, at: number, repeat: number): Escalation['told'][number] {
  return { level, channel: 'mail', to: 'claude', at: iso(at), state: 'told', repeat }
}

/** Everything that is announced until nothing is due any more, with times from the start. */
function play(first: Escalation, rules: Parameters<typeof nextMove>[1], longest: number) {
  const moves: { at: number; level: Level; repeat: number }[] = []
  let escalation: Escalation = { ...first, level: first.ladder[0] ?? 'human' }
  let now = start
  while (now < start + longest) {
    const move = nextMove(escalation, rules, now)
    if (move.do === 'wait') {
      if (move.until === undefined) return moves
      expect(move.until).toBeGreaterThan(now)
      now = move.until
    } else if (move.do === 'raise') {
      escalation = { ...escalation, level: move.to, levelSince: iso(now) }
    } else {
      const repeat = escalation.told.filter(({ level }) => level === escalation.level).length
      moves.push({ at: now - start, level: escalation.level, repeat })
      escalation = { ...escalation, told: [...escalation.told, announced(escalation.level, now, repeat)] }
    }
  }
  throw new Error('it never came to an end')
}

function text([hours, minutes]: readonly [number, number]): string {
  return `${two(hours)}:${two(minutes)}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
