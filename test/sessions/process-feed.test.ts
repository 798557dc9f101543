import { spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { ProcessFeed, type ReadFacts } from '../../src/sessions/process-feed.ts'
import { usesCpu } from '../../src/signals/process-activity.ts'
import { SignalBoard } from '../../src/signals/signal-board.ts'

function jobOf(change: { name?: string; shellSince?: number; pid?: number }) {
  const { name, shellSince, pid } = change
  return { name, shellSince, pid: async () => pid }
}

/** Gives one after the other. */
function facts(...cpuSeconds: number[]): ReadFacts {
  return async () => ({ children: 0, cpuSeconds: cpuSeconds.shift() ?? 0, ageSeconds: 100 })
}

describe('what the process table tells', () => {
  it('an agent that left its shell behind rests; once it is in front again nothing is said', () => {
    const board = new SignalBoard()
    new ProcessFeed(jobOf({ name: 'bash', shellSince: 5 }), board).jobChanged(true, 10)
    expect(board.of('process')).toMatchObject({ state: 'idle', evidence: 'bash', since: 5, at: 10 })
    new ProcessFeed(jobOf({ name: 'claude' }), board).jobChanged(true, 20)
    expect(board.of('process')).toBeUndefined()
  })

  it('a shell in the foreground of a plain program tells nothing: a script is one', () => {
    const board = new SignalBoard()
    new ProcessFeed(jobOf({ name: 'sh', shellSince: 5 }), board).jobChanged(false, 10)
    expect(board.signals).toEqual([])
  })

  it('CPU time that was used between two looks is work; none used is no word at all', async () => {
    const board = new SignalBoard()
    const feed = new ProcessFeed(jobOf({ pid: 7 }), board, facts(3, 3, 8))
    await feed.look(false, 'output', 1)
    await feed.look(false, 'none', 2)
    expect(board.of('process')).toBeUndefined()
    await feed.look(false, 'none', 3)
    expect(board.of('process')).toMatchObject({
      state: 'working',
      evidence: expect.stringContaining('5 s'),
      at: 3,
    })
  })

  it('the table is not read while something better tells the state, or the process is not known', async () => {
    const board = new SignalBoard()
    const never: ReadFacts = () => Promise.reject(new Error('was read'))
    await new ProcessFeed(jobOf({ pid: 7 }), board, never).look(false, 'screen', 1)
    await new ProcessFeed(jobOf({}), board, never).look(false, 'none', 1)
    expect(board.signals).toEqual([])
  })
})

describe.concurrent('the veto against being wedged', () => {
  const started: ReturnType<typeof spawn>[] = []
  const start = (program: string): number => {
    const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' })
    started.push(child)
    return child.pid ?? 0
  }
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  it('comes from a process that computes in silence, not from one that sleeps or is gone', async () => {
    const [busy, asleep] = [start('for (;;) {}'), start('setTimeout(() => {}, 600_000)')]
    expect(await Promise.all([busy, asleep, 2 ** 22 + 1].map((pid) => usesCpu(pid)))).toEqual([
      true,
      false,
      false,
    ])
  })
})
