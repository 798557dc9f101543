// The scripting half of the host through its socket: real sessions on real PTYs, two real clients.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type RunningHost, runHost } from '../../src/host/index.ts'
import {
  type Client,
  getAllVariables,
  getVariable,
  getVariables,
  Client as Iterm2Client,
  invocation,
  invokeFunction,
  listProfiles,
  readDefaultProfile,
  readSessionProfile,
  registerTitleProvider,
  setProfileProperties,
  setVariable,
  variable,
  watchVariable,
} from '../../src/iterm2/index.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { NotificationResponseStatus } from '../../src/messages/iterm2.ts'

let host: RunningHost
let client: Client
let script: Client

beforeEach(async () => {
  const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(process.env['HOME'] ?? tmpdir(), 'h-')) })
  host = await runHost({ home })
  const connect = async () => {
    const cookie = readFileSync(host.cookiePath, 'utf8').trim()
    const connected = new Iterm2Client({ socketPath: host.socketPath, cookie, reconnect: false })
    await connected.connect()
    return connected
  }
  client = await connect()
  script = await connect()
})

afterEach(async () => {
  await client.close()
  await script.close()
  await host.close()
})

/** Opens a window whose session runs a command; gives its id. */
async function open(command: string, changes: Record<string, unknown> = {}): Promise<string> {
  const properties = Object.entries({ 'Custom Command': 'Yes', Command: command, ...changes })
  const customProfileProperties = properties.map(([key, value]) => ({
    key,
    jsonValue: JSON.stringify(value),
  }))
  const { sessionId = '' } = await client.request('createTab', { customProfileProperties })
  return sessionId
}

describe('a client of the host', () => {
  it('reads what a program sets, and the process table, as variables', async () => {
    const encoded = Buffer.from('from within').toString('base64')
    const command = `sh -c 'printf "\\\\033]1337;SetUserVar=phase=${encoded}\\\\007\\\\033]2;My title\\\\007"; exec sleep 60'`
    const session = await open(command)
    await vi.waitFor(async () => {
      const values = await getVariables(client, { session }, ['user.phase', 'name', 'tab.title', 'jobName'])
      expect(values).toEqual({
        'user.phase': 'from within',
        name: 'My title',
        'tab.title': 'My title',
        jobName: 'sleep',
      })
    }, 10_000)
    const all = await getAllVariables(client, { session })
    expect(all).toMatchObject({ id: session, columns: '80', rows: '25', 'user.phase': 'from within' })
    expect(all['tty']).toMatch(/^\/dev\//)
    expect(await getVariable(client, 'app', 'pid')).toBe(process.pid)
  })

  it('is told when a variable changes, by whomever', async () => {
    const session = await open('cat')
    const phases = await watchVariable(client, { session }, 'user.phase')
    expect(await phases.next()).toMatchObject({ value: { value: null } })
    await setVariable(script, { session }, 'user.phase', ['a', true])
    expect(await phases.next()).toMatchObject({ value: { identifier: session, value: ['a', true] } })
    const data = `\x1b]1337;SetUserVar=phase=${Buffer.from('b').toString('base64')}\x07`
    await script.request('inject', { sessionId: [session], data: Buffer.from(data) })
    expect(await phases.next()).toMatchObject({ value: { identifier: session, value: 'b' } })
    await phases.close()
  })

  it('is told when the job in a session changes', async () => {
    const session = await open('sh')
    const jobs = await watchVariable(client, { session }, 'jobName')
    await client.request('sendText', { session, text: 'exec sleep 60\r' })
    for await (const { value } of jobs) if (value === 'sleep') break
    await jobs.close()
  })

  it('changes profiles, of one session and stored', async () => {
    const session = await open('cat')
    const stored = await readDefaultProfile(client)
    await setProfileProperties(client, { session }, { badgeText: 'mine' })
    const copy = await readSessionProfile(client, session)
    expect(copy.get('badgeText')).toBe('mine')
    expect(copy.get('guid')).not.toBe(stored.get('guid'))
    await setProfileProperties(client, { guids: [String(stored.get('guid'))] }, { name: 'Renamed' })
    expect((await listProfiles(script)).map((profile) => profile.get('name'))).toEqual(['Renamed'])
    expect(await getVariable(client, { session }, 'badge')).toBe('mine')
  })

  it('invokes functions of the host with any text as argument', async () => {
    const session = await open('cat')
    const name = 'a "quoted" \\(id) \\ \u0007 é 😀'
    await invokeFunction(client, { method: session }, invocation('iterm2.set_name', { name }))
    expect(await getVariable(client, { session }, 'name')).toBe(name)
    const count = invocation('iterm2.count', {
      array: ['x', variable('id'), variable('user.none', { optional: true })],
    })
    expect(await invokeFunction(client, { session }, count)).toBe(3)
    const unsupported = invokeFunction(client, 'app', invocation('iterm2.alert', { title: 'x' }))
    await expect(unsupported).rejects.toMatchObject({ code: 'rejected', status: 'FAILED' })
    const { windows = [] } = await client.request('listSessions', {})
    expect(windows[0]?.tabs?.[0]?.root?.links?.[0]?.session?.title).toBe(name)
  })

  it('calls a function that another registered, until that one is gone', async () => {
    const session = await open('cat')
    await script.registerFunction(
      { name: 'describe', arguments: ['what', 'where'], defaults: { where: 'session.id' } },
      ({ what, where }) => {
        if (what === 'trouble') throw new Error('trouble it is')
        return { what: what ?? null, where: where ?? null }
      },
    )
    const ask = (what: string) => invokeFunction(client, { session }, invocation('describe', { what }))
    expect(await ask('this')).toEqual({ what: 'this', where: session })
    await expect(ask('trouble')).rejects.toThrow('trouble it is')
    const taken = client.registerFunction({ name: 'describe', arguments: ['where', 'what'] }, () => null)
    const status = Object.entries(NotificationResponseStatus).find(([, number]) => number === 5)?.[0]
    await expect(taken).rejects.toMatchObject({ status })
    await script.close()
    await vi.waitFor(() => expect(ask('this')).rejects.toThrow('no function describe'), 10_000)
  })

  it('may make the titles of sessions', async () => {
    await registerTitleProvider(
      script,
      {
        name: 'shout',
        arguments: ['mood'],
        defaults: { mood: 'user.mood?' },
        identifier: 'com.example.shout',
        displayName: 'Shouting',
      },
      ({ mood }) => `${mood ?? 'calm'}!`,
    )
    const session = await open('cat', {
      'Title Components': 16,
      'Title Function': ['Shouting', 'com.example.shout'],
    })
    const titles = await watchVariable(client, { session }, 'presentationName')
    for await (const { value } of titles) if (value === 'calm!') break
    await setVariable(client, { session }, 'user.mood', 'loud')
    await vi.waitFor(async () =>
      expect(await getVariable(client, { session }, 'presentationName')).toBe('loud!'),
    )
  })
})
