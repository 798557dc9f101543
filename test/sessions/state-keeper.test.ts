import { describe, expect, it } from 'vitest'
import type { SessionState } from '../../src/agents/session-state.ts'
import { StateKeeper, type StateKeeperOptions } from '../../src/sessions/state-keeper.ts'
import { type StuckClass, StuckLimits } from '../../src/sessions/stuck.ts'
import { SignalBoard } from '../../src/signals/signal-board.ts'
import { FakeClock } from '../support/fake-clock.ts'

const second = 1_000
const minute = 60 * second

function kept(facts: Partial<ReturnType<StateKeeperOptions['facts']>> = {}, alive = false) {
  const clock = new FakeClock(1_000_000)
  const board = new SignalBoard()
  const told: [number, SessionState, StuckClass | undefined][] = []
  const aliveAt = clock.now()
  const keeper = new StateKeeper(
    {
      ...{ board, clock, limits: () => StuckLimits.parse({}) },
      facts: () => ({ aliveAt, openTask: false, ...facts }),
      isAlive: async () => alive,
      onState: ({ state }, stuck) => {
        const last = told.at(-1)
        if (last?.[1] !== state || last[2] !== stuck?.class)
          told.push([clock.now() - aliveAt, state, stuck?.class])
      },
    },
    { state: 'starting', since: clock.now(), reason: 'launched' },
  )
  const says = (state: SessionState, source: 'screen' | 'hook' = 'screen') => {
    board.set(source, { state, reason: state, evidence: '' }, clock.now())
    keeper.refresh()
  }
  /** As the heartbeat does: the same is seen again and again. */
  const seen = (state: SessionState, ms: number) => {
    for (let left = ms; left > 0; left -= 30 * second) {
      says(state)
      clock.pass(Math.min(left, 30 * second))
    }
  }
  return { clock, keeper, told, says, seen }
}

describe('the state of a session', () => {
  it('is busy at once, and idle only when that lasts', () => {
    const { clock, told, says } = kept()
    says('working')
    clock.pass(5 * second)
    says('idle')
    clock.pass(1_499)
    says('working')
    says('idle')
    clock.pass(3 * second)
    expect(told).toEqual([
      [0, 'working', undefined],
      [7_999, 'idle', undefined],
    ])
  })

  it('is unknown when nobody has said anything for long: no source pins it', () => {
    for (const source of ['screen', 'hook'] as const) {
      const { clock, keeper, says } = kept()
      says('working', source)
      clock.pass(20 * minute)
      expect(keeper.joined).toMatchObject({ state: 'unknown', source: 'none' })
    }
  })

  it.each([
    ['errored', {}, 5, 'errored'],
    ['idle', { openTask: true }, 15, 'idle'],
    ['waiting', {}, 30, 'waiting'],
    ['limited', {}, 720, 'dormant'],
  ] as const)('that stays %s is stuck after its own time', (state, facts, minutes, stuck) => {
    const { keeper, seen } = kept(facts)
    seen(state, (minutes - 1) * minute)
    expect(keeper.stuck).toBeUndefined()
    seen(state, 2 * minute)
    expect(keeper.stuck?.class).toBe(stuck)
    seen('working', second)
    expect(keeper.stuck).toBeUndefined()
  })

  it('that rests without an open task is never stuck', () => {
    const { keeper, seen } = kept()
    seen('idle', 24 * 60 * minute)
    expect(keeper.stuck).toBeUndefined()
  })

  it('is dead when the agent has left its shell behind for six seconds', () => {
    const { clock, keeper, says } = kept({ shellSince: 1_000_000 })
    says('idle')
    clock.pass(5 * second)
    expect(keeper.stuck).toBeUndefined()
    clock.pass(2 * second)
    expect(keeper.stuck?.class).toBe('dead')
  })

  it('is wedged when neither screen nor process shows life, and not while the process does', async () => {
    for (const alive of [false, true]) {
      const { keeper, seen } = kept({}, alive)
      seen('working', 11 * minute)
      // The process table is asked in between.
      await Promise.resolve()
      await Promise.resolve()
      await Promise.resolve()
      expect(keeper.stuck?.class).toBe(alive ? undefined : 'wedged')
    }
  })
})
