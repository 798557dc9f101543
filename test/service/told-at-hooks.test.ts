import { EventEmitter } from 'eventemitter3'
import { describe, expect, it } from 'vitest'
import { ToldAtHooks } from '../../src/service/told-at-hooks.ts'
import { readHookReport } from '../../src/signals/hooks/hook-event.ts'
import type { HookSignal } from '../../src/signals/hooks/hook-signal.ts'

const session = 's1'

describe('what an agent has told at its hooks', () => {
  it('is the permission that it asks for, until the tool has run', () => {
    const { told, hook } = played()
    hook('PreToolUse', 'ls')
    expect(told()).toBeUndefined()
    hook('PermissionRequest', 'ls')
    expect(told()).toMatchObject({ tool: 'Bash', command: 'ls', several: false })
    hook('PostToolUse', 'ls')
    expect(told()).toBeUndefined()
  })

  it('are several prompts when two tools ask at once, in whatever order their hooks come', () => {
    for (const before of [[], ['ls', 'pwd']]) {
      const { told, hook } = played()
      for (const command of before) hook('PreToolUse', command)
      hook('PermissionRequest', 'ls')
      if (before.length === 0) hook('PreToolUse', 'pwd')
      hook('PermissionRequest', 'pwd')
      expect(told()).toMatchObject({ several: true })
      hook('Notification', undefined, { notification_type: 'permission_prompt', message: 'needs you' })
      expect(told()).toMatchObject({ tool: 'Bash', several: true })
    }
  })

  it('is one prompt again when the other tool has run, and none after the turn', () => {
    const { told, hook } = played()
    hook('PermissionRequest', 'ls')
    hook('PermissionRequest', 'pwd')
    hook('PostToolUse', 'pwd')
    expect(told()).toMatchObject({ command: 'ls', several: false })
    hook('PermissionRequest', 'pwd')
    hook('Stop')
    expect(told()).toBeUndefined()
  })

  it('is not forgotten because a helper of the agent begins or ends', () => {
    const { told, hook } = played()
    hook('PermissionRequest', 'ls')
    hook('PermissionRequest', 'pwd')
    hook('SubagentStart', undefined, { agent_id: 'a1' })
    hook('SubagentStop', undefined, { agent_id: 'a1' })
    expect(told()).toMatchObject({ several: true })
  })

  it('is one prompt when the same report arrives twice', () => {
    const { told, hook } = played()
    const report = hook('PermissionRequest', 'ls')
    hook('PermissionRequest', 'ls', {}, report)
    expect(told()).toMatchObject({ several: false })
  })
})

function played() {
  const hooks = new EventEmitter<{ signal: (signal: HookSignal) => void }>()
  const table = new ToldAtHooks(hooks)
  let reports = 0
  return {
    told: () => table.of(session),
    hook(event: string, command?: string, more: object = {}, id = `r${++reports}`): string {
      const tool = command === undefined ? {} : { tool_name: 'Bash', tool_input: { command } }
      const payload = { hook_event_name: event, ...tool, ...more }
      hooks.emit('signal', readHookReport({ id, at: reports, agent: 'claude', session, payload }))
      return id
    },
  }
}
