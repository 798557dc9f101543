/** `copilot --output-format json`, as seen in 1.0.102. It tells no tokens and no cost. */
import type { HeadlessEvent, HeadlessReport } from '../report.ts'
import { kindOfStatus, troubleOf } from '../trouble.ts'
import { toolEvent, whatOf } from '../what-of.ts'
import { inside, type Json, numberOf, textOf } from './json.ts'

export function readCopilot(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const { output } = report
  const data = inside(message, 'data')
  switch (textOf(message, 'type')) {
    case 'assistant.turn_start':
      output.turns = (output.turns ?? 0) + 1
      return []
    case 'assistant.message': {
      const text = textOf(data, 'content')
      report.trouble = undefined
      if (text === undefined) return []
      output.summary = text
      return [{ kind: 'said', text }]
    }
    case 'tool.execution_start':
      return [toolEvent(textOf(data, 'toolName') ?? 'a tool', inside(data, 'arguments'))]
    case 'permission.requested': {
      const what = whatOf(inside(data, 'permissionRequest'))
      return what === undefined ? [] : [{ kind: 'tool', text: `wants permission: ${what}` }]
    }
    case 'model.call_failure': {
      const status = numberOf(data, 'statusCode')
      report.trouble = troubleOf(textOf(data, 'errorMessage') ?? '', kindOfStatus(status) ?? 'api')
      return [{ kind: 'retry', text: report.trouble.text }]
    }
    case 'session.error': {
      report.trouble = troubleOf(textOf(data, 'message') ?? '', report.trouble?.kind)
      return [{ kind: 'trouble', text: report.trouble.text }]
    }
    case 'result': {
      const id = textOf(message, 'sessionId')
      if (id !== undefined) output.session_id = id
      report.ok = message['exitCode'] === 0
      if (report.ok) report.trouble = undefined
      return [{ kind: 'ended', text: report.ok ? 'is done' : 'has failed' }]
    }
    default:
      return []
  }
}
