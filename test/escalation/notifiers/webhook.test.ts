import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tell } from '../../../src/escalation/notifiers/notifier.ts'
import { NotifierConfigs, type WebhookConfig } from '../../../src/escalation/notifiers/notifier-config.ts'
import { webhookNotifier } from '../../../src/escalation/notifiers/webhook.ts'
import { never, notice } from './notices.ts'

interface Got {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** What the receiver answers, in turn; the last one again and again. `reset`: it hangs up. */
type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'reset' | 'silence'

let server: Server
let base: string
let answers: Answer[]
let got: Got[]
const directory = mkdtempSync(join(homedir(), 'hook-'))

beforeEach(async () => {
  answers = [{ status: 200 }]
  got = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    got.push({ path: request.url ?? '', headers: request.headers, body })
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'reset'
    if (answer === 'silence') return
    if (answer === 'reset') request.socket.destroy()
    else response.writeHead(answer.status, answer.headers).end(answer.body ?? '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function webhook(config: object = {}, env: NodeJS.ProcessEnv = {}) {
  const all = {
    type: 'webhook',
    name: 'hook',
    ...('urlEnv' in config ? {} : { url: `${base}/in` }),
    ...config,
  }
  const [parsed] = NotifierConfigs.parse([all])
  return webhookNotifier(parsed as WebhookConfig, { env, base: directory, firstPauseMs: 2, random: () => 0 })
}

describe('what a receiver gets', () => {
  it('is the notice as JSON', async () => {
    await webhook().send(notice(), never)
    expect(got).toHaveLength(1)
    expect(got[0]).toMatchObject({ path: '/in', headers: { 'x-iterm-orch-id': notice().id } })
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({ version: 1, ...notice() })
  })

  it('in the shape of ntfy goes to the address above the topic', async () => {
    const link = 'https://example.com/x'
    await webhook({ shape: 'ntfy', url: `${base}/my%20topic` }).send(
      notice({ urgency: 'critical', link }),
      never,
    )
    expect(got[0]?.path).toBe('/')
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({
      topic: 'my topic',
      title: 'fix-login waits for a permission',
      message: expect.stringContaining('1. Yes\n2. No'),
      priority: 5,
      tags: ['permission'],
      click: link,
    })
  })

  it('in the shape of Slack mentions nobody and formats nothing of what the screen says', async () => {
    const body = '<!channel> @here ``` *bold* <https://evil|ok> & co'
    await webhook({ shape: 'slack' }).send(notice({ body, title: '*<@U1> waits' }), never)
    const { text } = JSON.parse(got[0]?.body ?? '')
    expect(text).toMatch(
      /^\*&lt;U1&gt; waits\*\n```\n&lt;!channel&gt; @here ˋˋˋ \*bold\* &lt;https:\/\/evil\|ok&gt; &amp; co\n/,
    )
    expect(text.match(/```/g)).toHaveLength(2)
  })

  it('is signed with its time, with a secret from a file, and carries the token', async () => {
    writeFileSync(join(directory, 'secret'), 's3cret\n')
    await webhook({ secretFile: 'secret', tokenEnv: 'HOOK_TOKEN' }, { HOOK_TOKEN: 'tok-123' }).send(
      notice(),
      never,
    )
    const { headers, body } = got[0] as Got
    const timestamp = headers['x-iterm-orch-timestamp']
    const expected = createHmac('sha256', 's3cret').update(`${timestamp}.${body}`).digest('hex')
    expect(headers['x-iterm-orch-signature']).toBe(`sha256=${expected}`)
    expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(60)
    expect(headers.authorization).toBe('Bearer tok-123')
  })
})

describe('when it does not work', () => {
  it.each<[string, Answer[]]>([
    ['the receiver is in trouble', [{ status: 503 }, { status: 500 }, { status: 200 }]],
    ['there are too many', [{ status: 429, headers: { 'retry-after': '0' } }, { status: 204 }]],
    ['the connection breaks', ['reset', 'reset', { status: 200 }]],
  ])('it is tried again when %s, with the same id', async (_, all) => {
    const tries = all.length
    answers = all
    await webhook().send(notice(), never)
    expect(got).toHaveLength(tries)
    expect(new Set(got.map(({ headers }) => headers['x-iterm-orch-id'])).size).toBe(1)
  })

  it('it waits as long as the receiver asks for', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '1' } }, { status: 200 }]
    const told = await tell(webhook(), notice(), never)
    expect(told.ok).toBe(true)
    // A lower bound, whatever the machine is doing.
    expect(told.ms).toBeGreaterThanOrEqual(990)
  })

  it.each([400, 401, 403, 404, 410])('it is not tried again after %i', async (status) => {
    answers = [{ status, body: 'invalid_token password=hunter2\u001b[2J' }]
    const told = await tell(webhook(), notice(), never)
    expect(told).toMatchObject({ ok: false, code: 'refused' })
    expect(told).toHaveProperty('why', `${base} answered ${status}: invalid_token password=[redacted]`)
    expect(got).toHaveLength(1)
  })

  it('it is not taken elsewhere', async () => {
    answers = [{ status: 302, headers: { location: `${base}/other` } }, { status: 200 }]
    expect(await tell(webhook(), notice(), never)).toMatchObject({ ok: false, code: 'refused' })
    expect(got).toHaveLength(1)
  })

  it('it gives up after so many tries, and says how many', async () => {
    answers = [{ status: 500 }]
    const told = await tell(webhook({ attempts: 3 }), notice(), never)
    expect(told).toMatchObject({ code: 'failed', why: expect.stringContaining('answered 500 (3 tries)') })
    expect(got).toHaveLength(3)
  })

  it('it says that nobody answers, and that nobody is there', async () => {
    answers = ['silence']
    const silent = await tell(webhook({ attempts: 1, timeoutSeconds: 0.2 }), notice(), never)
    expect(silent).toMatchObject({
      code: 'timeout',
      why: expect.stringContaining('did not answer within 0.2 s'),
    })
    server.closeAllConnections()
    server.close()
    const gone = await tell(webhook({ attempts: 2 }), notice(), never)
    expect(gone).toMatchObject({ code: 'failed', why: expect.stringMatching(/ECONNREFUSED.*\(2 tries\)/) })
  })

  it('it stops when nobody waits any longer', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '60' } }]
    const abort = new AbortController()
    const told = tell(webhook(), notice(), abort.signal)
    while (got.length === 0) await new Promise(setImmediate)
    abort.abort()
    expect(await told).toMatchObject({ ok: false, code: 'timeout' })
  })
})

describe('secrets', () => {
  it('of the address, the token and the signature are in no result', async () => {
    const url = `${base}/services/T0/B0/very-secret-path`
    const env = { HOOK_URL: url, TOKEN: 'plain words', KEY: 'other words' }
    answers = [
      { status: 403, body: `no /services/T0/B0/very-secret-path for ${url} with plain words, other words` },
    ]
    const told = await tell(
      webhook({ urlEnv: 'HOOK_URL', tokenEnv: 'TOKEN', secretEnv: 'KEY' }, env),
      notice(),
      never,
    )
    expect(JSON.stringify(told)).toContain('answered 403')
    for (const secret of ['plain words', 'other words']) expect(JSON.stringify(told)).not.toContain(secret)
    expect(JSON.stringify(told)).not.toContain(url)
  })

  it.each([
    [{ tokenEnv: 'NOT_SET' }, 'NOT_SET is not set'],
    [{ secretFile: 'not-there' }, 'not-there'],
    [{ urlEnv: 'NOT_SET' }, 'NOT_SET is not set'],
    [{ url: 'http://example.com/x' }, 'not encrypted'],
    [{ url: 'http://127.0.0.1.example.com/x' }, 'not encrypted'],
  ])('%j is a mistake of the configuration, and nothing is sent', async (config, why) => {
    const told = await tell(webhook(config), notice(), never)
    expect(told).toMatchObject({ ok: false, code: 'misconfigured', why: expect.stringContaining(why) })
    expect(got).toHaveLength(0)
  })
})
