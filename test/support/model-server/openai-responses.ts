/** OpenAI Responses, as Codex speaks it. */
import { randomUUID } from 'node:crypto'
import { type Dialect, type Json, objectsIn, type Reply, type Turn, textIn } from './dialect.ts'

export const openaiResponses: Dialect = {
  matches: (path) => path.endsWith('/responses'),
  streams: (_path, body) => body['stream'] === true,

  readTurn(body): Turn {
    let prompt = ''
    let toolResults: string[] = []
    for (const item of objectsIn(body['input'])) {
      if (String(item['type']).endsWith('_output')) toolResults.push(outputText(item['output']))
      const text = textIn(item['content'])
      if (item['role'] !== 'user' || text === '' || addedByCodex.test(text)) continue
      prompt = text
      toolResults = []
    }
    const tools = objectsIn(body['tools']).map(({ name, type }) => String(name ?? type))
    return { api: 'openai-responses', prompt, toolResults, tools, body }
  },

  async writeReply(reply, stream, body) {
    const event = (data: Json & { type: string }) => stream.event(data, data.type)
    const response = { ...responseFrame(body), status: 'in_progress', output: [] as Json[] }
    event({ type: 'response.created', response })
    await stream.pause(reply.thinkMs)
    const output = itemsOf(reply)
    for (const [output_index, item] of output.entries()) {
      const isMessage = item['type'] === 'message'
      const begun = isMessage ? { ...item, status: 'in_progress', content: [] } : item
      event({ type: 'response.output_item.added', output_index, item: begun })
      if (isMessage) {
        const place = { item_id: item['id'], output_index, content_index: 0 }
        await stream.words(reply, (delta) => event({ type: 'response.output_text.delta', ...place, delta }))
      }
      event({ type: 'response.output_item.done', output_index, item })
    }
    event({ type: 'response.completed', response: { ...response, status: 'completed', output } })
  },

  wholeReply: (reply, body) => ({ ...responseFrame(body), status: 'completed', output: itemsOf(reply) }),

  errorBody: ({ type, message }) => ({ error: { type, code: type, message } }),

  aside: () => undefined,
}

/** Codex puts its own texts into messages of the user: elements, and the project's AGENTS.md. */
const addedByCodex = /^(<[a-z_ ]+>|# AGENTS\.md instructions)/

function responseFrame(body: Json): Json {
  const usage = {
    input_tokens: 10,
    output_tokens: 20,
    total_tokens: 30,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  }
  return { id: `resp_${randomUUID()}`, object: 'response', model: body['model'], usage }
}

function itemsOf(reply: Reply): Json[] {
  const items: Json[] = []
  if (reply.text !== undefined) {
    const content = [{ type: 'output_text', text: reply.text, annotations: [] }]
    items.push({
      type: 'message',
      id: `msg_${randomUUID()}`,
      role: 'assistant',
      status: 'completed',
      content,
    })
  }
  for (const { name, input } of reply.toolCalls ?? []) {
    const call = { type: 'function_call', name, arguments: JSON.stringify(input), status: 'completed' }
    items.push({ ...call, id: `fc_${randomUUID()}`, call_id: `call_${randomUUID()}` })
  }
  return items
}

function outputText(output: unknown): string {
  return typeof output === 'string' ? output : textIn(output) || JSON.stringify(output)
}
