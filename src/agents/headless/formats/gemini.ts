/** `gemini --output-format stream-json`, as seen in 0.61.0. */

import { inside, type Json, numberOf, textOf } from '../json.ts'
import type { FormatReader, HeadlessEvent, HeadlessReport } from '../report.ts'
import { troubleOf } from '../trouble.ts'
import { toolEvent } from '../what-of.ts'
import { setUsage } from './set-usage.ts'

export function geminiReader(): FormatReader {
  /** What it says comes in pieces. */
  let saying = ''
  const said = (report: HeadlessReport): HeadlessEvent[] => {
    const text = saying
    saying = ''
    if (text === '') return []
    report.output.summary = text
    return [{ kind: 'said', text }]
  }
  return (message, report) => {
    const type = textOf(message, 'type')
    if (type === 'message' && textOf(message, 'role') === 'assistant') {
      saying += textOf(message, 'content') ?? ''
      report.output.summary = saying
      return message['delta'] === true ? [] : said(report)
    }
    return [...said(report), ...readOther(type, message, report)]
  }
}

function readOther(type: string | undefined, message: Json, report: HeadlessReport): HeadlessEvent[] {
  switch (type) {
    case 'init': {
      const id = textOf(message, 'session_id')
      const model = textOf(message, 'model')
      if (id !== undefined) report.output.session_id = id
      if (model !== undefined) report.model = model
      return [{ kind: 'started', text: `begins with ${model ?? 'its model'}` }]
    }
    case 'tool_use':
      return [toolEvent(textOf(message, 'tool_name') ?? 'a tool', inside(message, 'parameters'))]
    case 'error': {
      if (textOf(message, 'severity') === 'warning') return []
      report.trouble = troubleOf(textOf(message, 'message') ?? '')
      return [{ kind: 'trouble', text: report.trouble.text }]
    }
    case 'result':
      return readResult(message, report)
    default:
      return []
  }
}

function readResult(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const stats = inside(message, 'stats')
  setUsage(report, {
    input_tokens: numberOf(stats, 'input_tokens'),
    output_tokens: numberOf(stats, 'output_tokens'),
    cache_read_tokens: numberOf(stats, 'cached'),
  })
  report.ok = textOf(message, 'status') === 'success'
  if (report.ok) {
    report.trouble = undefined
    return [{ kind: 'ended', text: 'is done' }]
  }
  const text = textOf(inside(message, 'error'), 'message')
  if (text !== undefined || report.trouble === undefined) report.trouble = troubleOf(text ?? '')
  return [{ kind: 'trouble', text: report.trouble.text }]
}
