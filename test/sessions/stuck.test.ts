import { describe, expect, it } from 'vitest'
import { judgeStuck, type StuckFacts, StuckLimits } from '../../src/sessions/stuck.ts'

const minute = 60_000
const limits = StuckLimits.parse({})
const now = 1_000 * minute

function facts(change: Partial<StuckFacts>): StuckFacts {
  const long = now - 100 * minute
  return { state: 'working', since: long, reason: 'because', aliveAt: long, openTask: true, ...change }
}

describe('being stuck', () => {
  it.each<[string, Partial<StuckFacts>, string | undefined]>([
    ['working without a sign of life for 10 min', { aliveAt: now - 10 * minute }, 'wedged'],
    ['working, alive a moment ago', { aliveAt: now - minute }, undefined],
    ['an error that nobody minds', { state: 'errored' }, 'errored'],
    ['a fresh error', { state: 'errored', since: now - minute }, undefined],
    ['at rest with an unfinished task', { state: 'idle' }, 'idle'],
    ['at rest, the task done', { state: 'idle', openTask: false }, undefined],
    ['a question for 29 min', { state: 'waiting', since: now - 29 * minute }, undefined],
    ['a question for 30 min', { state: 'waiting', since: now - 30 * minute }, 'waiting'],
    ['asleep until its limit ends', { state: 'limited', sleepsUntil: now + minute }, undefined],
    [
      'asleep half a day after its limit ended',
      { state: 'limited', sleepsUntil: now - 720 * minute },
      'dormant',
    ],
    ['a shell in place of the agent', { state: 'idle', openTask: false, shellSince: now - 6_000 }, 'dead'],
    ['unknown says nothing', { state: 'unknown' }, undefined],
  ])('%s', (_name, change, expected) => {
    expect(judgeStuck(facts(change), limits, now).stuck?.class).toBe(expected)
  })

  it('says when to ask again', () => {
    const { againAt } = judgeStuck(facts({ state: 'waiting', since: now - minute }), limits, now)
    expect(againAt).toBe(now + 29 * minute)
  })

  it('takes the times of the configuration, and refuses what is no time', () => {
    const short = StuckLimits.parse({ waiting: 1 })
    const waits = facts({ state: 'waiting', since: now - 2 * minute })
    expect(judgeStuck(waits, short, now).stuck?.reason).toBe('waiting: unanswered (because) for 2 min')
    expect(StuckLimits.safeParse({ waiting: 0 }).success).toBe(false)
  })
})
