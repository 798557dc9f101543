import { lstatSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allowAllContent, allowAllFilePath, isAllowAllFileValid } from '../../src/iterm2/allow-all-file.ts'
import { CredentialSource } from '../../src/iterm2/credentials.ts'
import { type FakeOsascript, installFakeOsascript } from '../support/fake-osascript.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { startTerminal, makeClient } = useIterm2()
let osascript: FakeOsascript

beforeEach(() => {
  osascript = installFakeOsascript()
  osascript.answer('status', { text: 'running' })
  osascript.answer('cookie', { text: 'fresh-cookie fresh-key' })
})
afterEach(() => osascript.uninstall())

/** A client of a Mac whose iTerm2 is the scripted terminal. */
async function onMac(extraEnv: NodeJS.ProcessEnv = {}) {
  const terminal = await startTerminal()
  const env: NodeJS.ProcessEnv = { HOME: mkdtempSync(join(homedir(), 'm-')), ...extraEnv }
  const client = makeClient({ socketPath: terminal.socketPath, env, platform: 'darwin', name: 'tester' })
  const cookies = () => terminal.handshakes.map(({ headers }) => headers['x-iterm2-cookie'])
  return { terminal, client, env, cookies }
}

describe('the cookie', () => {
  it('comes from the environment, which loses it, and is used once', async () => {
    const { terminal, client, env, cookies } = await onMac({
      ITERM2_COOKIE: 'from-env',
      ITERM2_KEY: 'key-env',
    })
    await client.connect()
    expect(terminal.handshakes[0]?.headers).toMatchObject({
      'x-iterm2-cookie': 'from-env',
      'x-iterm2-key': 'key-env',
    })
    expect(env).not.toHaveProperty('ITERM2_COOKIE')
    expect(env).not.toHaveProperty('ITERM2_KEY')
    expect(osascript.scripts()).toEqual([])
    const back = new Promise<void>((resolve) => client.once('reconnected', resolve))
    terminal.drop()
    await back
    expect(cookies()).toEqual(['from-env', 'fresh-cookie'])
  })

  it('is asked for through AppleScript, with the name as code points, when iTerm2 runs', async () => {
    const { terminal, client } = await onMac()
    await client.connect()
    expect(terminal.handshakes[0]?.headers).toMatchObject({
      'x-iterm2-cookie': 'fresh-cookie',
      'x-iterm2-key': 'fresh-key',
    })
    const [script = ''] = osascript.cookieRequests()
    expect(script).toContain('set clientNameCodes to {116,101,115,116,101,114}')
    expect(script).toContain('request cookie and key for app named clientName')
  })

  it('may come without a key', async () => {
    osascript.answer('cookie', { text: 'only-cookie' })
    const { terminal, client } = await onMac()
    await client.connect()
    expect(terminal.handshakes[0]?.headers).toMatchObject({ 'x-iterm2-cookie': 'only-cookie' })
    expect(terminal.handshakes[0]?.headers).not.toHaveProperty('x-iterm2-key')
  })

  it('is asked of the application that IT2_APP_PATH names', async () => {
    const { client } = await onMac({ IT2_APP_PATH: '/A"p' })
    await client.connect()
    for (const script of osascript.scripts()) {
      expect(script).toContain('set targetNameCodes to {47,65,34,112}')
    }
  })

  it('is asked for once more after a 401, and only once', async () => {
    const { terminal, client, cookies } = await onMac({ ITERM2_COOKIE: 'stale' })
    terminal.refuseNext('401 Unauthorized')
    await client.connect()
    expect(cookies()).toEqual(['stale', 'fresh-cookie'])
    terminal.refuseNext('401 Unauthorized')
    terminal.refuseNext('401 Unauthorized')
    const failed = new Promise((resolve) => {
      client.on('state', (report) => report.state === 'auth-failed' && resolve(report))
    })
    terminal.drop()
    await failed
    expect(terminal.handshakes).toHaveLength(4)
  })

  it('comes from the function of the caller for every connect, and again after a 401', async () => {
    const terminal = await startTerminal()
    let count = 0
    const client = makeClient({ socketPath: terminal.socketPath, cookie: async () => `cookie-${++count}` })
    terminal.refuseNext('401 Unauthorized')
    await client.connect()
    const back = new Promise<void>((resolve) => client.once('reconnected', resolve))
    terminal.drop()
    await back
    const sent = terminal.handshakes.map(({ headers }) => headers['x-iterm2-cookie'])
    expect(sent).toEqual(['cookie-1', 'cookie-2', 'cookie-3'])
  })

  it('is used again where there is no AppleScript to ask for another', async () => {
    const env = { HOME: homedir(), ITERM2_COOKIE: 'reusable' }
    const source = new CredentialSource({ name: 'n', env, platform: 'linux' })
    expect((await source.obtain()).credentials).toEqual({ cookie: 'reusable' })
    expect(env).not.toHaveProperty('ITERM2_COOKIE')
    const again = await source.obtain()
    expect(again.credentials).toEqual({ cookie: 'reusable' })
    expect(await source.obtainAfterRefusal(again)).toBeUndefined()
    expect(await source.obtain()).toEqual({ source: 'none', credentials: undefined })
    expect(osascript.scripts()).toEqual([])
  })
})

describe('a refusal by AppleScript', () => {
  it.each([
    [1, 'api-disabled', 'api-disabled'],
    [2, 'cookie-denied', 'auth-failed'],
    [-2740, 'terminal-too-old', 'connect-failed'],
    [-2741, 'terminal-too-old', 'connect-failed'],
    [-1743, 'automation-denied', 'auth-failed'],
    [-600, 'not-running', 'not-running'],
    [-1712, 'applescript-failed', 'auth-failed'],
  ])('with number %i is the error %s and the state %s', async (number, code, state) => {
    osascript.answer('cookie', { error: number })
    const { terminal, client } = await onMac()
    await expect(client.connect()).rejects.toMatchObject({ code, hint: expect.stringMatching(/\.$/) })
    expect(client.report.state).toBe(state)
    expect(terminal.handshakes).toEqual([])
  })

  it.each(['not-running', 'not-installed'])('that says %s does not start iTerm2', async (status) => {
    osascript.answer('status', { text: status })
    const { client } = await onMac()
    await expect(client.connect()).rejects.toMatchObject({ code: status })
    expect(osascript.cookieRequests()).toEqual([])
  })

  it('because there is no osascript is an error like any other', async () => {
    const path = process.env['PATH']
    process.env['PATH'] = homedir()
    try {
      const { client } = await onMac()
      await expect(client.connect()).rejects.toMatchObject({ code: 'applescript-failed' })
    } finally {
      process.env['PATH'] = path
    }
  })

  it('that never comes ends with the client', async () => {
    osascript.answer('cookie', { hangs: true })
    const { client } = await onMac()
    const failure = expect(client.connect()).rejects.toMatchObject({ code: 'applescript-failed' })
    await expect.poll(() => osascript.cookieRequests().length).toBe(1)
    await client.close()
    await failure
  })
})

describe('the allow-all file', () => {
  const uid = process.getuid?.() ?? 0

  function makeFile(content: (path: string) => string): { env: NodeJS.ProcessEnv; path: string } {
    const env = { HOME: mkdtempSync(join(homedir(), 'a-')) }
    const path = allowAllFilePath(env)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content(path))
    return { env, path }
  }

  it('holds its own path in hex and the marker', () => {
    expect(allowAllContent('/a b')).toBe('2f612062 61DF88DC-3423-4823-B725-22570E01C027')
  })

  it('takes the place of a cookie when it is valid', async () => {
    const { env } = makeFile(allowAllContent)
    const source = new CredentialSource({ name: 'n', env, platform: 'darwin', allowAllOwnerUid: uid })
    expect(await source.obtain()).toEqual({ source: 'allow-all-file', credentials: undefined })
    expect(osascript.scripts()).toEqual([])
  })

  it('gives way to a cookie when the terminal refuses it all the same', async () => {
    const { env } = makeFile(allowAllContent)
    const source = new CredentialSource({ name: 'n', env, platform: 'darwin', allowAllOwnerUid: uid })
    const fresh = await source.obtainAfterRefusal(await source.obtain())
    expect(fresh?.credentials).toEqual({ cookie: 'fresh-cookie', key: 'fresh-key' })
  })

  it.each<[string, (path: string) => string]>([
    ['a newline at the end', (path) => `${allowAllContent(path)}\n`],
    ['the path of another file', (path) => allowAllContent(`${path}x`)],
    ['nothing', () => ''],
    ['other text of the same size', (path) => 'x'.repeat(allowAllContent(path).length)],
  ])('counts for nothing with %s', async (_what, content) => {
    expect(await isAllowAllFileValid(makeFile(content).path, uid)).toBe(false)
  })

  it('counts for nothing when another user owns it', async () => {
    expect(await isAllowAllFileValid(makeFile(allowAllContent).path, uid + 1)).toBe(false)
  })

  it('counts for nothing when it is a link, even to a valid file', async () => {
    const { path } = makeFile(allowAllContent)
    const link = join(dirname(path), 'link')
    writeFileSync(path, allowAllContent(link))
    symlinkSync(path, link)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(await isAllowAllFileValid(link, uid)).toBe(false)
  })

  it('counts for nothing when it is a directory, or not there', async () => {
    const directory = mkdtempSync(join(homedir(), 'd-'))
    expect(await isAllowAllFileValid(directory, uid)).toBe(false)
    expect(await isAllowAllFileValid(join(directory, 'none'), uid)).toBe(false)
  })
})
