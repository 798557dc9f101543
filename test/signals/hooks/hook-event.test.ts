import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HookReport, readHookReport } from '../../../src/signals/hooks/hook-event.ts'
import type { HookSignal } from '../../../src/signals/hooks/hook-signal.ts'

/** What a real agent gave to its hooks, in order: Claude Code 2.1.329, Codex 0.169.0, Gemini CLI 0.61.0. */
function recorded(name: string): HookSignal[] {
  const file = new URL(`../../fixtures/hooks/${name}.json`, import.meta.url)
  const payloads: Record<string, unknown>[] = JSON.parse(readFileSync(file, 'utf8'))
  return payloads.map((payload, at) => read(payload, name.split('-')[0], at))
}

function read(payload: Record<string, unknown>, agent = 'claude', at = 0): HookSignal {
  return readHookReport(HookReport.parse({ id: `r${at}`, at, agent, session: 'S', payload }))
}

/** `event:state` of each, a hint with a question mark. */
function states(signals: readonly HookSignal[]): string[] {
  return signals.map(
    ({ event, state, sure, blocker }) =>
      `${event}:${state ?? '-'}${state && !sure ? '?' : ''}${blocker ? `(${blocker})` : ''}`,
  )
}

describe('what agents report at their hooks', () => {
  it.each<[string, string[]]>([
    [
      'claude-permission',
      [
        'SessionStart:starting',
        'UserPromptSubmit:working',
        'PreToolUse:working',
        'PermissionRequest:waiting?(permission)',
        'Notification:waiting?(permission)',
        'PostToolUse:working',
        'Stop:idle',
      ],
    ],
    [
      'claude-question',
      [
        'SessionStart:starting',
        'UserPromptSubmit:working',
        'PreToolUse:waiting?(question)',
        'PermissionRequest:waiting?(question)',
        'PostToolUse:working',
        'Stop:idle',
      ],
    ],
    [
      'claude-background',
      [
        'SessionStart:starting',
        'UserPromptSubmit:working',
        'PreToolUse:working',
        'PostToolUse:working',
        'Stop:working',
      ],
    ],
    [
      'claude-subagent',
      [
        'SessionStart:starting',
        'UserPromptSubmit:working',
        'PreToolUse:working',
        'SubagentStart:working',
        'PostToolUse:working',
        'Stop:working',
        'SubagentStop:-',
        'UserPromptSubmit:working',
        'Stop:idle',
      ],
    ],
    ['claude-error', ['SessionStart:starting', 'UserPromptSubmit:working', 'StopFailure:errored(error)']],
    ['claude-limit', ['SessionStart:starting', 'UserPromptSubmit:working', 'StopFailure:limited(limit)']],
    [
      'claude-hello',
      ['SessionStart:starting', 'UserPromptSubmit:working', 'Stop:idle', 'SessionEnd:exited?'],
    ],
    ['claude-idle', ['SessionStart:starting', 'UserPromptSubmit:working', 'Stop:idle', 'Notification:idle?']],
    [
      'codex-permission',
      [
        'SessionStart:starting',
        'UserPromptSubmit:working',
        'agent-turn-complete:idle?',
        'PreToolUse:working',
        'PermissionRequest:waiting?(permission)',
        'PostToolUse:working',
        'Stop:idle',
        'agent-turn-complete:idle?',
      ],
    ],
    [
      'gemini-question',
      [
        'SessionStart:starting',
        'BeforeAgent:working',
        'PreCompress:-',
        'BeforeTool:waiting?(question)',
        'Notification:waiting(question)',
        'AfterTool:working',
        'PreCompress:-',
        'AfterAgent:idle?',
      ],
    ],
    ['gemini-error', ['SessionStart:starting', 'BeforeAgent:working', 'PreCompress:-', 'AfterAgent:idle?']],
  ])('%s', (name, expected) => {
    expect(states(recorded(name))).toEqual(expected)
  })

  it('says what a permission is about', () => {
    const request = recorded('claude-permission').find(({ event }) => event === 'PermissionRequest')
    expect(request).toMatchObject({
      session: 'S',
      agent: 'claude',
      tool: 'Bash',
      command: 'touch marker.txt && echo RAN',
      message: 'Create the marker file',
      conversationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      transcriptPath: expect.stringMatching(/^\/home\/dev\/\.claude\/projects\/.*\.jsonl$/),
      cwd: '/home/dev/shop',
    })
  })

  it('gives the questions with their options', () => {
    const request = recorded('claude-question').find(({ event }) => event === 'PermissionRequest')
    expect(request?.questions).toEqual([
      {
        question: 'Which database should the service use?',
        options: ['PostgreSQL', 'SQLite', 'Redis'],
        several: false,
      },
    ])
  })

  it('tells how late a notification comes', () => {
    expect(recorded('claude-permission').find(({ event }) => event === 'Notification')?.late).toBe(6_000)
    expect(recorded('claude-idle').find(({ event }) => event === 'Notification')?.late).toBe(60_000)
  })

  it('counts the tasks that go on after the turn', () => {
    expect(recorded('claude-background').at(-1)?.backgroundTasks).toBe(1)
    expect(recorded('claude-hello').every(({ backgroundTasks }) => backgroundTasks === undefined)).toBe(true)
  })

  it('does not take a compaction or /clear for a start or an end', () => {
    expect(states([read({ hook_event_name: 'SessionStart', source: 'compact' })])).toEqual(['SessionStart:-'])
    expect(states([read({ hook_event_name: 'SessionEnd', reason: 'clear' })])).toEqual(['SessionEnd:-'])
  })

  it('takes secrets out, by their form and by their name', () => {
    const signal = read({
      hook_event_name: 'PreToolUse',
      tool_input: {
        command: 'curl -H "Authorization: Bearer abcdefghijklmnop" x',
        description: 'TOKEN=hunter22',
      },
    })
    expect(signal.command).toBe('curl -H "Authorization: Bearer [redacted]" x')
    expect(signal.message).toBe('TOKEN=[redacted]')
  })

  it('shows no control characters, and keeps the lines of a command apart', () => {
    const signal = read({ hook_event_name: 'PreToolUse', tool_input: { command: 'a\u001b[31m\r\nb\u202ec' } })
    expect(signal.command).toBe('a[31m\nbc')
  })

  it.each([
    [{}, 'unknown'],
    [{ hook_event_name: 7, tool_input: 'text', background_tasks: 'no' }, 'unknown'],
    [{ hook_event_name: 'BrandNewEvent', tool_name: ['x'] }, 'BrandNewEvent'],
    [{ hook_event_name: 'constructor' }, 'constructor'],
  ])('reads %j without a state', (payload, event) => {
    const signal = read(payload)
    expect(signal.event).toBe(event)
    expect(signal.state).toBeUndefined()
  })
})
