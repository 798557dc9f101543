import { describe, expect, it } from 'vitest'
import { withFingerprint } from '../../src/agents/reading/prompt.ts'
import type { Reading } from '../../src/agents/reading/reading.ts'
import { type Settled, settle } from '../../src/agents/settle.ts'

function reading(state: Reading['state'], question?: string): Reading {
  const prompt =
    question === undefined
      ? undefined
      : withFingerprint({
          kind: 'permission',
          question,
          subject: '',
          subjectKind: 'none',
          context: '',
          options: [],
          truncated: false,
        })
  const transcript = { columns: 80, text: '' }
  return { state, reason: '', confidence: 1, evidence: [], transcript, ...(prompt && { prompt }) }
}

/** Settles one reading after the other, `[time, reading, at rest]`, and gives the states that held. */
function run(...steps: [number, Reading, boolean?][]): string[] {
  let settled: Settled | undefined
  return steps.map(([now, next, atRest]) => {
    settled = settle(settled, next, now, atRest)
    return `${settled.reading.state}${settled.reading.prompt?.question ?? ''}`
  })
}

const busy = reading('working')
const idle = reading('idle')
const ask = reading('waiting', '?')

describe('a state', () => {
  it('is busy at once', () => {
    expect(run([0, idle], [10, busy])).toEqual(['idle', 'working'])
  })

  it('is idle only after a while without anything else', () => {
    expect(run([0, busy], [10, idle], [1_400, idle], [1_510, idle])).toEqual([
      'working',
      'working',
      'working',
      'idle',
    ])
    expect(run([0, busy], [10, idle], [900, busy], [1_600, idle], [2_500, idle])).toEqual(
      Array(5).fill('working'),
    )
  })

  it('waits when the same prompt was seen twice, or once on a screen at rest', () => {
    expect(run([0, busy], [10, ask], [20, ask])).toEqual(['working', 'working', 'waiting?'])
    expect(run([0, busy], [10, ask, true])).toEqual(['working', 'waiting?'])
    expect(run([0, busy], [10, ask], [20, reading('waiting', 'other')])).toEqual(Array(3).fill('working'))
  })

  it('survives a repaint that cannot be read', () => {
    expect(run([0, ask], [10, reading('unknown')], [40, ask], [50, ask])).toEqual(Array(4).fill('waiting?'))
    expect(run([0, ask], [10, reading('unknown')], [1_020, reading('unknown')])).toEqual([
      'waiting?',
      'waiting?',
      'unknown',
    ])
  })

  it('says when to look again although nothing changes', () => {
    const settled = settle(settle(undefined, busy, 0), idle, 100)
    expect(settled.recheckAt).toBe(1_600)
    expect(settle(settled, idle, 1_600).reading.state).toBe('idle')
  })
})
