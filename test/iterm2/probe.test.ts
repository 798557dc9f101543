import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ConnectionState, describeState, errorOf, reportOf } from '../../src/iterm2/connection-state.ts'
import { probeIterm2 } from '../../src/iterm2/probe.ts'
import { defaultSocketPath } from '../../src/iterm2/socket-location.ts'
import { type FakeOsascript, installFakeOsascript } from '../support/fake-osascript.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { startTerminal, makeClient } = useIterm2()
let osascript: FakeOsascript

beforeEach(() => {
  osascript = installFakeOsascript()
})
afterEach(() => osascript.uninstall())

function emptyHome(): NodeJS.ProcessEnv {
  return { HOME: mkdtempSync(join(homedir(), 'p-')) }
}

describe('the probe on a Mac', () => {
  it.each<['running' | 'not-running' | 'not-installed', ConnectionState]>([
    ['running', 'api-disabled'],
    ['not-running', 'not-running'],
    ['not-installed', 'not-installed'],
  ])('finds, when there is no socket and iTerm2 is %s, the state %s', async (text, state) => {
    osascript.answer('status', { text })
    const report = await probeIterm2({ env: emptyHome(), platform: 'darwin' })
    expect(report).toEqual(describeState(state))
    expect(osascript.cookieRequests()).toEqual([])
  })

  it('finds everything in place without connecting', async () => {
    osascript.answer('status', { text: 'running' })
    const env = emptyHome()
    const terminal = await startTerminal({ socketPath: defaultSocketPath(env) })
    expect(await probeIterm2({ env, platform: 'darwin' })).toMatchObject({ state: 'disconnected' })
    expect(terminal.handshakes).toEqual([])
  })

  it('does not take a failing osascript for a missing iTerm2', async () => {
    osascript.answer('status', { error: -50 })
    const report = await probeIterm2({ env: emptyHome(), platform: 'darwin' })
    expect(report).toMatchObject({ state: 'connect-failed', reason: expect.stringContaining('-50') })
  })
})

describe('the probe elsewhere', () => {
  it('says that the platform is not supported', async () => {
    expect(await probeIterm2({ env: emptyHome(), platform: 'linux' })).toMatchObject({
      state: 'unsupported-platform',
    })
    expect(osascript.scripts()).toEqual([])
  })

  it('finds a socket that another terminal put into the usual place', async () => {
    const env = emptyHome()
    await startTerminal({ socketPath: defaultSocketPath(env) })
    expect(await probeIterm2({ env, platform: 'linux' })).toMatchObject({ state: 'disconnected' })
  })

  it('does not take a plain file for a socket, nor what cannot be looked at for nothing', async () => {
    const env = emptyHome()
    const socketPath = defaultSocketPath(env)
    mkdirSync(dirname(socketPath), { recursive: true })
    writeFileSync(socketPath, '')
    expect(await probeIterm2({ socketPath })).toMatchObject({ state: 'not-running' })
    const tooLong = join(dirname(socketPath), 'x'.repeat(300))
    expect(await probeIterm2({ socketPath: tooLong })).toMatchObject({ state: 'connect-failed' })
  })
})

describe('a failed connect', () => {
  it('says what the probe finds when there is no socket', async () => {
    osascript.answer('status', { text: 'running' })
    const client = makeClient({ env: emptyHome(), platform: 'darwin' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'api-disabled' })
    expect(client.report).toEqual(describeState('api-disabled'))
  })

  it('tells a socket file that nobody listens on from a running terminal', async () => {
    osascript.answer('status', { text: 'not-running' })
    const env = emptyHome()
    const socketPath = defaultSocketPath(env)
    leaveStaleSocket(socketPath)
    const client = makeClient({ env, platform: 'darwin', cookie: 'c' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'not-running' })
    osascript.answer('status', { text: 'running' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'connect-failed' })
  })
})

describe('every state', () => {
  const states: ConnectionState[] = [
    'unsupported-platform',
    'not-installed',
    'not-running',
    'api-disabled',
    'auth-failed',
    'connect-failed',
    'disconnected',
  ]

  it.each(states)('%s has sentences, and survives being an error', (state) => {
    const report = describeState(state)
    expect(report.reason).toMatch(/\.$/)
    expect(report.fix).toMatch(/\.$/)
    expect(reportOf(errorOf(report))).toEqual(report)
  })

  it('is found for an error that is none of ours', () => {
    expect(reportOf(new Error('odd'))).toMatchObject({ state: 'connect-failed', reason: 'odd' })
  })
})

/** A process that is killed leaves its socket file behind. */
function leaveStaleSocket(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script, path])
}
