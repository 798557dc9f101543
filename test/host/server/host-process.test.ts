import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { hostStatus, startHostDetached, stopHost } from '../../../src/host/host-control.ts'
import { runHost } from '../../../src/host/run-host.ts'
import { createHostSession } from '../../../src/host/session/session.ts'
import { resolveHome } from '../../../src/lib/home.ts'
import { RawWebSocket } from '../../conformance/raw-web-socket.ts'
import { clientOf, command, ownHome } from './detached.ts'
import { connect, goodHeaders, newHome, serve } from './serve.ts'

describe('a host in a process of its own', () => {
  it('stops with its sessions, and leaves neither socket nor cookie', async () => {
    const home = ownHome()
    await startHostDetached({ home, command: command(home) })
    const client = await clientOf(home)
    const { createTabResponse } = await client.call({
      createTabRequest: {
        customProfileProperties: [
          { key: 'Custom Command', jsonValue: '"Yes"' },
          { key: 'Command', jsonValue: '"sleep 1000"' },
        ],
      },
    })
    const sessionId = createTabResponse?.sessionId ?? ''
    const { variableResponse } = await client.call({ variableRequest: { sessionId, get: ['pid'] } })
    const pid = Number(variableResponse?.values?.[0])
    expect(() => process.kill(pid, 0)).not.toThrow()
    expect(await stopHost(home)).toBe(true)
    expect(() => process.kill(pid, 0)).toThrow()
    expect(existsSync(home.hostSocket)).toBe(false)
    expect(existsSync(home.hostCookie)).toBe(false)
    expect(await stopHost(home)).toBe(false)
    expect(await hostStatus(home)).toEqual({ running: false, socketPath: home.hostSocket, pid: undefined })
  })

  it.runIf(process.platform === 'linux')('costs nothing while nothing happens', async () => {
    const home = ownHome()
    const { pid } = await startHostDetached({ home, command: command(home) })
    const client = await clientOf(home)
    for (let count = 0; count < 5; count += 1) {
      await client.call({
        createTabRequest: {
          customProfileProperties: [
            { key: 'Custom Command', jsonValue: '"Yes"' },
            { key: 'Command', jsonValue: '"sleep 1000"' },
          ],
        },
      })
    }
    const ticks = () => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(fields[11]) + Number(fields[12])
    }
    // Let node finish what starting has left: compiling, collecting garbage.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const before = ticks()
    await new Promise((resolve) => setTimeout(resolve, 2000))
    // A tick is 10 ms: 2 of 200 would be 1 %.
    expect(ticks() - before).toBeLessThanOrEqual(2)
  })
})

describe('starting the host fails clearly', () => {
  it('when the home has one', async () => {
    const { home } = await serve()
    await expect(runHost({ home })).rejects.toMatchObject({
      code: 'already-running',
      details: { pid: process.pid },
    })
    const other = newHome()
    await expect(runHost({ home: other, socketPath: home.hostSocket })).rejects.toMatchObject({
      code: 'already-running',
    })
  })

  it('when the path of the socket is too long', async () => {
    const home = resolveHome({ ITERM_ORCH_HOME: join(newHome().root, 'x'.repeat(100)) })
    await expect(runHost({ home })).rejects.toMatchObject({ code: 'socket-path-too-long' })
    await expect(startHostDetached({ home, command: command(home) })).rejects.toMatchObject({
      code: 'socket-path-too-long',
    })
  })

  it('when the directory of the socket is open to others', async () => {
    const home = newHome()
    const directory = join(home.root, 'open')
    mkdirSync(directory, { recursive: true })
    chmodSync(directory, 0o755)
    const socketPath = join(directory, 'socket')
    await expect(runHost({ home, socketPath })).rejects.toThrow(/open to other users/)
  })

  it('when the process does not come up, with the last line of its log', async () => {
    const home = ownHome()
    const failing = [process.execPath, '-e', 'console.error("no such luck"); process.exit(3)']
    await expect(startHostDetached({ home, command: failing })).rejects.toMatchObject({
      code: 'terminal-unavailable',
      message: expect.stringContaining('code 3'),
      hint: expect.stringContaining('no such luck'),
    })
    await expect(startHostDetached({ home, command: ['/nonexistent/program'] })).rejects.toMatchObject({
      code: 'terminal-unavailable',
    })
  })
})

it('a file that is no socket, and a socket of nobody, are replaced', async () => {
  const home = newHome()
  mkdirSync(dirname(home.hostSocket), { recursive: true, mode: 0o700 })
  writeFileSync(home.hostSocket, 'not a socket')
  const host = await serve({ home })
  const socket = connectSocket(host.socketPath)
  await once(socket, 'connect')
  socket.destroy()
})

it('a second home may have a host of its own, at any path', async () => {
  const first = await serve()
  const home = newHome()
  const second = await serve({
    home,
    socketPath: join(home.root, 'Application Support', 'private', 'socket'),
  })
  expect(second.socketPath).not.toBe(first.socketPath)
  expect(second.cookie).not.toBe(first.cookie)
})

describe('the credentials of sessions', () => {
  const printCookie = {
    createTabRequest: {
      customProfileProperties: [
        { key: 'Custom Command', jsonValue: '"Yes"' },
        { key: 'Command', jsonValue: `"/bin/sh -c 'echo cookie=$ITERM2_COOKIE.; sleep 1000'"` },
      ],
    },
  }

  async function cookieInNewSession(options: { childCookies?: boolean }) {
    const host = await serve({ createSession: createHostSession, ...options })
    const client = await connect(host)
    const sessionId = (await client.call(printCookie)).createTabResponse?.sessionId ?? ''
    const printed = await vi.waitFor(async () => {
      const { getBufferResponse } = await client.call({
        getBufferRequest: { session: sessionId, lineRange: { screenContentsOnly: true } },
      })
      const line = getBufferResponse?.contents?.[0]?.text
      expect(line).toMatch(/^cookie=/)
      return line
    })
    return { host, client, sessionId, cookie: /=(.*)\./.exec(printed ?? '')?.[1] ?? '' }
  }

  it('are not there by themselves', async () => {
    expect((await cookieInNewSession({})).cookie).toBe('')
  })

  it('open the API when they are wanted, until the session is closed', async () => {
    const { host, client, sessionId, cookie } = await cookieInNewSession({ childCookies: true })
    expect(cookie).toMatch(/^[0-9a-f]{32}$/)
    expect(cookie).not.toBe(host.cookie)
    const program = await RawWebSocket.connect(host.socketPath, goodHeaders(cookie))
    program.drop()
    await client.call({ closeRequest: { sessions: { sessionIds: [sessionId] }, force: true } })
    await expect(RawWebSocket.connect(host.socketPath, goodHeaders(cookie))).rejects.toThrow('401')
  })
})
