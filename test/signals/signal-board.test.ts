import { describe, expect, it } from 'vitest'
import { SignalBoard } from '../../src/signals/signal-board.ts'
import { readSignalVariable } from '../../src/signals/terminal-variables.ts'

function said(board: SignalBoard): Record<string, string> {
  return Object.fromEntries(board.signals.map(({ source, state }) => [source, state]))
}

describe('what is heard of a session', () => {
  it('from the variables of a terminal', () => {
    const board = new SignalBoard()
    readSignalVariable(
      board,
      'orch.programStatus',
      [{ id: '', state: 'blocked', kind: 'auth', since: 40 }],
      100,
    )
    readSignalVariable(board, 'terminalWindowName', '✋  Action Required (dir)', 100)
    readSignalVariable(board, 'orch.progress', { state: 'normal', percent: 10 }, 100)
    readSignalVariable(board, 'orch.sessionStatus', 'status=waiting', 100)
    readSignalVariable(
      board,
      'orch.notification',
      { seq: 1, source: 'osc9', title: '', body: 'Claude needs your permission' },
      100,
    )
    readSignalVariable(board, 'bellCount', 1, 100)
    expect(said(board)).toEqual({
      'program-status': 'waiting',
      title: 'waiting',
      progress: 'working',
      'session-status': 'waiting',
      notification: 'waiting',
      bell: 'unknown',
    })
    expect(board.of('program-status')).toMatchObject({ at: 40, blocker: 'login' })
  })

  it('values of another form are as good as none', () => {
    const board = new SignalBoard()
    for (const value of [null, 7, 'x', [{ state: 'dancing' }], { percent: 'much' }]) {
      readSignalVariable(board, 'orch.programStatus', value, 1)
      readSignalVariable(board, 'orch.progress', value, 1)
      readSignalVariable(board, 'orch.notification', value, 1)
    }
    expect(board.signals).toEqual([])
  })

  it.each([
    ['⠋ fix the login', 'working'],
    ['◐ Fix the login', 'working'],
    ['✦  Working… (dir)', 'working'],
    ['◇  Ready (dir)', 'idle'],
    ['✳ Claude Code', 'unknown'],
    ['vim notes.txt', 'unknown'],
    ['- a list', 'unknown'],
  ])('the title %j tells: %s', (title, state) => {
    const board = new SignalBoard()
    board.setTitle(title, 1)
    expect(board.of('title')?.state).toBe(state)
  })

  it('reports of the tap stand until they are replaced or their program ends', () => {
    const board = new SignalBoard()
    board.tapped({ type: 'report', report: { state: 'working', id: '' } }, 1)
    board.tapped({ type: 'report', report: { state: 'blocked', id: 'helper', kind: 'question' } }, 2)
    expect(board.of('program-status')).toMatchObject({ state: 'waiting', blocker: 'question' })
    board.tapped({ type: 'report', report: { state: 'clear', id: 'helper' } }, 3)
    expect(board.of('program-status')?.state).toBe('working')
    board.tapped({ type: 'exit', exitCode: 0 }, 4)
    expect(board.of('program-status')).toBeUndefined()
  })

  it('a word from before the present one changes nothing', () => {
    const board = new SignalBoard()
    const hook = { id: '1', agent: 'claude', event: 'Stop', sure: true, late: 0 }
    board.hook({ ...hook, at: 20, state: 'idle' })
    board.hook({ ...hook, at: 10, state: 'working' })
    expect(board.of('hook')?.state).toBe('idle')
  })

  it('a turn that ended while tasks go on is no rest, and a helper is not the agent', () => {
    const board = new SignalBoard()
    const hook = { id: '1', agent: 'claude', event: 'Stop', sure: true, late: 0, at: 1 }
    board.hook({ ...hook, state: 'idle', backgroundTasks: 2 })
    board.hook({ ...hook, at: 2, state: 'idle', subagent: 'a1' })
    expect(board.of('hook')).toMatchObject({ state: 'working', at: 1 })
  })

  it('only the program itself proves that it began to work: no title, no progress bar, no output', () => {
    const board = new SignalBoard()
    board.setTitle('⠋ fix the login', 1)
    board.progress({ state: 'normal', percent: 10 }, 2)
    board.status('status=working', 3)
    board.set('output', { state: 'working', reason: 'it printed', evidence: '' }, 4)
    board.set('screen', { state: 'working', reason: 'a spinner', evidence: '⠋' }, 5)
    expect(board.workReportedAt).toBeUndefined()
    board.tapped({ type: 'report', report: { state: 'working', id: '' } }, 6)
    expect(board.workReportedAt).toBe(6)
    const hook = { id: '1', agent: 'claude', event: 'UserPromptSubmit', sure: true, late: 0 }
    board.hook({ ...hook, at: 8, state: 'working' })
    board.hook({ ...hook, at: 9, state: 'idle' })
    expect(board.workReportedAt).toBe(8)
    board.clear()
    expect(board.workReportedAt).toBeUndefined()
  })
})
