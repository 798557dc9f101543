/** The typed client of the service: HTTP over its unix socket, server-sent events for streams. */
import { type IncomingMessage, request } from 'node:http'
import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { Escalation } from '../escalation/escalation.ts'
import { AccountLimit } from '../escalation/limits/account-limit.ts'
import { OrchError } from '../lib/errors.ts'
import { stopAfter } from '../lib/stop-after.ts'
import {
  AnswerQueued,
  type AnswerRequest,
  AnswerResponse,
  DoctorReport,
  Done,
  Frame,
  Health,
  type InjectRequest,
  InjectResponse,
  type LaunchRequest,
  LaunchResponse,
  OrchEvent,
  type ReadQuery,
  ReadResponse,
  SessionInfo,
  SessionList,
} from './api.ts'
import { Capture } from './capture.ts'
import { answerWaits, connectionError, errorOf, unavailable } from './client-errors.ts'
import {
  type AckRequest,
  type EscalateRequest,
  type EscalationAnswer,
  EscalationAnswered,
  EscalationList,
  type EscalationQuery,
  NextEscalation,
  type NextQuery,
  type SnoozeRequest,
} from './escalation-api.ts'
import { WhyResponse } from './explain.ts'
import { type ClearRequest, LimitList } from './limits-api.ts'

/** Longest wait for an answer that is not a stream; a launch of many sessions takes the longest. */
const answerTimeoutMs = 120_000
/** Longest time that a text waits for its moment when nothing else is said. */
const longestWaitMs = 600_000

export interface EventOptions {
  /** References of sessions; all sessions when absent. */
  sessions?: string[]
  /** Also `screen` events. */
  screens?: boolean
  /** Id of the last event that was seen: those that were stored after it come first. */
  after?: string
  signal?: AbortSignal
}

/**
 * Talks to the service that listens at `socketPath`. Every method throws {@link OrchError}: with the
 * service's own code and hint, or `service-unavailable` when nobody answers.
 */
export class ServiceClient {
  readonly socketPath: string

  constructor(socketPath: string) {
    this.socketPath = socketPath
  }

  health(timeoutMs = 5_000): Promise<Health> {
    return this.call('GET', '/health', Health, undefined, timeoutMs)
  }

  doctor(): Promise<DoctorReport> {
    return this.call('GET', '/doctor', DoctorReport)
  }

  async sessions(): Promise<SessionInfo[]> {
    return (await this.call('GET', '/sessions', SessionList)).sessions
  }

  session(reference: string): Promise<SessionInfo> {
    return this.call('GET', sessionPath(reference), SessionInfo)
  }

  /** Its state, and everything that the state was made of. */
  why(reference: string): Promise<WhyResponse> {
    return this.call('GET', `${sessionPath(reference)}/why`, WhyResponse)
  }

  /** Its screen and what was made of it, redacted, for a report of a fault. */
  capture(reference: string): Promise<Capture> {
    return this.call('GET', `${sessionPath(reference)}/capture`, Capture)
  }

  /** @param onNotice told when the launch was done otherwise than wished, and why */
  async launch(
    launch: z.input<typeof LaunchRequest>,
    onNotice?: (notice: string) => void,
  ): Promise<SessionInfo[]> {
    const { sessions, notice } = await this.call('POST', '/sessions', LaunchResponse, launch)
    if (notice !== undefined) onNotice?.(notice)
    return sessions
  }

  read(reference: string, query: ReadQuery = {}): Promise<ReadResponse> {
    return this.call('GET', `${sessionPath(reference)}/screen?${searchOf(query)}`, ReadResponse)
  }

  inject(reference: string, injection: z.input<typeof InjectRequest>): Promise<InjectResponse> {
    const path = `${sessionPath(reference)}/inject`
    const patience = (injection.waitMs ?? longestWaitMs) + answerTimeoutMs
    return this.call('POST', path, InjectResponse, injection, patience)
  }

  /** @throws {OrchError} `not-confirmed` where it waits in the mailbox, as for an escalation */
  async answer(reference: string, answer: z.input<typeof AnswerRequest>): Promise<AnswerResponse> {
    const schema = z.union([AnswerResponse, AnswerQueued])
    const answered = await this.call('POST', `${sessionPath(reference)}/answer`, schema, answer)
    if ('queued' in answered) throw answerWaits(answered)
    return answered
  }

  /** The open escalations, the oldest first; with `all` the closed ones too. */
  escalations(query: EscalationQuery = {}): Promise<EscalationList> {
    return this.call('GET', `/escalations?${searchOf(query)}`, EscalationList)
  }

  /** By id, or a unique beginning or end of one. */
  escalation(reference: string): Promise<Escalation> {
    return this.call('GET', escalationPath(reference), Escalation)
  }

  /** The next one to look at; undefined when none comes within `waitMs` (a minute at most). */
  async nextEscalation(query: NextQuery = {}, signal?: AbortSignal): Promise<Escalation | undefined> {
    const path = `/escalations/next?${searchOf(query)}`
    return (await this.call('GET', path, NextEscalation, undefined, answerTimeoutMs, signal)).escalation
  }

  async answerEscalation(
    reference: string,
    answer: z.input<typeof EscalationAnswer>,
  ): Promise<EscalationAnswered> {
    const schema = z.union([EscalationAnswered, AnswerQueued])
    const answered = await this.call('POST', `${escalationPath(reference)}/answer`, schema, answer)
    if ('queued' in answered) throw answerWaits(answered)
    return answered
  }

  /** Passes it up. */
  raise(reference: string, request: z.input<typeof EscalateRequest>): Promise<Escalation> {
    return this.call('POST', `${escalationPath(reference)}/raise`, Escalation, request)
  }

  /** The accounts at a limit. */
  limits(): Promise<LimitList> {
    return this.call('GET', '/limits', LimitList)
  }

  /** The limit of an account is over. */
  clearLimit(account: string, request: z.input<typeof ClearRequest> = {}): Promise<AccountLimit> {
    return this.call('POST', `/limits/${encodeURIComponent(account)}/clear`, AccountLimit, request)
  }

  /** Somebody is on it. */
  acknowledge(reference: string, request: z.input<typeof AckRequest> = {}): Promise<Escalation> {
    return this.call('POST', `${escalationPath(reference)}/ack`, Escalation, request)
  }

  /** Nobody is told of it for so long. */
  snooze(reference: string, request: z.input<typeof SnoozeRequest>): Promise<Escalation> {
    return this.call('POST', `${escalationPath(reference)}/snooze`, Escalation, request)
  }

  async focus(reference: string): Promise<void> {
    await this.call('POST', `${sessionPath(reference)}/focus`, Done, {})
  }

  async close(reference: string, options: { force?: boolean } = {}): Promise<void> {
    await this.call('POST', `${sessionPath(reference)}/close`, Done, options)
  }

  rename(reference: string, name: string): Promise<SessionInfo> {
    return this.call('POST', `${sessionPath(reference)}/rename`, SessionInfo, { name })
  }

  /** Starts the program of the session again; `env` is the environment it gets. */
  restart(reference: string, env: Record<string, string> = {}, force = false): Promise<SessionInfo> {
    return this.call('POST', `${sessionPath(reference)}/restart`, SessionInfo, { env, force })
  }

  /** Starts the agent of an ended session again, in its conversation. */
  /** @param tap whether the program runs behind the tap from now on; undefined: as before */
  resume(
    reference: string,
    env: Record<string, string> = {},
    options: { tap?: boolean | undefined; force?: boolean | undefined } = {},
  ): Promise<SessionInfo> {
    return this.call('POST', `${sessionPath(reference)}/resume`, SessionInfo, { env, ...options })
  }

  /** Types bytes as they are (`attach`). */
  async input(reference: string, bytes: Uint8Array): Promise<void> {
    const data = Buffer.from(bytes).toString('base64')
    await this.call('POST', `${sessionPath(reference)}/input`, Done, { data })
  }

  async resize(reference: string, columns: number, rows: number): Promise<void> {
    await this.call('POST', `${sessionPath(reference)}/size`, Done, { columns, rows })
  }

  /** Events as they happen, until `signal` aborts or the service ends (`service-unavailable`). */
  events(options: EventOptions = {}): AsyncGenerator<OrchEvent, void, void> {
    const search = new URLSearchParams(
      (options.sessions ?? []).map((session): [string, string] => ['session', session]),
    )
    if (options.screens) search.set('screens', 'true')
    const headers: Record<string, string> =
      options.after === undefined ? {} : { 'last-event-id': options.after }
    return this.stream(`/events?${search}`, OrchEvent, options.signal, headers)
  }

  /** The screen now and after every change; ends when the session is closed. */
  frames(reference: string, signal?: AbortSignal): AsyncGenerator<Frame, void, void> {
    return this.stream(`${sessionPath(reference)}/attach`, Frame, signal)
  }

  /** Asks the service to end; the sessions go on. */
  async shutdown(timeoutMs = 5_000): Promise<void> {
    await this.call('POST', '/shutdown', Done, {}, timeoutMs)
  }

  async call<S extends z.ZodType>(
    method: string,
    path: string,
    schema: S,
    body?: object,
    timeoutMs = answerTimeoutMs,
    ending?: AbortSignal,
  ): Promise<z.infer<S>> {
    const signal = stopAfter(timeoutMs, ending)
    const response = await this.send(method, path, body, signal)
    const answer = parseJson(await readAll(response, signal))
    const { statusCode = 0 } = response
    if (statusCode !== 200 && statusCode !== 202) throw errorOf(answer, statusCode)
    const parsed = schema.safeParse(answer)
    if (parsed.success) return parsed.data
    throw unavailable('The service gave an answer that this version does not understand.', parsed.error)
  }

  async *stream<S extends z.ZodType>(
    path: string,
    schema: S,
    signal?: AbortSignal,
    headers: Readonly<Record<string, string>> = {},
  ): AsyncGenerator<z.infer<S>, void, void> {
    if (signal?.aborted) return
    const response = await this.send('GET', path, undefined, signal, headers)
    try {
      if (response.statusCode !== 200) {
        throw errorOf(parseJson(await readAll(response, signal)), response.statusCode ?? 0)
      }
      let ended = false
      const ready: z.infer<S>[] = []
      const parser = createParser({
        onEvent: (event) => {
          if (event.event === 'end') ended = true
          else ready.push(schema.parse(parseJson(event.data)))
        },
      })
      response.setEncoding('utf8')
      for await (const chunk of response) {
        parser.feed(chunk)
        for (const item of ready.splice(0)) yield item
        if (ended) return
      }
      if (!signal?.aborted) throw unavailable('The service ended the stream.')
    } catch (error) {
      if (signal?.aborted) return
      throw error instanceof OrchError ? error : unavailable('The stream of the service broke off.', error)
    } finally {
      response.destroy()
    }
  }

  private send(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal | undefined,
    more: Readonly<Record<string, string>> = {},
  ): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const content = payload && { 'content-type': 'application/json', 'content-length': payload.length }
    const headers = { ...more, ...content }
    return new Promise((resolve, reject) => {
      const outgoing = request({
        socketPath: this.socketPath,
        host: 'localhost',
        method,
        path,
        headers,
        ...(signal ? { signal } : {}),
      })
      outgoing.once('response', resolve)
      outgoing.once('error', (error) => reject(connectionError(error, signal)))
      outgoing.end(payload)
    })
  }
}

function sessionPath(reference: string): string {
  return `/sessions/${encodeURIComponent(reference)}`
}

function escalationPath(reference: string): string {
  return `/escalations/${encodeURIComponent(reference)}`
}

function searchOf(query: object): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search
}

async function readAll(response: IncomingMessage, signal: AbortSignal | undefined): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk)
  } catch (error) {
    throw connectionError(error, signal)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unavailable('The service gave an answer that is not JSON.', error)
  }
}
