/** Webhooks: signed, tried again when that may help, never with a secret in what is logged. */
import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { plainText } from '../../lib/plain-text.ts'
import { stopAfter } from '../../lib/stop-after.ts'
import { ownVersion } from '../../lib/version.ts'
import type { Notice } from './notice.ts'
import { type Notifier, NotifierError } from './notifier.ts'
import type { WebhookConfig } from './notifier-config.ts'
import { readSecret } from './read-secret.ts'
import { requestFor } from './webhook-shapes.ts'

export interface WebhookDeps {
  env: NodeJS.ProcessEnv
  /** Directory that relative paths of files start from. */
  base: string
  /** First pause between two tries; the next ones are twice as long each. In ms. */
  firstPauseMs?: number
  /** 0 to 1; Math.random unless a test wants to know. */
  random?: () => number
}

/** First and longest pause between two tries, and the longest that a receiver may ask for, in ms. */
const defaultPauseMs = 500
const longestPauseMs = 30_000
const longestWishMs = 60_000

/** So much of a refusal is shown, in characters. */
const shownAnswer = 200

export function webhookNotifier(config: WebhookConfig, deps: WebhookDeps): Notifier {
  return { name: config.name, send: (notice, signal) => post(config, deps, notice, signal) }
}

async function post(
  config: WebhookConfig,
  deps: WebhookDeps,
  notice: Notice,
  signal: AbortSignal,
): Promise<void> {
  const { env, base, firstPauseMs = defaultPauseMs, random = Math.random } = deps
  const address =
    readSecret('url', { value: config.url, env: config.urlEnv, file: config.urlFile }, env, base) ?? ''
  const token = readSecret('token', { env: config.tokenEnv, file: config.tokenFile }, env, base)
  const secret = readSecret('secret', { env: config.secretEnv, file: config.secretFile }, env, base)
  const { url, body } = requestFor(config.shape, checkedUrl(address, config.insecure), notice)
  const hide = (text: string) => withoutSecrets(text, [address, url.href, token, secret])
  for (let attempt = 1; ; attempt++) {
    const headers = { ...headersOf(notice, token), ...signature(secret, body) }
    const outcome = await tryOnce(url, headers, body, config.timeoutSeconds * 1_000, signal)
    if (outcome.ok) return
    const reason = hide(`${url.origin} ${outcome.why}`)
    signal.throwIfAborted()
    if (!outcome.again) throw new NotifierError('refused', reason)
    if (attempt >= config.attempts) {
      throw new NotifierError(
        outcome.timeout ? 'timeout' : 'failed',
        `${reason} (${attempt === 1 ? 'one try' : `${attempt} tries`})`,
      )
    }
    const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs)
    // Half of it by chance, so that many who failed together do not come back together.
    const wait = Math.max(pause / 2 + (pause / 2) * random(), Math.min(outcome.wishMs ?? 0, longestWishMs))
    await sleep(wait, undefined, { signal })
  }
}

/** @throws {NotifierError} `misconfigured`: a notice may hold what nobody else should read. */
function checkedUrl(address: string, insecure: boolean): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new NotifierError('misconfigured', 'The url is none for http.')
  if (url.protocol === 'https:' || insecure || isLoopback(url.hostname)) return url
  throw new NotifierError(
    'misconfigured',
    `${url.origin} is not encrypted. Use https, or allow it with "insecure: true".`,
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function headersOf(notice: Notice, token: string | undefined): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': `iterm-orch/${ownVersion()}`,
    // The same in every try, so that a receiver takes it once.
    'x-iterm-orch-id': notice.id,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
}

/** HMAC-SHA256 over `<unix seconds>.<body>`: what is old or changed can be told from what is not. */
function signature(secret: string | undefined, body: string): Record<string, string> {
  if (secret === undefined) return {}
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return { 'x-iterm-orch-timestamp': timestamp, 'x-iterm-orch-signature': `sha256=${mac}` }
}

type Outcome =
  | { ok: true }
  | { ok: false; why: string; again: boolean; timeout: boolean; wishMs?: number | undefined }

async function tryOnce(
  url: URL,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const stop = stopAfter(timeoutMs, signal)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // Elsewhere nobody is meant to read it.
      redirect: 'manual',
      signal: stop,
    })
    const said = await beginningOf(answer)
    if (answer.ok) return { ok: true }
    const { status } = answer
    const why = `answered ${status}${said === '' ? '' : `: ${said}`}`
    const again = status >= 500 || status === 429 || status === 408
    return { ok: false, why, again, timeout: false, wishMs: wishOf(answer.headers.get('retry-after')) }
  } catch (error) {
    if (stop.aborted && !signal.aborted)
      return { ok: false, why: `did not answer within ${timeoutMs / 1_000} s`, again: true, timeout: true }
    return { ok: false, why: `cannot be reached: ${causeOf(error)}`, again: true, timeout: false }
  }
}

/** The first piece that came; the rest is not waited for. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return plainText(Buffer.from(value ?? []).toString('utf8'), shownAnswer)
}

/** `Retry-After`: seconds or a date. */
function wishOf(header: string | null): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

/** fetch says only "fetch failed"; the reason is inside. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}

function withoutSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce(
    (result: string, secret) => (secret ? result.replaceAll(secret, '[redacted]') : result),
    text,
  )
}
