import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionState } from '../../src/agents/session-state.ts'
import { type JoinedState, joinSignals } from '../../src/signals/join-signals.ts'
import { type Signal, type SignalSource, signalSources } from '../../src/signals/signal.ts'

const second = 1_000
const minute = 60 * second
const now = 100 * minute

function word(source: SignalSource, state: SessionState, ageMs: number, more: Partial<Signal> = {}): Signal {
  const at = now - ageMs
  return { source, state, reason: `${source} says ${state}`, evidence: '', since: at, at, ...more }
}

/** On the screen for `seconds`, looked at just now. */
const onScreen = (state: SessionState, ageMs = 10 * second, more: Partial<Signal> = {}) =>
  word('screen', state, ageMs, { at: now, ...more })
const dialog = (ageMs = 0) => onScreen('waiting', ageMs, { promptInFront: true, blocker: 'permission' })

const cases: [name: string, signals: Signal[], expected: [SessionState, SignalSource | 'none']][] = [
  ['nothing is heard', [], ['unknown', 'none']],
  ['the screen alone', [onScreen('working')], ['working', 'screen']],
  [
    'a report before the dialog is drawn',
    [word('program-status', 'waiting', 50), onScreen('working')],
    ['waiting', 'program-status'],
  ],
  [
    'a report and its dialog',
    [word('program-status', 'waiting', 5 * second), dialog()],
    ['waiting', 'program-status'],
  ],
  [
    '`done` beside the plan menu of Codex',
    [word('program-status', 'idle', 0), dialog()],
    ['waiting', 'screen'],
  ],
  [
    '`idle` from before a dialog',
    [word('program-status', 'idle', 5 * minute), dialog()],
    ['waiting', 'screen'],
  ],
  [
    '`working` right after the answer, the dialog still drawn',
    [word('program-status', 'working', 50), dialog(5 * second)],
    ['working', 'program-status'],
  ],
  [
    '`working`, but a dialog stays in front',
    [word('program-status', 'working', 1_500), dialog()],
    ['waiting', 'screen'],
  ],
  [
    '`blocked` without a dialog yet',
    [word('program-status', 'waiting', 20 * second), onScreen('working')],
    ['waiting', 'program-status'],
  ],
  [
    '`blocked` that the screen denies for a minute',
    [word('program-status', 'waiting', 61 * second), onScreen('working')],
    ['working', 'screen'],
  ],
  [
    '`blocked` that nobody confirms or denies',
    [word('program-status', 'waiting', 16 * minute)],
    ['unknown', 'none'],
  ],
  [
    '`idle` while helpers work on',
    [word('program-status', 'idle', 3 * second), onScreen('working')],
    ['working', 'screen'],
  ],
  [
    'a hook for a tool that needs no permission',
    [word('hook', 'waiting', 3 * second), onScreen('working')],
    ['working', 'screen'],
  ],
  [
    'a hook at the moment of the dialog',
    [word('hook', 'waiting', 100), onScreen('working')],
    ['waiting', 'hook'],
  ],
  [
    'a report beside an older hook',
    [word('program-status', 'working', 0), word('hook', 'waiting', 2 * second)],
    ['working', 'program-status'],
  ],
  [
    'a limit on the screen after `error`',
    [word('program-status', 'errored', 3 * second), onScreen('limited')],
    ['limited', 'screen'],
  ],
  [
    'a silent screen and a turning spinner in the title',
    [word('title', 'working', second)],
    ['working', 'title'],
  ],
  [
    'an idle screen and a turning spinner in the title',
    [onScreen('idle'), word('title', 'working', second)],
    ['working', 'title'],
  ],
  [
    'an idle screen and `Action Required` in the title',
    [onScreen('idle'), word('title', 'waiting', second)],
    ['waiting', 'title'],
  ],
  [
    'a working screen and `Action Required` in the title',
    [onScreen('working'), word('title', 'waiting', second)],
    ['working', 'screen'],
  ],
  [
    'a spinner that stopped turning',
    [onScreen('idle'), word('title', 'working', 11 * second, { lasts: 10 * second })],
    ['idle', 'screen'],
  ],
  ['a bell alone', [word('bell', 'unknown', 0)], ['unknown', 'none']],
  [
    'a late notification beside a working screen',
    [onScreen('working'), word('notification', 'waiting', 0)],
    ['working', 'screen'],
  ],
  ['a notification alone', [word('notification', 'waiting', 0)], ['waiting', 'notification']],
  ['a screen that nobody has looked at for long', [word('screen', 'idle', 2 * minute)], ['unknown', 'none']],
  ['output alone', [word('output', 'working', minute)], ['working', 'output']],
  [
    'the end of the program',
    [word('exit', 'exited', 90 * minute), dialog(), word('program-status', 'working', 0)],
    ['exited', 'exit'],
  ],
]

describe('what is made of all signals', () => {
  it.each(cases)('%s', (_name, signals, [state, source]) => {
    const joined = joinSignals(signals, { state: 'unknown', since: 0 }, now)
    expect([joined.state, joined.source]).toEqual([state, source])
  })

  it('says what the others said, how long ago, and why they do not decide', () => {
    const signals = [
      dialog(),
      word('program-status', 'idle', 5 * second),
      word('title', 'waiting', 4 * second),
      word('bell', 'unknown', second),
      word('hook', 'working', 6 * minute),
    ]
    const { others } = joinSignals(signals, { state: 'working', since: 0 }, now)
    expect(others.map(({ source, ageMs, because }) => [source, ageMs, because])).toEqual([
      ['program-status', 5 * second, 'contradicted'],
      ['hook', 6 * minute, 'stale'],
      ['title', 4 * second, 'agrees'],
      ['bell', second, 'tells-nothing'],
    ])
  })
})

describe('timing', () => {
  it('is busy and waiting at once, idle only after 1.5 s of it', () => {
    const working = { state: 'working' as const, since: 7 }
    expect(joinSignals([onScreen('idle', 1_000)], working, now)).toMatchObject({
      state: 'working',
      since: 7,
      againAt: now + 500,
    })
    expect(joinSignals([onScreen('idle', 1_500)], working, now)).toMatchObject({ state: 'idle', since: now })
    expect(joinSignals([dialog()], working, now).state).toBe('waiting')
    expect(joinSignals([onScreen('working', 0)], { state: 'idle', since: 7 }, now).state).toBe('working')
  })

  it('holds back the state alone: what it waited for is over when its dialog is', () => {
    const waiting = joinSignals([dialog()], { state: 'working', since: 7 }, now)
    expect(waiting.blocker).toBe('permission')
    const held = joinSignals([onScreen('idle', 100)], waiting, now)
    expect(held).toMatchObject({ state: 'waiting', since: now })
    expect(held.blocker).toBeUndefined()
  })

  it('believes at once a program that says itself that it is idle', () => {
    const joined = joinSignals([word('program-status', 'idle', 0)], { state: 'working', since: 7 }, now)
    expect(joined.state).toBe('idle')
  })

  it('gives a program that was just started half a minute to show anything', () => {
    const started = { state: 'starting' as const, since: now - 29 * second }
    expect(joinSignals([], started, now)).toMatchObject({ state: 'starting', againAt: now + second })
    expect(joinSignals([], started, now + second).state).toBe('unknown')
  })

  it('keeps the time at which a state began while it lasts', () => {
    const joined = joinSignals([dialog()], { state: 'waiting', since: 42 }, now)
    expect(joined.since).toBe(42)
  })
})

const states = ['starting', 'working', 'waiting', 'idle', 'limited', 'errored', 'unknown'] as const
const anySignal: fc.Arbitrary<Signal> = fc.record({
  source: fc.constantFrom(...signalSources.filter((source) => source !== 'exit')),
  state: fc.constantFrom(...states),
  reason: fc.constant('because'),
  evidence: fc.constant(''),
  since: fc.integer({ min: 0, max: now }),
  at: fc.integer({ min: 0, max: now }),
  promptInFront: fc.boolean(),
})
const anySignals = fc.uniqueArray(anySignal, { selector: ({ source }) => source })
const anyBefore = fc.record({
  state: fc.constantFrom(...states),
  since: fc.integer({ min: 0, max: now }),
})

describe('for any signals', () => {
  it('no source pins a state: without a new word everything ends in unknown', () => {
    fc.assert(
      fc.property(anySignals, anyBefore, (signals, before) => {
        let state: Pick<JoinedState, 'state' | 'since'> = before
        let time = now
        for (let looks = 0; looks < 200; looks++) {
          const joined = joinSignals(signals, state, time)
          if (joined.againAt === undefined) {
            expect(joined.state).toBe('unknown')
            return
          }
          expect(joined.againAt).toBeGreaterThan(time)
          state = joined
          time = joined.againAt
        }
        throw new Error('it never comes to rest')
      }),
    )
  })

  it('a state never begins in the future, nor before the one it follows', () => {
    fc.assert(
      fc.property(anySignals, anyBefore, (signals, before) => {
        const joined = joinSignals(signals, before, now)
        expect(joined.since).toBeLessThanOrEqual(now)
        expect(joined.since).toBeGreaterThanOrEqual(before.since)
        expect(joined.state === before.state ? joined.since : now).toBe(joined.since)
      }),
    )
  })

  it('the order in which they are given is of no importance, and each is accounted for', () => {
    fc.assert(
      fc.property(anySignals, anyBefore, (signals, before) => {
        const joined = joinSignals(signals, before, now)
        expect(joinSignals(signals.toReversed(), before, now)).toEqual(joined)
        const told = joined.others.length + (joined.source === 'none' ? 0 : 1)
        expect(told).toBe(signals.length)
      }),
    )
  })
})
