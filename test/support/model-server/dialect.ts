/** What the four model APIs have in common: turns that come in, replies that go out. */

/** One request of an agent that continues its conversation. */
export interface Turn {
  api: 'anthropic' | 'openai-responses' | 'openai-chat' | 'gemini'
  /** The last text that the user wrote, without what the agent adds around it. */
  prompt: string
  /** Results of tools since that text, as text. */
  toolResults: string[]
  /** Names of the tools that the agent offers; empty for side requests such as making a title. */
  tools: string[]
  /** The request as it came. */
  body: Json
}

export type Json = Record<string, unknown>

export interface ToolCall {
  name: string
  input: Json
}

/** What the model does with a turn. */
export interface Reply {
  /** Milliseconds before the first byte, headers included: a model behind a slow network. */
  waitMs?: number
  /** Milliseconds between the beginning of the answer and its first word. */
  thinkMs?: number
  text?: string
  /** Milliseconds after each word of the text. */
  pieceMs?: number
  /** Breaks the connection off after this many words. */
  breakAfter?: number
  toolCalls?: ToolCall[]
  /** Refuses the request instead. */
  refusal?: Refusal
}

/** An answer other than 200; `type` goes into the error object of the API. */
export interface Refusal {
  status: number
  type: string
  message: string
  headers?: Record<string, string>
}

/** How one API is spoken. */
export interface Dialect {
  matches(path: string): boolean
  /** Whether the answer is to be streamed as server-sent events, or sent as one object. */
  streams(path: string, body: Json): boolean
  readTurn(body: Json): Turn
  writeReply(reply: Reply, stream: ReplyStream, body: Json): Promise<void>
  wholeReply(reply: Reply, body: Json): Json
  errorBody(refusal: Refusal): Json
  /** The answer to a question beside the conversation (models, token counts); undefined when it is none. */
  aside(path: string): Json | undefined
}

/** Server-sent events of one answer. */
export interface ReplyStream {
  event(data: Json, name?: string): void
  /** The text of the reply, word by word, with its pauses. */
  words(reply: Reply, write: (word: string) => void): Promise<void>
  pause(milliseconds: number | undefined): Promise<void>
}

/** The models that every list of models has; agents look their own up in it. */
export const modelName = 'fake'

/** The objects of a list that may be missing. */
export function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** Text of a field that is a text, or a list of parts with a `text` each. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  return objectsIn(value)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n')
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
