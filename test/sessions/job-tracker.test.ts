import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../src/lib/logger.ts'
import { JobTracker } from '../../src/sessions/job-tracker.ts'
import type { Foreground } from '../../src/signals/foreground.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { FakeTerminal } from '../support/fake-terminal.ts'

/** A session with a program in front, and a tap that a test may put before it. */
async function tracked() {
  const terminal = new FakeTerminal()
  const clock = new FakeClock(1_000)
  const id = await terminal.open({
    ...{ script: '/s', cwd: '/', name: 'n' },
    placement: { layout: 'tabs', beside: [] },
  })
  const tap = {
    present: false,
    behind: [] as (Foreground | undefined)[],
    async foreground() {
      return tap.behind.length > 1 ? tap.behind.shift() : tap.behind[0]
    },
  }
  const tracker = new JobTracker(terminal, id, clock, tap)
  const told: (string | undefined)[] = []
  const ended = new AbortController()
  const follow = () => tracker.follow(ended.signal, () => told.push(tracker.name), silentLogger())
  const job = async (name: string, pid = 1) => {
    terminal.get(id).variables.set('jobPid', pid)
    terminal.setVariable(id, 'jobName', name)
    await settled()
  }
  return { terminal, clock, id, tap, tracker, told, ended, follow, job }
}

/** The fake answers without waiting for anything outside of this process. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function behind(job: string): Foreground {
  return { job, pid: 7, tty: 'pts/1', ancestors: ['sh'] }
}

describe('the foreground job', () => {
  it('is asked for at first and at each change, with all that is known of it', async () => {
    const { terminal, id, tracker, told, follow, job } = await tracked()
    terminal.get(id).variables.set('jobName', 'claude')
    terminal.get(id).variables.set('commandLine', 'claude --resume x')
    terminal.get(id).variables.set('foregroundJobAncestors', ['login', { name: '-zsh' }])
    await follow()
    expect(tracker.program).toEqual({
      ...{ job: 'claude', commandLine: 'claude --resume x', deepest: undefined },
      ancestors: ['login', '-zsh'],
    })
    await job('vim')
    expect(told).toEqual(['claude', 'vim'])
  })

  it('is no shell left behind while nothing else has been in front', async () => {
    const { clock, tracker, follow, job } = await tracked()
    await follow()
    await job('bash')
    clock.pass(500)
    expect(tracker.shellSince).toBeUndefined()
  })

  it('is a shell left behind since the program before it ended, until another one comes', async () => {
    const { clock, tracker, follow, job } = await tracked()
    await follow()
    await job('claude')
    clock.pass(500)
    await job('-zsh')
    clock.pass(500)
    await job('-zsh', 2)
    expect([tracker.name, tracker.shellSince]).toEqual(['zsh', 1_500])
    await job('git')
    expect(tracker.shellSince).toBeUndefined()
    clock.pass(100)
    await job('/bin/bash')
    expect(tracker.shellSince).toBe(2_100)
  })

  it('stays what it was when the terminal does not know it, or fails', async () => {
    const { terminal, id, tracker, told, follow, job } = await tracked()
    await follow()
    await job('claude')
    terminal.setVariable(id, 'jobName', null)
    await settled()
    const variable = terminal.variable.bind(terminal)
    terminal.variable = async () => {
      throw new Error('lost')
    }
    terminal.variableHandlers.get(`${id} jobName`)?.('vim')
    await settled()
    expect([tracker.name, told]).toEqual(['claude', ['claude']])
    terminal.variable = variable
    await job('vim')
    expect(told).toEqual(['claude', 'vim'])
  })

  it('is never taken from an answer that a later one has overtaken', async () => {
    const { terminal, id, tracker, told, follow } = await tracked()
    await follow()
    const answers: ((name: string) => void)[] = []
    terminal.variable = (_, name) =>
      name === 'jobName' ? new Promise((resolve) => answers.push(resolve)) : Promise.resolve(null)
    const changed = terminal.variableHandlers.get(`${id} jobName`)
    changed?.('old')
    changed?.('new')
    await settled()
    answers[1]?.('new')
    answers[0]?.('old')
    await settled()
    expect([tracker.name, told]).toEqual(['new', ['new']])
  })

  it('is followed no longer when the session has ended', async () => {
    const { terminal, id, told, ended, follow, job } = await tracked()
    await follow()
    const changed = terminal.variableHandlers.get(`${id} jobName`)
    ended.abort()
    await settled()
    expect(terminal.variableHandlers.size).toBe(0)
    await job('vim')
    changed?.('vim')
    await settled()
    expect(told).toEqual([])
  })

  it('tells of a session that is gone, and does without what the terminal cannot do', async () => {
    const gone = await tracked()
    await gone.terminal.close(gone.id)
    await expect(gone.follow()).rejects.toMatchObject({ code: 'session-gone' })
    const unable = await tracked()
    unable.terminal.watchVariable = async () => {
      throw new Error('no such variable')
    }
    await expect(unable.follow()).resolves.toBeUndefined()
  })
})

describe('the foreground job behind the tap', () => {
  it('is the one of the process table, and what the terminal told before was the tap itself', async () => {
    const { tap, tracker, told, follow, job } = await tracked()
    await follow()
    await job('node')
    tap.present = true
    tap.behind = [behind('/bin/zsh')]
    await tracker.lookBehindTap()
    expect([tracker.name, tracker.shellSince]).toEqual(['zsh', undefined])
    expect(await tracker.pid()).toBe(7)
    tap.behind = [behind('codex')]
    await tracker.lookBehindTap()
    tap.behind = [behind('zsh')]
    await tracker.lookBehindTap()
    expect(tracker.shellSince).toBe(1_000)
    expect(told).toEqual(['node', 'zsh', 'codex', 'zsh'])
  })

  it('is looked for once at a time, and once more for all that asked meanwhile', async () => {
    const { tap, tracker, follow } = await tracked()
    await follow()
    let looks = 0
    const answers: (() => void)[] = []
    tap.present = true
    tap.foreground = () => {
      looks += 1
      return new Promise((resolve) => answers.push(() => resolve(behind(`job ${looks}`))))
    }
    const first = tracker.lookBehindTap()
    await Promise.all([tracker.lookBehindTap(), tracker.lookBehindTap(), tracker.lookBehindTap()])
    expect(looks).toBe(1)
    answers[0]?.()
    await settled()
    expect(looks).toBe(2)
    answers[1]?.()
    await first
    expect([looks, tracker.name]).toEqual([2, 'job 2'])
  })

  it('is not looked for where there is no tap', async () => {
    const { terminal, id, tracker, told, follow } = await tracked()
    await follow()
    terminal.get(id).variables.set('jobName', 'vim')
    await tracker.lookBehindTap()
    expect(told).toEqual([])
    expect(await tracker.pid()).toBeUndefined()
    terminal.get(id).variables.set('jobPid', 42)
    expect(await tracker.pid()).toBe(42)
  })
})
