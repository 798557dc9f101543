import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeState } from '../../src/iterm2/connection-state.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { chooseTerminal } from '../../src/terminal/choose-terminal.ts'
import { isListening } from '../../src/terminal/is-listening.ts'
import { Terminals } from '../../src/terminal/terminals.ts'

describe('the terminal is', () => {
  it('iTerm2 on a Mac where its API can be reached', () => {
    expect(chooseTerminal('auto', 'darwin', describeState('disconnected')).kind).toBe('iterm2')
  })

  it.each(['not-installed', 'not-running', 'api-disabled', 'auth-failed'] as const)(
    'the embedded host when iTerm2 is %s, and says so',
    (state) => {
      const choice = chooseTerminal('auto', 'darwin', describeState(state))
      expect(choice).toMatchObject({
        kind: 'host',
        why: expect.stringContaining(`(${state}) → embedded host`),
      })
      expect(choice.iterm2?.fix).not.toBe('')
    },
  )

  it('the embedded host on other systems', () => {
    const choice = chooseTerminal('auto', 'linux', describeState('unsupported-platform'))
    expect(choice).toMatchObject({ kind: 'host', why: expect.stringContaining('only for macOS') })
  })

  it('the one that was asked for, reachable or not', () => {
    expect(chooseTerminal('iterm2', 'linux', describeState('unsupported-platform')).kind).toBe('iterm2')
    expect(chooseTerminal('host', 'darwin', undefined).kind).toBe('host')
  })
})

describe('a terminal that cannot be used', () => {
  const home = resolveHome()

  it('is refused with its state, and what to do', async () => {
    const terminals = new Terminals({
      home,
      wish: 'iterm2',
      platform: 'linux',
      startHost: async () => undefined,
    })
    await expect(terminals.forLaunch()).rejects.toMatchObject({ code: 'terminal-unavailable', exitCode: 4 })
    await terminals.close()
  })

  it('is an embedded host that does not start', async () => {
    const startHost = () => Promise.reject(new Error('no memory'))
    const terminals = new Terminals({ home, wish: 'host', startHost })
    await expect(terminals.forLaunch()).rejects.toMatchObject({
      code: 'terminal-unavailable',
      message: expect.stringContaining('no memory'),
    })
    await terminals.close()
  })
})

describe('a socket', () => {
  it('listens only while its process does', async () => {
    const path = join(process.env['HOME'] ?? '', 'l.sock')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    expect(await isListening(path)).toBe(true)
    await new Promise((resolve) => server.close(resolve))
    expect(await isListening(path)).toBe(false)
  })
})
