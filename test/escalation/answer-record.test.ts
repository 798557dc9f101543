import { describe, expect, it } from 'vitest'
import { storyOf } from '../../src/cli/escalation/story.ts'
import { withAnswer } from '../../src/escalation/answer-record.ts'
import { Escalation, type ReceivedAnswer, wasReceived } from '../../src/escalation/escalation.ts'

const at = '2026-11-21T12:00:00.000Z'
const opened = Escalation.parse({
  ...{
    version: 1,
    id: '0mk3v8xq1a7f0mk3v8xq',
    session: 's',
    name: 'reviewer',
    agent: 'claude',
    task: 'review',
  },
  ...{ thread: 'review', cwd: '/', kind: 'question', text: 'Which?', screen: [], urgency: 'high' },
  ...{ noticedAt: at, openedAt: at, ladder: ['desktop'], level: 'desktop', levelSince: at },
  ...{ told: [], raises: [], answers: [], deliveries: [] },
})
const answer = (n: number, more: Partial<ReceivedAnswer> = {}): ReceivedAnswer => {
  return { id: `a${n}`, from: 'desktop', via: 'thread', at, verdict: 'refused', message: `m${n}`, ...more }
}

describe('the record of an escalation that is answered in a loop', () => {
  const looped = Array.from({ length: 755 }, (_, n) => n).reduce<Escalation>((record, n) => {
    const step = {
      answer: `a${n}`,
      step: 'api' as const,
      at,
      confirmed: false,
      why: 'the prompt has changed',
    }
    const received = withAnswer(record, answer(n, n === 3 ? { verdict: 'failed', typed: 'prod.conf' } : {}))
    return { ...received, deliveries: [...received.deliveries, step] }
  }, opened)

  it('keeps the last ones, and counts the others', () => {
    expect(looped.answers.map(({ id }) => id)).toEqual([
      'a3',
      ...Array.from({ length: 50 }, (_, n) => `a${n + 705}`),
    ])
    expect(looped.forgotten?.count).toBe(704)
    expect(looped.deliveries.map(({ answer: of }) => of)).toEqual(looped.answers.map(({ id }) => id))
    expect(JSON.stringify(looped, undefined, 2).length).toBeLessThan(40_000)
    expect(Escalation.parse(JSON.parse(JSON.stringify(looped)))).toEqual(looped)
    expect(storyOf(looped).map(({ what }) => what)).toContain(
      '704 answers that were not taken are only counted',
    )
  })

  it('knows each message that was received, so that a thread that is read again answers nothing twice', () => {
    expect(['m0', 'm3', 'm704', 'm754'].every((message) => wasReceived(looped, message))).toBe(true)
    expect(wasReceived(looped, 'm755')).toBe(false)
  })

  it('keeps what was taken, and what is on its way', () => {
    const taken = withAnswer(opened, answer(1_000, { verdict: 'taken' }))
    const delivering = withAnswer(taken, answer(1_001, { verdict: 'delivering' }))
    const late = Array.from({ length: 100 }, (_, n) => answer(n, { verdict: 'late' }))
    const kept = late.reduce(withAnswer, delivering).answers.map(({ id }) => id)
    expect(kept.slice(0, 2)).toEqual(['a1000', 'a1001'])
    expect(kept).toHaveLength(52)
  })
})
