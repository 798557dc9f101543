import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountLimit, Sight, Told } from '../../../src/escalation/limits/account-limit.ts'
import { advance, heldBack, trialMs } from '../../../src/escalation/limits/breaker.ts'
import { LimitRules } from '../../../src/escalation/limits/limit-rules.ts'
import { cleared, trialAt } from '../../../src/escalation/limits/trial-steps.ts'

const rules = LimitRules.parse({})
const account = { id: 'claude-1', title: 'claude · /home' }
const start = Date.parse('2026-11-21T12:00:00Z')
const minute = 60_000
const hour = 60 * minute

/** Plays the sessions of one account, and the clock. */
class Scene {
  limit: AccountLimit | undefined
  now = start
  told: Told[] = []
  readonly sights = new Map<string, Sight>()

  see(session: string, word: Sight['word'], more: Partial<Sight> = {}): this {
    const about = { session, name: session, word, evidence: word, sure: false, since: this.now }
    this.sights.set(session, { ...about, ...more })
    return this
  }

  /** Looks as often as the service does, for so long. */
  pass(ms: number, every = 5_000): this {
    for (const end = this.now + ms; ; this.now = Math.min(end, this.now + every)) {
      const step = advance(this.limit, account, [...this.sights.values()], {
        now: this.now,
        rules,
        chance: 0.5,
      })
      this.limit = step.next
      this.told.push(...step.told)
      if (this.now === end) return this
    }
  }

  typed(): this {
    if (this.limit) this.limit = trialAt(this.limit, 'typed', 'text', this.now)
    return this
  }

  get held() {
    return heldBack(this.limit, this.now)
  }

  toldOf(what: Told['what']): (string | undefined)[] {
    return this.told.filter((one) => one.what === what).map(({ session }) => session)
  }
}

const atReset = { resetsAt: start + hour, sure: true }

describe('the breaker of an account', () => {
  it('is opened at once by what the agent itself says, and lets nothing start until the reset', () => {
    const scene = new Scene().see('one', 'limit', atReset).pass(0)
    expect(scene.held).toBe('open')
    expect(scene.limit).toMatchObject({
      phase: 'open',
      resetsAt: '2026-11-21T13:00:00.000Z',
      parked: [{ session: 'one' }],
    })
    expect(scene.pass(59 * minute).held).toBe('open')
  })

  it('is opened by a screen alone only when it stays so, and nobody disproves it', () => {
    expect(new Scene().see('one', 'limit').pass(9_000).held).toBeUndefined()
    expect(new Scene().see('one', 'limit').pass(11_000).held).toBe('open')
    const disproved = new Scene().see('one', 'limit').see('two', 'well', { workedAt: start + 1_000 })
    expect(disproved.pass(hour).limit).toBeUndefined()
  })

  it('tries one session after the reset, and the next one when that has gone on for a while', () => {
    const scene = new Scene()
      .see('one', 'limit', atReset)
      .see('two', 'limit', atReset)
      .pass(hour + 3 * minute)
    expect(scene.toldOf('trying')).toEqual(['one'])
    expect(scene.held).toBe('trial')
    scene.typed().see('one', 'well', { workedAt: scene.now }).pass(50_000)
    expect(scene.toldOf('trying')).toEqual(['one'])
    scene.pass(15_000)
    expect(scene.toldOf('trying')).toEqual(['one', 'two'])
    expect(scene.held).toBeUndefined()
    scene
      .typed()
      .see('two', 'well')
      .pass(2 * minute)
    expect(scene.limit).toBeUndefined()
  })

  it('waits longer and longer when the limit is still there, then asks a person', () => {
    const scene = new Scene().see('one', 'limit', { sure: true })
    const waits: number[] = []
    for (let attempt = 1; attempt <= rules.attempts; attempt++) {
      scene.pass(0)
      waits.push((Date.parse(scene.limit?.tryAt ?? '') - scene.now) / hour)
      scene.pass(Date.parse(scene.limit?.tryAt ?? '') - scene.now, hour)
      scene.typed()
      scene.now += 1_000
      scene.see('one', 'limit', { sure: true })
    }
    scene.pass(0)
    expect(waits).toEqual([1, 1, 2, 4, 8])
    expect(scene.toldOf('trying')).toHaveLength(5)
    expect(scene.toldOf('given-up')).toEqual(['one'])
    expect(scene.pass(100 * hour, hour).toldOf('trying')).toHaveLength(5)
  })

  it('does not take the same time of day, said again right after it, for that of tomorrow', () => {
    const scene = new Scene()
      .see('one', 'limit', atReset)
      .pass(hour + 2 * minute)
      .typed()
    scene.now += 1_000
    scene.see('one', 'limit', { sure: true, resetsAt: start + 25 * hour }).pass(0)
    expect(Date.parse(scene.limit?.tryAt ?? '') - scene.now).toBe(hour)
  })

  it('types nothing again when a service comes back: what was begun is judged by the screen', () => {
    const scene = new Scene().see('one', 'limit', atReset).pass(hour + 2 * minute)
    if (scene.limit) scene.limit = trialAt(scene.limit, 'typing', 'text', scene.now)
    scene.pass(trialMs - 10_000)
    expect(scene.toldOf('trying')).toEqual(['one'])
    expect(scene.pass(20_000).toldOf('failed')).toEqual(['one'])
    expect(scene.limit?.trial).toBeUndefined()
  })

  it('is not opened again by screens that still show the old limit', () => {
    const scene = new Scene()
      .see('one', 'limit', atReset)
      .see('two', 'limit', atReset)
      .pass(hour + 2 * minute)
    scene
      .typed()
      .see('one', 'well')
      .see('two', 'limit', { sure: true, resetsAt: start + 25 * hour })
      .pass(2 * minute)
    expect(scene.toldOf('opened')).toHaveLength(1)
    expect(scene.held).toBeUndefined()
  })

  it('stays open at a failed login until a session goes on, or somebody clears it', () => {
    const scene = new Scene().see('one', 'login', { sure: true }).pass(40 * hour, hour)
    expect(scene.held).toBe('open')
    expect(scene.toldOf('trying')).toEqual([])
    const other = new Scene()
    other.limit = scene.limit && cleared(scene.limit, 'human', true).next
    other.now = scene.now
    expect(other.see('one', 'login', { since: start }).pass(0).toldOf('trying')).toEqual(['one'])
    scene.see('one', 'well').pass(2 * minute)
    expect(scene.limit).toBeUndefined()
  })

  it('leaves alone whom somebody else has made to go on, and forgets who is gone', () => {
    const scene = new Scene().see('one', 'limit', atReset).see('two', 'limit', atReset).pass(minute)
    scene
      .see('one', 'well')
      .see('two', 'gone')
      .pass(3 * hour)
    expect(scene.toldOf('trying')).toEqual([])
    expect(scene.limit).toBeUndefined()
  })

  it('never tries two at once, none before its time, and none more often than is allowed', () => {
    const word = fc.constantFrom<Sight['word']>('limit', 'login', 'well', 'failed', 'unknown', 'gone')
    const move = fc.record({
      session: fc.constantFrom('one', 'two', 'three'),
      ...{ word, sure: fc.boolean(), typed: fc.boolean() },
      resetsIn: fc.option(fc.integer({ min: -hour, max: 10 * 24 * hour }), { nil: undefined }),
      after: fc.integer({ min: 0, max: 3 * hour }),
    })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const scene = new Scene()
        for (const { session, word: said, sure, typed, resetsIn, after } of moves) {
          const resetsAt = resetsIn === undefined ? undefined : scene.now + resetsIn
          scene.see(session, said, { sure, resetsAt, evidence: `${said} ${scene.now}` }).pass(after, hour)
          if (typed) scene.typed()
          const { trial, parked = [], phase, tryAt } = scene.limit ?? {}
          if (trial) expect(parked.map((one) => one.session)).toContain(trial.session)
          for (const one of parked) expect(one.attempts).toBeLessThanOrEqual(rules.attempts)
          const isTimeOver = tryAt !== undefined && Date.parse(tryAt) <= scene.now
          if (phase === 'open' && !isTimeOver) expect(scene.held).toBe('open')
          expect(new Set(parked.map((one) => one.session)).size).toBe(parked.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
