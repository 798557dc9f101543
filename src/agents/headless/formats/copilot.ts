/** `copilot --output-format json`, as seen in 1.0.102. It tells no tokens and no cost. */

import { inside, type Json, numberOf, textOf } from '../json.ts'
import type { Denied, FormatReader, HeadlessEvent, HeadlessReport } from '../report.ts'
import { kindOfStatus, troubleOf } from '../trouble.ts'
import { toolEvent, whatOf } from '../what-of.ts'

export function copilotReader(): FormatReader {
  /** By the id of the call: what it is used for. */
  const calls = new Map<string, Denied>()
  return (message, report) => {
    const data = inside(message, 'data')
    const id = textOf(data, 'toolCallId') ?? ''
    switch (textOf(message, 'type')) {
      case 'tool.execution_start': {
        const tool = textOf(data, 'toolName') ?? 'a tool'
        const what = whatOf(inside(data, 'arguments'))
        calls.set(id, { tool, ...(what !== undefined && { what }) })
        return [toolEvent(tool, inside(data, 'arguments'))]
      }
      case 'tool.execution_complete': {
        const call = calls.get(id) ?? { tool: 'a tool' }
        calls.delete(id)
        const error = inside(data, 'error')
        if (textOf(error, 'code') !== 'denied') return []
        const why = textOf(error, 'message')
        report.denied.push({ ...call, ...(why !== undefined && { why }) })
        return [{ kind: 'denied', text: `${call.tool}: ${call.what ?? 'denied'}` }]
      }
      default:
        return readOther(message, data, report)
    }
  }
}

function readOther(message: Json, data: Json, report: HeadlessReport): HeadlessEvent[] {
  const { output } = report
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
    case 'model.call_failure': {
      const status = numberOf(data, 'statusCode')
      report.trouble = troubleOf(textOf(data, 'errorMessage') ?? '', kindOfStatus(status))
      return [{ kind: 'retry', text: report.trouble.text }]
    }
    case 'session.error': {
      report.trouble = troubleOf(textOf(data, 'message') ?? '', kindOfStatus(numberOf(data, 'statusCode')))
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
