import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { afterAwake } from '../../src/lib/awake-time.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { runBriefly } from '../../src/projects/execute/run-briefly.ts'
import { lookAtProject, ProjectLooker } from '../../src/projects/monitor/look-at-project.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { standStill } from '../support/stand-still.ts'

it('counts a time in which nothing could be looked at for nothing', () => {
  const clock = new FakeClock()
  let late = false
  let isStill = false
  const slowed: Clock = {
    now: () => clock.now(),
    after: (ms, action) => clock.after(isStill ? 60_000 : ms, action),
  }
  afterAwake(slowed, 5_000, () => {
    late = true
  })
  clock.pass(3_000)
  isStill = true
  clock.pass(1_000)
  isStill = false
  clock.pass(60_000)
  expect(late).toBe(false)
  clock.pass(1_000)
  expect(late).toBe(true)
})

it('does nothing when it is called off', () => {
  const clock = new FakeClock()
  const cancel = afterAwake(clock, 5_000, () => expect.unreachable())
  clock.pass(4_000)
  cancel()
  clock.pass(4_000)
  expect(clock.waiting).toBe(0)
})

it('calls no disk hanging that answered while this process stood still', async () => {
  // Ten times as fast.
  const fast: Clock = {
    now: () => Date.now() * 10,
    after: (ms, action) => systemClock.after(ms / 10, action),
  }
  const path = mkdtempSync(join(process.env['HOME'] ?? '', 'p-'))
  const looker = new ProjectLooker(path, fast, lookAtProject)
  const look = looker.look()
  standStill(1_000)
  expect(await look).toMatchObject({ state: 'ready', hasTasks: false })
})

it('takes no program for too slow that ended while this process stood still', async () => {
  // From there timers come before everything else.
  await setImmediate()
  const end = runBriefly('/bin/echo', ['done'], { cwd: '/', env: {}, timeoutMs: 500, mostBytes: 100 })
  standStill(1_000)
  expect(await end).toMatchObject({ code: 0 })
})
