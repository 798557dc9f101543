/** OpenAI Chat Completions, as Qwen Code, opencode and aider speak it. */
import { randomUUID } from 'node:crypto'
import { type Dialect, type Json, objectsIn, type Reply, type Turn, textIn } from './dialect.ts'

export const openaiChat: Dialect = {
  matches: (path) => path.endsWith('/chat/completions'),
  streams: (_path, body) => body['stream'] === true,

  readTurn(body): Turn {
    let prompt = ''
    let toolResults: string[] = []
    for (const { role, content } of objectsIn(body['messages'])) {
      if (role === 'tool') toolResults.push(textIn(content))
      if (role !== 'user') continue
      prompt = textIn(content)
      toolResults = []
    }
    const tools = objectsIn(body['tools']).flatMap((tool) => objectsIn([tool['function']]))
    return { api: 'openai-chat', prompt, toolResults, tools: tools.map(({ name }) => String(name)), body }
  },

  async writeReply(reply, stream, body) {
    const frame = { ...completionFrame(body), object: 'chat.completion.chunk' }
    const chunk = (delta: Json, finish_reason: string | null = null) =>
      stream.event({ ...frame, choices: [{ index: 0, delta, finish_reason }] })
    chunk({ role: 'assistant', content: '' })
    await stream.pause(reply.thinkMs)
    await stream.words(reply, (content) => chunk({ content }))
    for (const [index, call] of toolCallsOf(reply).entries()) chunk({ tool_calls: [{ index, ...call }] })
    chunk({}, finishReason(reply))
  },

  wholeReply(reply, body) {
    const calls = toolCallsOf(reply)
    const message = {
      role: 'assistant',
      content: reply.text ?? null,
      ...(calls.length > 0 && { tool_calls: calls }),
    }
    const choice = { index: 0, message, finish_reason: finishReason(reply) }
    return { ...completionFrame(body), object: 'chat.completion', choices: [choice] }
  },

  errorBody: ({ type, message }) => ({ error: { type, code: type, message } }),

  aside: () => undefined,
}

function completionFrame(body: Json): Json {
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 }
  return { id: `chatcmpl-${randomUUID()}`, created: 0, model: body['model'], usage }
}

function toolCallsOf(reply: Reply): Json[] {
  return (reply.toolCalls ?? []).map(({ name, input }) => ({
    id: `call_${randomUUID()}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }))
}

function finishReason(reply: Reply): string {
  return reply.toolCalls?.length ? 'tool_calls' : 'stop'
}
