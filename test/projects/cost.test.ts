import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costText } from '../../src/cli/projects/project-text.ts'
import { withEarlierAttempts } from '../../src/projects/run/earlier-attempts.ts'
import type { TaskResult } from '../../src/projects/run/task-result.ts'
import { costOf, localDay, spendingsOf, sumOf } from '../../src/projects/view/cost.ts'
import { resultOf } from '../support/made-project.ts'

const withOutput = (worker_output: Omit<NonNullable<TaskResult['worker_output']>, 'summary'> | null) => ({
  ...resultOf('x'),
  worker_output: worker_output && { summary: '', ...worker_output },
})

const attemptAt = (completed_at: string, more: object): TaskResult['attempts'][number] => ({
  ...{ number: 1, run: 'r', status: 'failed', error: null, started_at: completed_at },
  ...{ completed_at, duration_seconds: 1, ...more },
})

const escalation = (id: string): TaskResult['escalations'][number] => ({
  ...{ id, kind: 'permission', text: '?', outcome: 'answered', answer: 'yes', from: 'human' },
  ...{ asked_at: '2026-01-01T12:00:00.000Z', closed_at: null },
})

describe('what a task cost', () => {
  it('is the price that its agent told, or its tokens, or nothing that anybody knows', () => {
    const usage = {
      input_tokens: 1000,
      output_tokens: 200,
      cache_read_tokens: 90_000,
      cache_write_tokens: 30,
    }
    expect(costOf(withOutput({ cost_usd: 0.25, usage }))).toEqual({ usd: 0.25 })
    expect(costOf(withOutput({ usage }))).toEqual({ tokens: 1230 })
    expect(costOf(withOutput({}))).toEqual({})
    expect(costOf(withOutput(null))).toEqual({})
  })

  it('was spent on the days of its attempts, where these say it', () => {
    const [first, second] = ['2026-01-01T12:00:00.000Z', '2026-01-02T12:00:00.000Z']
    const attempts = [attemptAt(first, { cost_usd: 1 }), attemptAt(second, { usage: { output_tokens: 7 } })]
    const result = { ...withOutput({ cost_usd: 99 }), attempts }
    expect(spendingsOf(result)).toEqual([
      { at: first, cost: { usd: 1 } },
      { at: second, cost: { tokens: 7 } },
    ])
    expect(costOf(result)).toEqual({ usd: 1, tokens: 7 })
  })

  it('is kept of each attempt when the next one is over', () => {
    const first = {
      ...withOutput({ cost_usd: 1 }),
      attempts: [attemptAt('2026-01-01T12:00:00.000Z', { run: 'r1' })],
      escalations: [escalation('a')],
    }
    const written = withEarlierAttempts(first, undefined)
    const second = {
      ...withOutput({ usage: { output_tokens: 7 } }),
      attempts: [...first.attempts, attemptAt('2026-01-01T13:00:00.000Z', { run: 'r2' })],
      escalations: [escalation('b')],
    }
    const whole = withEarlierAttempts(second, written)
    expect(costOf(whole)).toEqual({ usd: 1, tokens: 7 })
    expect(whole.escalations.map(({ id }) => id)).toEqual(['a', 'b'])
    // Whoever was stopped after it was written does it again.
    expect(withEarlierAttempts(second, whole)).toEqual(whole)
  })

  it('is summed without a zero where nothing was told', () => {
    expect(sumOf([])).toEqual({})
    expect(sumOf([{}, { usd: 1 }, { tokens: 5 }, { usd: 0.5 }])).toEqual({ usd: 1.5, tokens: 5 })
  })

  it('is of the day that it is here', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
        const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate())
        expect(localDay(date.getTime())).toBe(localDay(midnight.toISOString()))
        expect(localDay(midnight.getTime() - 1)).not.toBe(localDay(date.getTime()))
      }),
    )
    expect(localDay(new Date(2026, 0, 9, 23, 59).getTime())).toBe('2026-01-09')
  })

  it.each([
    [{}, ''],
    [{ usd: 0 }, '$0.00'],
    [{ usd: 0.0042 }, '$0.0042'],
    [{ usd: 12.345 }, '$12.35'],
    [{ tokens: 950 }, '950 tokens'],
    [{ usd: 1, tokens: 45_400 }, '$1.00 + 45k tokens'],
    [{ tokens: 1_250_000 }, '1.3M tokens'],
  ])('is shown to people: %j', (cost, text) => expect(costText(cost)).toBe(text))
})
