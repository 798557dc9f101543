/** Anthropic Messages, as Claude Code speaks it. */
import { randomUUID } from 'node:crypto'
import { type Dialect, type Json, modelName, objectsIn, type Reply, type Turn, textIn } from './dialect.ts'

export const anthropic: Dialect = {
  matches: (path) => path.endsWith('/v1/messages'),
  streams: (_path, body) => body['stream'] === true,

  readTurn(body): Turn {
    let prompt = ''
    let toolResults: string[] = []
    for (const { role, content } of objectsIn(body['messages'])) {
      if (role !== 'user') continue
      const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content)
      const results = blocks.filter(({ type }) => type === 'tool_result')
      toolResults.push(...results.map((block) => textIn(block['content'])))
      const said = blocks.filter((block) => block.type === 'text').map((block) => String(block['text']))
      const own = said.filter((text) => !addedByClaude.test(text))
      // A prompt after a denial stands in one message with the denied call's result.
      if (own.length === 0) continue
      prompt = own.join('\n')
      toolResults = []
    }
    const tools = objectsIn(body['tools']).map(({ name }) => String(name))
    return { api: 'anthropic', prompt, toolResults, tools, body }
  },

  async writeReply(reply, stream, body) {
    const event = (data: Json & { type: string }) => stream.event(data, data.type)
    const message = { ...messageFrame(body), content: [], stop_reason: null }
    event({ type: 'message_start', message })
    await stream.pause(reply.thinkMs)
    for (const [index, { start, delta }] of blocksOf(reply).entries()) {
      event({ type: 'content_block_start', index, content_block: start })
      if (delta) event({ type: 'content_block_delta', index, delta })
      else {
        await stream.words(reply, (text) =>
          event({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } }),
        )
      }
      event({ type: 'content_block_stop', index })
    }
    const delta = { stop_reason: stopReason(reply), stop_sequence: null }
    event({ type: 'message_delta', delta, usage: { output_tokens: 20 } })
    event({ type: 'message_stop' })
  },

  wholeReply: (reply, body) => ({
    ...messageFrame(body),
    content: blocksOf(reply).map(({ whole }) => whole),
    stop_reason: stopReason(reply),
  }),

  errorBody: ({ type, message }) => ({ type: 'error', error: { type, message } }),

  aside(path) {
    if (path.endsWith('/v1/messages/count_tokens')) return { input_tokens: 10 }
    // Also the list that OpenAI's clients ask for: the two differ in fields that both sides ignore.
    if (!path.endsWith('/models')) return undefined
    const model = { id: modelName, type: 'model', object: 'model', display_name: 'Fake', created: 0 }
    return { object: 'list', data: [model], has_more: false, first_id: modelName, last_id: modelName }
  },
}

/** Claude Code puts its own texts into messages of the user. */
const addedByClaude = /^(<system-reminder>|\[Request interrupted by user)/

function messageFrame(body: Json): Json {
  const usage = {
    input_tokens: 10,
    output_tokens: 1,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  }
  const id = `msg_${randomUUID()}`
  return { id, type: 'message', role: 'assistant', model: body['model'], stop_sequence: null, usage }
}

interface Block {
  start: Json
  /** Everything at once; undefined for the text, which goes word by word. */
  delta?: Json
  whole: Json
}

function blocksOf(reply: Reply): Block[] {
  const blocks: Block[] = []
  if (reply.text !== undefined) {
    blocks.push({ start: { type: 'text', text: '' }, whole: { type: 'text', text: reply.text } })
  }
  for (const { name, input } of reply.toolCalls ?? []) {
    const call = { type: 'tool_use', id: `toolu_${randomUUID()}`, name }
    const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) }
    blocks.push({ start: { ...call, input: {} }, delta, whole: { ...call, input } })
  }
  return blocks
}

function stopReason(reply: Reply): string {
  return reply.toolCalls?.length ? 'tool_use' : 'end_turn'
}
