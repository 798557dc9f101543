/**
 * A scripted model endpoint on 127.0.0.1 that real agent CLIs talk to: Anthropic Messages, OpenAI Responses
 * and Chat Completions, Gemini. The script says what the "model" answers to each turn; every turn is kept,
 * so that a test can check what an agent really sent.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text as readAll } from 'node:stream/consumers'
import { anthropic } from './anthropic.ts'
import type { Dialect, Json, Reply, Turn } from './dialect.ts'
import { gemini } from './gemini.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import { openStream } from './reply-stream.ts'
import { sideReply } from './side-reply.ts'

/** A promise holds the answer back: the agent works until the test lets it go on. */
export type Script = (turn: Turn) => Reply | Promise<Reply>

const dialects: readonly Dialect[] = [gemini, anthropic, openaiResponses, openaiChat]

export class ModelServer {
  readonly url: string
  /** The turns of conversations, oldest first. */
  readonly turns: Turn[] = []
  /** Requests that offer no tools: agents make titles, summaries and classifications with them. */
  readonly sideTurns: Turn[] = []
  /** Requests that nobody here understands, as `POST /path`; a test that sees one learns something new. */
  readonly unknown: string[] = []
  readonly #server
  #waiters: (() => void)[] = []

  /** Listens on a free port; `script` is not asked about side requests. */
  static async start(script: Script): Promise<ModelServer> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ModelServer(server, script)
  }

  private constructor(server: ReturnType<typeof createServer>, script: Script) {
    this.#server = server
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    this.url = `http://127.0.0.1:${port}`
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response, script).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500)
        response.end(String(error))
      })
    })
  }

  /** The first turn that fits, of those that came or are to come. */
  async turn(fits: (turn: Turn) => boolean): Promise<Turn> {
    for (;;) {
      const found = this.turns.find(fits)
      if (found) return found
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse, script: Script): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname
    const body = parseObject(await readAll(request))
    const dialect = dialects.find((candidate) => candidate.matches(path))
    if (dialect && request.method === 'POST') return this.#answerTurn(dialect, path, body, response, script)
    const aside = dialects.map((candidate) => candidate.aside(path)).find((answer) => answer !== undefined)
    if (!aside) this.unknown.push(`${request.method} ${path}`)
    sendJson(response, aside ? 200 : 404, aside ?? { error: { type: 'not_found_error', message: path } })
  }

  async #answerTurn(
    dialect: Dialect,
    path: string,
    body: Json,
    response: ServerResponse,
    script: Script,
  ): Promise<void> {
    const turn = dialect.readTurn(body)
    const reply = turn.tools.length > 0 ? await this.#keep(turn, script) : this.#answerAside(turn)
    const stream = openStream(response)
    await stream.pause(reply.waitMs)
    if (reply.refusal) {
      sendJson(response, reply.refusal.status, dialect.errorBody(reply.refusal), reply.refusal.headers)
    } else if (dialect.streams(path, body)) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      await dialect.writeReply(reply, stream, body)
      response.end()
    } else {
      await stream.pause(reply.thinkMs)
      sendJson(response, 200, dialect.wholeReply(reply, body))
    }
  }

  #keep(turn: Turn, script: Script): Reply | Promise<Reply> {
    this.turns.push(turn)
    for (const wake of this.#waiters.splice(0)) wake()
    return script(turn)
  }

  #answerAside(turn: Turn): Reply {
    this.sideTurns.push(turn)
    return sideReply(turn.body)
  }
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : {}
  } catch {
    return {}
  }
}
