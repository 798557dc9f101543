// The disk is full at a call of the scheduler; all of them: FAULT_EVERY=1 npx vitest run test/tasks/schedule/full-disk.test.ts
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { FullDisk } from '../../support/faults/schedule-faults-main.ts'

const program = new URL('../../support/faults/schedule-faults-main.ts', import.meta.url).pathname
const step = process.env['FAULT_EVERY'] ?? '13'

it('loses and doubles nothing while the disk is full, and goes on when there is room', async () => {
  const words = ['--import', import.meta.resolve('tsx'), program, '5', step]
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 10_000_000 })
  const runs: FullDisk[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(runs.filter(({ met }) => met).length).toBeGreaterThan(2)
  expect(runs.filter(({ problems }) => problems.length > 0)).toEqual([])
}, 240_000)
