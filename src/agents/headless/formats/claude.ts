/** `claude -p --output-format stream-json --verbose`, as seen in 2.1.329; Qwen Code 0.24.4 prints the same. */

import { inside, type Json, numberOf, objectsOf, textOf, textsOf } from '../json.ts'
import type { HeadlessEvent, HeadlessReport, Trouble } from '../report.ts'
import { kindOfStatus, troubleOf } from '../trouble.ts'
import { toolEvent, whatOf } from '../what-of.ts'
import { setUsage } from './set-usage.ts'

export function readClaude(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const id = textOf(message, 'session_id')
  if (id !== undefined) report.output.session_id = id
  switch (textOf(message, 'type')) {
    case 'system':
      return readSystem(message, report)
    case 'assistant':
      return readAssistant(message, report)
    case 'result':
      return readResult(message, report)
    default:
      return []
  }
}

function readSystem(message: Json, report: HeadlessReport): HeadlessEvent[] {
  switch (textOf(message, 'subtype')) {
    case 'init': {
      const model = textOf(message, 'model')
      const version = textOf(message, 'claude_code_version') ?? textOf(message, 'qwen_code_version')
      if (model !== undefined) report.model = model
      if (version !== undefined) report.version = version
      return [{ kind: 'started', text: `begins with ${model ?? 'its model'}` }]
    }
    case 'api_retry': {
      const status = numberOf(message, 'error_status')
      const error = textOf(message, 'error') ?? 'an error'
      // If it is ended while it tries again and again, this is why.
      report.trouble = troubleOf(
        [status ?? '', error].join(' '),
        kinds.get(error) ?? kindOfStatus(status) ?? 'api',
      )
      const count = `${numberOf(message, 'attempt') ?? '?'} of ${numberOf(message, 'max_retries') ?? '?'}`
      return [{ kind: 'retry', text: `${report.trouble.text}; tries again, ${count}` }]
    }
    case 'permission_denied': {
      const tool = textOf(message, 'tool_name') ?? 'a tool'
      return [{ kind: 'denied', text: `${tool}: ${textOf(message, 'message') ?? 'denied'}` }]
    }
    default:
      return []
  }
}

function readAssistant(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const content = objectsOf(inside(message, 'message'), 'content')
  const texts = content
    .filter((part) => textOf(part, 'type') === 'text')
    .flatMap((part) => textOf(part, 'text') ?? [])
  const error = textOf(message, 'error')
  if (error !== undefined || message['is_api_error_message'] === true) {
    const kind = kinds.get(error ?? '') ?? kindOfStatus(numberOf(message, 'api_error_status'))
    report.trouble = troubleOf(texts.join(' '), kind)
    return [{ kind: 'trouble', text: report.trouble.text }]
  }
  // What its helpers say is not its own word.
  const own = textOf(message, 'parent_tool_use_id') === undefined
  // It got an answer: what was in the way is over.
  if (own) report.trouble = undefined
  const said = texts.at(-1)
  if (own && said !== undefined) report.output.summary = said
  const tools = content.filter((part) => textOf(part, 'type') === 'tool_use')
  return [
    ...(own ? texts.map((text): HeadlessEvent => ({ kind: 'said', text })) : []),
    ...tools.map((part) => toolEvent(textOf(part, 'name') ?? 'a tool', inside(part, 'input'))),
  ]
}

function readResult(message: Json, report: HeadlessReport): HeadlessEvent[] {
  const { output } = report
  const result = textOf(message, 'result')
  const subtype = textOf(message, 'subtype') ?? ''
  const failed = message['is_error'] === true || subtype.startsWith('error')
  readUsage(inside(message, 'usage'), report)
  const cost = numberOf(message, 'total_cost_usd')
  const turns = numberOf(message, 'num_turns')
  if (cost !== undefined) output.cost_usd = cost
  if (turns !== undefined) output.turns = turns
  report.ok = !failed
  report.denied = objectsOf(message, 'permission_denials').map((denied) => {
    const what = whatOf(inside(denied, 'tool_input'))
    return { tool: textOf(denied, 'tool_name') ?? 'a tool', ...(what !== undefined && { what }) }
  })
  if (!failed) {
    report.trouble = undefined
    if (result !== undefined) output.summary = result
    return [{ kind: 'ended', text: 'is done' }]
  }
  const errors = [...textsOf(message, 'errors'), textOf(inside(message, 'error'), 'message')]
  const why = [result, ...errors].filter((text) => text !== undefined).join('; ')
  const kind = subtype.startsWith('error_max')
    ? 'budget'
    : kindOfStatus(numberOf(message, 'api_error_status'))
  if (why !== '' || report.trouble === undefined)
    report.trouble = troubleOf(why === '' ? subtype.replaceAll('_', ' ') : why, kind ?? report.trouble?.kind)
  return [{ kind: 'trouble', text: report.trouble.text }]
}

function readUsage(usage: Json, report: HeadlessReport): void {
  setUsage(report, {
    input_tokens: numberOf(usage, 'input_tokens'),
    output_tokens: numberOf(usage, 'output_tokens'),
    cache_read_tokens: numberOf(usage, 'cache_read_input_tokens'),
    cache_write_tokens: numberOf(usage, 'cache_creation_input_tokens'),
  })
}

/** As its messages name errors. */
const kinds = new Map<string, Trouble['kind']>([
  ['rate_limit', 'limit'],
  ['billing_error', 'limit'],
  ['authentication_failed', 'login'],
  ['server_error', 'api'],
])
