/** What is known of an agent's work without a terminal, from what it printed. */
import type { Json } from './json.ts'

/** Why it did not do what it was to do. */
export interface Trouble {
  kind: 'limit' | 'login' | 'api' | 'context' | 'budget' | 'interrupted' | 'other'
  /** For people, a sentence or a part of one; with the time when a limit is over, if the agent told it. */
  text: string
}

/** Something that it wanted to do and was not allowed to. */
export interface Denied {
  tool: string
  /** The command, or the file. */
  what?: string
  /** As it was told to the agent. */
  why?: string
}

/** Tokens. */
export interface Usage {
  input_tokens?: number
  output_tokens?: number
  cache_read_tokens?: number
  cache_write_tokens?: number
}

/** As it stands in the result of a task. */
export interface HeadlessOutput {
  /** Its last words. */
  summary: string
  usage?: Usage
  /** US dollars, as it counts them. */
  cost_usd?: number
  session_id?: string
  turns?: number
}

export interface HeadlessReport {
  /** What it says itself; undefined when it did not come to its end, or does not say. */
  ok: boolean | undefined
  trouble: Trouble | undefined
  denied: Denied[]
  output: HeadlessOutput
  /** Of the program, and the model that it used, as it says. */
  version?: string
  model?: string
  /** Lines that are none of its messages. */
  strayLines: number
}

/** Something that happened while it worked, for people who look on. */
export interface HeadlessEvent {
  kind: 'started' | 'said' | 'tool' | 'denied' | 'retry' | 'trouble' | 'ended'
  /** One line. */
  text: string
}

/** Takes one message into the report. */
export type FormatReader = (message: Json, report: HeadlessReport) => HeadlessEvent[]
