// The disk refuses at a call of the scheduler; at each of them: FAULT_EVERY=1 npx vitest run test/tasks/schedule/full-disk.test.ts
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { FaultyDisk } from '../../support/faults/schedule-faults-main.ts'

const program = new URL('../../support/faults/schedule-faults-main.ts', import.meta.url).pathname
const every = process.env['FAULT_EVERY']

describe.each([
  // Of so many calls one is tried; all of them take minutes.
  ['ENOSPC', 'changing', 'working', '5', '37'],
  ['ENOSPC', 'changing', 'starting', '1', '41'],
  ['EIO', 'changing', 'working', '8', '41'],
  ['EIO', 'changing', 'starting', '2', '43'],
  ['EIO', 'reading', 'starting', '36', '30'],
])('a disk that gives %s on %s while the scheduler is %s', (code, what, when, first, step) => {
  it('makes it lose and double nothing, and it goes on when that is over', async () => {
    const words = [code, what, when, every ? '1' : first, every ?? step]
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), program, ...words],
      { maxBuffer: 10_000_000 },
    )
    const runs: FaultyDisk[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(runs.filter(({ met }) => met)).not.toEqual([])
    expect(runs.filter(({ problems }) => problems.length > 0)).toEqual([])
  }, 1_200_000)
})
