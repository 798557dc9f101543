import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { familiesOf, UsageMeter } from '../../../src/tasks/schedule/process-usage.ts'

const row = (pid: number, parent: number, group = pid) => ({
  pid,
  parent,
  group,
  cpuSeconds: 1,
  memory: 10,
  stopped: false,
})

describe('the processes of a run', () => {
  it('are those of its group and all below them, wherever they went', () => {
    const rows = [
      row(1, 0),
      row(10, 1),
      row(11, 10, 10),
      row(12, 11, 12),
      row(13, 12, 13),
      row(20, 1),
      row(21, 1, 10),
    ]
    const families = familiesOf(rows, [10])
    expect([...families.keys()]).toEqual([10])
    expect(families.get(10)?.map(({ pid }) => pid)).toEqual([10, 11, 12, 13, 21])
  })

  it('of a table with a circle are found all the same', () => {
    expect(familiesOf([row(2, 3, 9), row(3, 2, 9), row(5, 1)], [5]).get(5)).toHaveLength(1)
  })

  it('are summed up: CPU time and memory of a process that works', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("."); for (;;);'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await once(child.stdout, 'data')
      const pid = child.pid ?? 0
      const meter = new UsageMeter()
      const startedAt = Date.now()
      let usage = (await meter.read(new Map([[pid, startedAt]]))).get(pid)
      while ((usage?.cpu ?? 0) === 0) usage = (await meter.read(new Map([[pid, startedAt]]))).get(pid)
      expect(usage).toMatchObject({ processes: 1, stopped: false })
      child.kill('SIGSTOP')
      const stopped = async () => (await meter.read(new Map([[pid, startedAt]]))).get(pid)?.stopped
      await expect.poll(stopped, { timeout: 10_000 }).toBe(true)
      expect(usage?.memory).toBeGreaterThan(10_000_000)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
