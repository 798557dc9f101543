import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json, Reply, Turn } from './model-server/dialect.ts'
import { overloaded, promptTooLong, unauthorized, usageLimit } from './model-server/refusals.ts'
import { ModelServer } from './model-server/server.ts'
import { ask, runCommand, writeFile } from './model-server/tools.ts'

let server: ModelServer
let answer: (turn: Turn) => Reply | Promise<Reply>
beforeEach(async () => {
  answer = () => ({ text: 'Hello from the model.' })
  server = await ModelServer.start((turn) => answer(turn))
})
afterEach(() => server.close())

function post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(server.url + path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: signal ?? null,
  })
}

/** The data of all server-sent events. */
async function events(response: Response): Promise<Json[]> {
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '))
  return lines.map((line) => JSON.parse(line.slice('data: '.length)))
}

/** Every text below `key`, in order. */
function textsAt(value: unknown, key: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === 'string' ? [inner] : textsAt(inner, key),
  )
}

const anthropicTools = [{ name: 'Bash' }, { name: 'Write' }, { name: 'AskUserQuestion' }]
const chatTools = [{ type: 'function', function: { name: 'run_shell_command' } }]
const responsesTools = [{ type: 'function', name: 'exec_command' }]
const geminiTools = [{ functionDeclarations: [{ name: 'run_shell_command' }] }]

/** One request of each agent: the user says "create it", and gets a stream. */
const requests = {
  anthropic: {
    path: '/v1/messages?beta=true',
    body: {
      model: 'm',
      stream: true,
      tools: anthropicTools,
      messages: [{ role: 'user', content: 'create it' }],
    },
    textKey: 'text',
    argumentsKey: 'partial_json',
  },
  'openai-responses': {
    path: '/v1/responses',
    body: {
      model: 'm',
      stream: true,
      tools: responsesTools,
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'create it' }] }],
    },
    textKey: 'delta',
    argumentsKey: 'arguments',
  },
  'openai-chat': {
    path: '/v1/chat/completions',
    body: {
      model: 'm',
      stream: true,
      tools: chatTools,
      messages: [{ role: 'user', content: 'create it' }],
    },
    textKey: 'content',
    argumentsKey: 'arguments',
  },
  gemini: {
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    body: { tools: geminiTools, contents: [{ role: 'user', parts: [{ text: 'create it' }] }] },
    textKey: 'text',
    argumentsKey: 'command',
  },
} as const
const apis = Object.keys(requests) as (keyof typeof requests)[]

describe.each(apis)('%s', (api) => {
  const { path, body, textKey, argumentsKey } = requests[api]

  it('streams the words of the script, whatever they are', async () => {
    const text = 'Two  words,\n\n 新しい “glyphs” ❯ 1. Yes\n'
    answer = () => ({ text, pieceMs: 1 })
    const said = textsAt(await events(await post(path, body)), textKey).filter((piece) => piece !== '')
    expect(said.join('')).toContain(text)
    expect(server.turns).toMatchObject([{ api, prompt: 'create it', toolResults: [] }])
  })

  it('calls a tool by the name that the agent offers', async () => {
    answer = (turn) => ({ toolCalls: [runCommand(turn, 'touch it')] })
    const received = await events(await post(path, body))
    expect(textsAt(received, argumentsKey).join()).toContain('touch it')
    expect(textsAt(received, 'name')).toContain(server.turns[0]?.tools[0])
  })

  it('refuses with the status, the words and the headers of the script', async () => {
    for (const refusal of [usageLimit, overloaded, promptTooLong, unauthorized]) {
      answer = () => ({ refusal })
      const response = await post(path, body)
      expect(response.status).toBe(refusal.status)
      expect(await response.json()).toMatchObject({ error: { message: refusal.message } })
    }
    answer = () => ({ refusal: usageLimit })
    expect((await post(path, body)).headers.get('retry-after')).toBe('3600')
  })

  it('breaks the connection off in the middle of an answer', async () => {
    answer = () => ({ text: 'one two three', breakAfter: 2 })
    const response = await post(path, body)
    let received = ''
    const reading = async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) received += decoder.decode(chunk, { stream: true })
    }
    await expect(reading()).rejects.toThrow()
    expect(received).toContain('"two "')
    expect(received).not.toContain('three')
  })

  it('answers a request without tools by itself', async () => {
    const { tools: _, ...aside } = body
    answer = () => {
      throw new Error('the script is not asked')
    }
    expect(textsAt(await events(await post(path, aside)), textKey).join('')).toContain('A title')
    expect(server.turns).toEqual([])
    expect(server.sideTurns).toHaveLength(1)
  })
})

describe('the model server', () => {
  it('holds an answer back until the script gives it', async () => {
    let release: (reply: Reply) => void = () => {}
    answer = () =>
      new Promise((resolve) => {
        release = resolve
      })
    const { path, body } = requests.anthropic
    const pending = post(path, body)
    expect(await server.turn(({ prompt }) => prompt === 'create it')).toMatchObject({
      tools: ['Bash', 'Write', 'AskUserQuestion'],
    })
    release({ text: 'at last' })
    expect(textsAt(await events(await pending), 'text').join('')).toContain('at last')
  })

  it('gives one object where no stream is asked for', async () => {
    answer = (turn) => ({ text: 'Done.', toolCalls: [runCommand(turn, 'touch it')] })
    for (const api of ['anthropic', 'openai-responses', 'openai-chat'] as const) {
      const { path, body } = requests[api]
      const whole = await (await post(path, { ...body, stream: false })).text()
      expect(whole).toContain('Done.')
      expect(whole).toContain('touch it')
    }
    const path = requests.gemini.path.replace('streamGenerateContent?alt=sse', 'generateContent')
    expect(await (await post(path, requests.gemini.body)).json()).toMatchObject({
      candidates: [
        { content: { parts: [{ text: 'Done.' }, { functionCall: { args: { command: 'touch it' } } }] } },
      ],
    })
  })

  it('tells what the user said from what agents add, and results from prompts', async () => {
    const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'denied' }] }
    const reminder = { type: 'text', text: '<system-reminder>be good</system-reminder>' }
    const first = { role: 'user', content: [reminder, { type: 'text', text: 'create it' }] }
    const { path, body } = requests.anthropic
    await post(path, { ...body, messages: [first, { role: 'user', content: [result, reminder] }] })
    const next = { type: 'text', text: 'something else' }
    await post(path, { ...body, messages: [first, { role: 'user', content: [result, next] }] })
    expect(server.turns).toMatchObject([
      { prompt: 'create it', toolResults: ['denied'] },
      { prompt: 'something else', toolResults: [] },
    ])
  })

  it('reads the results of tools in the other dialects', async () => {
    const { 'openai-responses': responses, 'openai-chat': chat, gemini } = requests
    const output = { type: 'function_call_output', call_id: 'c', output: 'RAN' }
    const environment = {
      role: 'user',
      content: [{ text: '<environment_context>\n…</environment_context>' }],
    }
    await post(responses.path, { ...responses.body, input: [environment, ...responses.body.input, output] })
    const message = { role: 'tool', tool_call_id: 'c', content: 'RAN' }
    await post(chat.path, { ...chat.body, messages: [...chat.body.messages, message] })
    const parts = [{ functionResponse: { name: 'x', response: { output: 'RAN' } } }]
    await post(gemini.path, { ...gemini.body, contents: [...gemini.body.contents, { role: 'user', parts }] })
    expect(server.turns).toMatchObject([
      { prompt: 'create it', toolResults: ['RAN'] },
      { prompt: 'create it', toolResults: ['RAN'] },
      { prompt: 'create it', toolResults: ['{"output":"RAN"}'] },
    ])
  })

  it('answers a classification in the schema that is asked for', async () => {
    const properties = { reason: { type: 'STRING' }, score: { type: 'INTEGER' } }
    const generationConfig = { responseJsonSchema: { type: 'OBJECT', properties } }
    const path = requests.gemini.path.replace('streamGenerateContent?alt=sse', 'generateContent')
    const response = await post(path, { contents: requests.gemini.body.contents, generationConfig })
    const [text = ''] = textsAt(await response.json(), 'text')
    expect(JSON.parse(text)).toEqual({ reason: expect.any(String), score: expect.any(Number) })
  })

  it('counts tokens and lists its models, and keeps note of what it does not understand', async () => {
    const { path, body } = requests.anthropic
    expect(await (await post(path.replace('?', '/count_tokens?'), body)).json()).toEqual({ input_tokens: 10 })
    expect(await (await post('/v1beta/models/m:countTokens', {})).json()).toEqual({ totalTokens: 10 })
    expect(await (await fetch(`${server.url}/v1/models`)).json()).toMatchObject({ data: [{ id: 'fake' }] })
    expect(await (await fetch(`${server.url}/v1beta/models`)).json()).toMatchObject({ models: [{}] })
    expect((await fetch(`${server.url}/v9/strange`)).status).toBe(404)
    expect(server.unknown).toEqual(['GET /v9/strange'])
  })

  it('says which tools there are when the one that the script wants is missing', async () => {
    const { path, body } = requests['openai-chat']
    answer = (turn) => ({ toolCalls: [ask(turn, { question: '?', header: 'H', options: [] })] })
    const response = await post(path, body)
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('among the tools of this turn: run_shell_command')
  })

  it('writes files with a patch where the agent has nothing else', async () => {
    answer = (turn) => ({ toolCalls: [writeFile(turn, '/w/new.ts', 'a\n\nb\n')] })
    const { path, body } = requests['openai-responses']
    const received = textsAt(await events(await post(path, body)), 'arguments').join()
    expect(received).toContain('*** Add File: /w/new.ts\\n+a\\n+\\n+b\\n*** End Patch')
  })
})
