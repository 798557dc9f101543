import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../src/agents/reading/reading.ts'
import type { Blocker, SessionState } from '../../../src/agents/session-state.ts'
import { type Seen, sightOf } from '../../../src/escalation/limits/sight.ts'
import type { Explanation } from '../../../src/sessions/explanation.ts'
import type { SessionRecord } from '../../../src/sessions/session-record.ts'
import type { Signal } from '../../../src/signals/signal.ts'
import { PlayedSession } from '../../support/escalation-world.ts'

const at = Date.parse('2026-03-02T12:00:00.000Z')
const since = new Date(at).toISOString()
const limitLine = "You've hit your limit · resets 3pm"

describe('what a session shows of the limit of its account', () => {
  it('is a limit, surely, when the agent itself reports it at its hook', () => {
    const hook = signal('hook', { blocker: 'limit' })
    expect(sightOf(seen({ waitsFor: limited('hook'), signals: [hook] }), undefined)).toMatchObject({
      word: 'limit',
      sure: true,
      since: at,
      evidence: limitLine,
    })
  })

  it('is a limit, surely, while its own menu of limits is in front, with the end that it names', () => {
    const prompt = { fingerprint: 'f1', question: 'What now?', options: [] }
    const waitsFor = {
      ...limited('screen'),
      prompt,
      resetsAt: '2026-03-02T15:00:00.000Z',
    } as unknown as Blocker
    const inFront = reading({ prompt } as unknown as Partial<Reading>)
    expect(sightOf(seen({ waitsFor, reading: inFront }), undefined)).toMatchObject({
      word: 'limit',
      sure: true,
      resetsAt: Date.parse('2026-03-02T15:00:00.000Z'),
    })
    // The menu has gone, or another one is there.
    const other = reading({ prompt: { ...prompt, fingerprint: 'f2' } } as unknown as Partial<Reading>)
    expect(sightOf(seen({ waitsFor, reading: other }), undefined).word).toBe('unknown')
  })

  it('is a limit to be confirmed, when only the screen shows it in the place of the agent', () => {
    const own = seen({ waitsFor: limited('screen'), reading: reading() })
    expect(sightOf(own, undefined)).toMatchObject({ word: 'limit', sure: false })
    expect(sightOf(seen({ waitsFor: limited('program-status') }), undefined)).toMatchObject({ sure: false })
  })

  it('is nothing when a line of a program, or an unsure reading, only looks like it', () => {
    const word = (waitsFor: Blocker, seenReading?: Reading) =>
      sightOf(seen({ waitsFor, ...(seenReading && { reading: seenReading }) }), undefined).word
    expect(word(limited('error-line'))).toBe('unknown')
    expect(word(limited('screen'), reading({ confidence: 0.6 }))).toBe('unknown')
    expect(word(limited('screen'))).toBe('unknown')
  })

  it('is nothing when the agent has just said that its turn ended well', () => {
    const told = signal('hook', { state: 'idle', at: at + 1_000 })
    const session = seen({ waitsFor: limited('screen'), reading: reading(), signals: [told] })
    expect(sightOf(session, undefined).word).toBe('unknown')
    const before = { ...told, at: at - 60_000 }
    const later = seen({ waitsFor: limited('screen'), reading: reading(), signals: [before] })
    expect(sightOf(later, undefined).word).toBe('limit')
  })

  it('is nothing while another program is in front, or nobody looks', () => {
    const hook = signal('hook', { blocker: 'limit' })
    const session = seen({ waitsFor: limited('hook'), signals: [hook], inFront: 'codex' })
    expect(sightOf(session, undefined).word).toBe('unknown')
    expect(sightOf({ ...session, explain: () => undefined }, undefined).word).toBe('unknown')
  })

  it('is no failed login when a dialog asks for a first one', () => {
    const prompt = { fingerprint: 'f1', question: 'How do you log in?', options: [] }
    const waitsFor = { ...limited('screen'), kind: 'login', prompt } as unknown as Blocker
    const inFront = reading({ blocker: 'login', prompt } as unknown as Partial<Reading>)
    expect(sightOf(seen({ waitsFor, reading: inFront }), undefined).word).toBe('unknown')
    const failed = { ...limited('hook'), kind: 'login' } as Blocker
    const hook = signal('hook', { blocker: 'login' })
    expect(sightOf(seen({ waitsFor: failed, signals: [hook] }), undefined)).toMatchObject({
      word: 'login',
      sure: true,
    })
  })

  it.each(['working', 'idle', 'waiting'] as const)('is well when the agent is %s', (state) => {
    expect(sightOf(seen({ state }), 7)).toMatchObject({ word: 'well', sure: true, workedAt: 7 })
  })

  it('is unknown, never well, when the state is', () => {
    for (const state of ['unknown', 'stuck', 'starting'] as const) {
      expect(sightOf(seen({ state }), undefined).word).toBe('unknown')
    }
    expect(sightOf(seen({ state: 'errored' }), undefined).word).toBe('failed')
  })

  it('is gone with its program', () => {
    const exit = { at: since, code: 0, reason: 'it ended', lastScreen: [] }
    expect(sightOf(seen({ exit }), undefined)).toMatchObject({ word: 'gone', since: at })
  })
})

interface Scene {
  state?: SessionState
  waitsFor?: Blocker
  reading?: Reading
  signals?: Signal[]
  inFront?: string
  exit?: SessionRecord['exit']
}

function seen({ state = 'waiting', waitsFor, reading: read, signals = [], inFront, exit }: Scene): Seen {
  const { record } = new PlayedSession({ ...(waitsFor && { waitsFor }), ...(exit && { exit }) })
  const explanation = { signals, ...(read && { reading: read }) } as unknown as Explanation
  return {
    ...{ id: '4F2A', name: 'reviewer', record },
    explain: () => explanation,
    info: () =>
      ({ state, since, reason: 'why', evidence: '', ...(inFront && { inFront }) }) as ReturnType<
        Seen['info']
      >,
  }
}

function limited(source: string): Blocker {
  return { id: 'b1', kind: 'limit', text: limitLine, source, since }
}

function reading(changes: Partial<Reading> = {}): Reading {
  return {
    ...{ state: 'limited', reason: 'a limit', blocker: 'limit', confidence: 0.9, evidence: [] },
    transcript: { columns: 80, text: '' },
    ...changes,
  }
}

function signal(source: Signal['source'], changes: Partial<Signal>): Signal {
  return { source, state: 'limited', reason: '', evidence: '', since: at, at, ...changes }
}
