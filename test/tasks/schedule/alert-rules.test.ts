import { describe, expect, it } from 'vitest'
import type { Alert } from '../../../src/runner/task.ts'
import {
  type AlertRecord,
  afterHappening,
  foldMs,
  keepMs,
  nextTelling,
  type TaskHappening,
  toTell,
  withoutOld,
} from '../../../src/tasks/schedule/alert-rules.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const rules: Alert[] = [
  { on: 'failed', severity: 'critical' },
  { on: 'slow', severity: 'warning', afterMs: 1_000 },
  { on: 'log', severity: 'info', pattern: 'ERROR' },
  { on: 'restarts', severity: 'warning', times: 2, withinMs: 60_000 },
]
const failed = (run: string): TaskHappening => ({
  kind: 'ended',
  run,
  state: 'failed',
  reason: 'exit code 2',
})
const told = (alerts: readonly AlertRecord[], at = now): AlertRecord[] =>
  alerts.map((alert) => ({ ...alert, told: alert.count, toldAt: new Date(at).toISOString() }))
const happen = (alerts: readonly AlertRecord[], happening: TaskHappening, at = now) =>
  afterHappening(alerts, 'audit', rules, happening, at)

describe('alerts', () => {
  it('are told when a rule names what happened, and not otherwise', () => {
    expect(toTell(happen([], failed('r1')), now)).toMatchObject([
      { on: 'failed', severity: 'critical', count: 1 },
    ])
    expect(happen([], { kind: 'ended', run: 'r1', state: 'completed', reason: '' })).toEqual([])
    expect(happen([], { kind: 'missed', run: 'r', text: 'x', count: 3 })).toEqual([])
  })

  it('that repeat are folded, and told together when their time has come', () => {
    let alerts = told(happen([], failed('r1')))
    for (const run of ['r2', 'r3', 'r4']) alerts = happen(alerts, failed(run), now + 1_000)
    expect(alerts).toHaveLength(1)
    expect(toTell(alerts, now + 1_000)).toEqual([])
    expect(nextTelling(alerts)).toBe(now + foldMs)
    expect(toTell(alerts, now + foldMs)).toMatchObject([{ count: 4, told: 1 }])
  })

  it('are not counted twice when the end of a run is looked at again', () => {
    const once = happen([], failed('r1'))
    expect(happen(once, failed('r1'))).toEqual(once)
  })

  it('of a failure go away when the task completes, but not before they were told', () => {
    const done: TaskHappening = { kind: 'ended', run: 'r2', state: 'completed', reason: 'all steps' }
    expect(happen(told(happen([], failed('r1'))), done)).toEqual([])
    expect(happen(happen([], failed('r1')), done)).toHaveLength(1)
  })

  it('of a slow run go away with the run', () => {
    const slow = told(happen([], { kind: 'slow', run: 'r1', afterMs: 1_000, text: 'long' }))
    expect(slow).toHaveLength(1)
    expect(happen(slow, { kind: 'ended', run: 'r1', state: 'completed', reason: '' })).toEqual([])
  })

  it('of the log are counted by lines', () => {
    expect(
      happen([], { kind: 'log', run: 'r1', pattern: 'ERROR', text: 'ERROR: disk', count: 7 }),
    ).toMatchObject([{ count: 7, text: 'ERROR: disk' }])
  })

  it('of restarts come only when there are too many in the time', () => {
    const restarted = (times: number[]): TaskHappening => ({
      kind: 'restarted',
      run: 'r1',
      times,
      text: 'again',
    })
    expect(happen([], restarted([now - 120_000, now - 90_000, now]))).toEqual([])
    expect(happen([], restarted([now - 20_000, now - 9_000, now]))).toHaveLength(1)
  })

  it('that nothing takes away are forgotten after a day', () => {
    const alerts = told(happen([], failed('r1')))
    expect(withoutOld(alerts, now + keepMs - 1)).toHaveLength(1)
    expect(withoutOld(alerts, now + keepMs + 1)).toEqual([])
  })
})
