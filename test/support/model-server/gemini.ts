/** Gemini generateContent, as Gemini CLI speaks it. */
import { type Dialect, type Json, modelName, objectsIn, type Reply, type Turn } from './dialect.ts'

export const gemini: Dialect = {
  matches: (path) => /:(streamGenerateContent|generateContent)$/.test(path),
  streams: (path) => path.endsWith(':streamGenerateContent'),

  readTurn(body): Turn {
    let prompt = ''
    let toolResults: string[] = []
    for (const content of objectsIn(body['contents'])) {
      if (content['role'] === 'model') continue
      const parts = objectsIn(content['parts'])
      const results = parts.flatMap((part) => objectsIn([part['functionResponse']]))
      toolResults.push(...results.map(({ response }) => JSON.stringify(response)))
      const text = parts.map((part) => part['text'] ?? '').join('')
      if (results.length > 0 || text === '') continue
      prompt = text
      toolResults = []
    }
    const declared = objectsIn(body['tools']).flatMap((tool) => objectsIn(tool['functionDeclarations']))
    return { api: 'gemini', prompt, toolResults, tools: declared.map(({ name }) => String(name)), body }
  },

  async writeReply(reply, stream) {
    await stream.pause(reply.thinkMs)
    await stream.words(reply, (text) => stream.event(chunk([{ text }])))
    stream.event(chunk(callsOf(reply), 'STOP'))
  },

  wholeReply: (reply) =>
    chunk([...(reply.text === undefined ? [] : [{ text: reply.text }]), ...callsOf(reply)], 'STOP'),

  errorBody: ({ status, type, message }) => ({ error: { code: status, status: type, message } }),

  aside(path) {
    if (path.endsWith(':countTokens')) return { totalTokens: 10 }
    if (!path.endsWith('/v1beta/models')) return undefined
    return { models: [{ name: `models/${modelName}`, supportedGenerationMethods: ['generateContent'] }] }
  },
}

function chunk(parts: Json[], finishReason?: string): Json {
  const content = { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] }
  return {
    candidates: [{ index: 0, content, ...(finishReason !== undefined && { finishReason }) }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 20, totalTokenCount: 30 },
    modelVersion: modelName,
  }
}

function callsOf(reply: Reply): Json[] {
  return (reply.toolCalls ?? []).map(({ name, input }) => ({ functionCall: { name, args: input } }))
}
