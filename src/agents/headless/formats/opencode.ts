/** `opencode run --format json`, as seen in 1.18.33. Its end is the end of the program. */

import { inside, type Json, numberOf, textOf } from '../json.ts'
import type { HeadlessEvent, HeadlessReport } from '../report.ts'
import { kindOfStatus, troubleOf } from '../trouble.ts'
import { toolEvent, whatOf } from '../what-of.ts'
import { setUsage } from './set-usage.ts'

export function readOpencode(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const { output } = report
  const id = textOf(message, 'sessionID')
  if (id !== undefined) output.session_id = id
  const part = inside(message, 'part')
  switch (textOf(message, 'type')) {
    case 'text': {
      const text = textOf(part, 'text')
      if (text === undefined) return []
      output.summary = text
      return [{ kind: 'said', text }]
    }
    case 'tool_use':
      return readTool(part, report)
    case 'step_finish':
      return readStep(part, report)
    case 'error': {
      const error = inside(message, 'error')
      const data = inside(error, 'data')
      const text = textOf(data, 'message') ?? textOf(error, 'message') ?? textOf(error, 'name') ?? ''
      report.ok = false
      report.trouble = troubleOf(text, kindOfStatus(numberOf(data, 'statusCode')))
      return [{ kind: 'trouble', text: report.trouble.text }]
    }
    default:
      return []
  }
}

function readTool(part: Json, report: HeadlessReport): HeadlessEvent[] {
  const tool = textOf(part, 'tool') ?? 'a tool'
  const state = inside(part, 'state')
  const input = inside(state, 'input')
  const error = textOf(state, 'error') ?? ''
  if (!/\brejected permission\b|\bprevents you from using\b/iu.test(error)) return [toolEvent(tool, input)]
  const what = whatOf(input)
  report.denied.push({ tool, ...(what !== undefined && { what }), why: error })
  return [{ kind: 'denied', text: `${tool}: ${what ?? error}` }]
}

/** Each step has the counts of one request. */
function readStep(part: Json, report: HeadlessReport): HeadlessEvent[] {
  const { output } = report
  const { usage = {} } = output
  const tokens = inside(part, 'tokens')
  const cache = inside(tokens, 'cache')
  const sum = (before: number | undefined, more: number | undefined) =>
    more === undefined ? before : (before ?? 0) + more
  setUsage(report, {
    input_tokens: sum(usage.input_tokens, numberOf(tokens, 'input')),
    output_tokens: sum(usage.output_tokens, numberOf(tokens, 'output')),
    cache_read_tokens: sum(usage.cache_read_tokens, numberOf(cache, 'read')),
    cache_write_tokens: sum(usage.cache_write_tokens, numberOf(cache, 'write')),
  })
  const cost = sum(output.cost_usd, numberOf(part, 'cost'))
  if (cost !== undefined) output.cost_usd = cost
  output.turns = (output.turns ?? 0) + 1
  if (textOf(part, 'reason') !== 'stop') return []
  report.ok = true
  report.trouble = undefined
  return [{ kind: 'ended', text: 'is done' }]
}
