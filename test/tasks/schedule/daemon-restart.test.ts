import { describe, expect, it } from 'vitest'
import type { DaemonRules } from '../../../src/runner/task.ts'
import { type DaemonEnd, restartDecision } from '../../../src/tasks/schedule/daemon-restart.ts'
import { stopOrder } from '../../../src/tasks/schedule/stop-order.ts'

const rules: DaemonRules = {
  policy: 'always',
  delayMs: 1_000,
  backoff: 'exponential',
  maxDelayMs: 10_000,
  limit: 5,
  resetAfterMs: 60_000,
}
const vanished = (endedAt: number, ran = 1_000): DaemonEnd => ({
  state: 'failed',
  vanished: true,
  startedAt: endedAt - ran,
  endedAt,
})

describe('a daemon that does not run', () => {
  it('is started when it never ran', () => {
    expect(restartDecision(rules, [])).toEqual({ at: 0, attempt: 0 })
  })

  it('is started again after its delay when its process vanished', () => {
    expect(restartDecision(rules, [vanished(5_000)])).toEqual({ at: 6_000, attempt: 1 })
  })

  it('waits longer each time, up to the most', () => {
    const ends = [9, 8, 7, 6, 5].map((second) => vanished(second * 1_000))
    expect(restartDecision(rules, ends)).toEqual({ at: 9_000 + 10_000, attempt: 5 })
    expect(restartDecision({ ...rules, backoff: 'fixed' }, ends)).toEqual({ at: 10_000, attempt: 5 })
  })

  it('is given up when it vanished too often in a row', () => {
    const ends = [9, 8, 7, 6, 5, 4].map((second) => vanished(second * 1_000))
    expect(restartDecision(rules, ends)).toHaveProperty('never')
    expect(restartDecision({ ...rules, limit: undefined }, ends)).toHaveProperty('at')
  })

  it('begins to count anew after it ran well for long enough', () => {
    const ends = [vanished(900_000), vanished(800_000, 60_000), vanished(700_000)]
    expect(restartDecision(rules, ends)).toMatchObject({ attempt: 2 })
  })

  it('stays down when it ended by its own rules, or may never be started again', () => {
    expect(restartDecision(rules, [{ ...vanished(5), vanished: false }])).toHaveProperty('never')
    expect(restartDecision({ ...rules, policy: 'never' }, [vanished(5)])).toHaveProperty('never')
  })
})

describe('the order in which tasks end', () => {
  it('is the reverse of what they need', () => {
    const tasks = [
      { name: 'db', needs: [] },
      { name: 'web', needs: ['api', 'db'] },
      { name: 'api', needs: ['db'] },
      { name: 'other', needs: [] },
    ]
    expect(stopOrder(tasks).map((wave) => wave.map(({ name }) => name))).toEqual([
      ['web', 'other'],
      ['api'],
      ['db'],
    ])
  })
})
