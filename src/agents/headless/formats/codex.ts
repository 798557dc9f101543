/** `codex exec --json`, as seen in 0.169.0. */

import { inside, type Json, numberOf, objectsOf, textOf } from '../json.ts'
import type { HeadlessEvent, HeadlessReport } from '../report.ts'
import { troubleOf } from '../trouble.ts'
import { setUsage } from './set-usage.ts'

export function readCodex(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const { output } = report
  switch (textOf(message, 'type')) {
    case 'thread.started': {
      const id = textOf(message, 'thread_id')
      if (id !== undefined) output.session_id = id
      return [{ kind: 'started', text: 'begins' }]
    }
    case 'item.started':
    case 'item.completed':
      return readItem(message, report)
    case 'turn.completed': {
      report.ok = true
      report.trouble = undefined
      output.turns = (output.turns ?? 0) + 1
      readUsage(inside(message, 'usage'), report)
      return [{ kind: 'ended', text: 'is done' }]
    }
    case 'turn.failed': {
      report.ok = false
      const text = textOf(inside(message, 'error'), 'message')
      if (text !== undefined || report.trouble === undefined) report.trouble = troubleOf(text ?? '')
      return [{ kind: 'trouble', text: report.trouble.text }]
    }
    case 'error': {
      const text = textOf(message, 'message') ?? ''
      report.trouble = troubleOf(text)
      // `Reconnecting... 2/5`: it goes on by itself.
      return [{ kind: /\breconnecting\b/iu.test(text) ? 'retry' : 'trouble', text: report.trouble.text }]
    }
    default:
      return []
  }
}

function readItem(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const item = inside(message, 'item')
  const completed = textOf(message, 'type') === 'item.completed'
  const type = textOf(item, 'type') ?? textOf(item, 'item_type')
  switch (type) {
    case 'agent_message': {
      const text = textOf(item, 'text')
      if (!completed || text === undefined) return []
      report.output.summary = text
      return [{ kind: 'said', text }]
    }
    case 'command_execution': {
      const what = textOf(item, 'command') ?? 'a command'
      if (!completed) return [{ kind: 'tool', text: what }]
      if (textOf(item, 'status') !== 'declined') return []
      report.denied.push({ tool: 'command', what })
      return [{ kind: 'denied', text: what }]
    }
    case 'file_change': {
      const paths = objectsOf(item, 'changes').flatMap((change) => textOf(change, 'path') ?? [])
      return completed ? [{ kind: 'tool', text: `changes ${paths.join(', ')}` }] : []
    }
    case 'mcp_tool_call':
      return completed
        ? []
        : [{ kind: 'tool', text: `${textOf(item, 'server') ?? ''} ${textOf(item, 'tool') ?? ''}` }]
    case 'web_search':
      return completed ? [{ kind: 'tool', text: `searches: ${textOf(item, 'query') ?? ''}` }] : []
    default:
      // An item of type `error` is a warning, such as about an unknown model.
      return []
  }
}

/** Counts of the whole thread. */
function readUsage(usage: Json, report: HeadlessReport): void {
  setUsage(report, {
    input_tokens: numberOf(usage, 'input_tokens'),
    output_tokens: numberOf(usage, 'output_tokens'),
    cache_read_tokens: numberOf(usage, 'cached_input_tokens'),
    cache_write_tokens: numberOf(usage, 'cache_write_input_tokens'),
  })
}
