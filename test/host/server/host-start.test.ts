import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { hostStatus, startHostDetached } from '../../../src/host/host-control.ts'
import { clientOf, command, ownHome, processesOf, tsx } from './detached.ts'

const starter = fileURLToPath(new URL('../../support/host-starter-main.ts', import.meta.url))

describe('the host of a home', () => {
  it('is one, however many start it at once, and all of them find it', async () => {
    const home = ownHome()
    const [node = '', ...args] = command(home)
    const env = { ...process.env, ITERM_ORCH_HOME: home.root }
    const byHand = Array.from({ length: 3 }, () => spawn(node, args, { env, stdio: 'ignore' }))
    const started = await Promise.all(
      Array.from({ length: 10 }, () => startHostDetached({ home, command: command(home) })),
    )
    const pid = started[0]?.pid
    expect(new Set(started.map((each) => each.pid)).size).toBe(1)
    await vi.waitUntil(() => processesOf(home).length === 1, { timeout: 10_000 })
    expect(processesOf(home)).toEqual([pid])
    const losers = byHand.filter((child) => child.pid !== pid)
    await vi.waitUntil(() => losers.every((child) => child.exitCode !== null))
    expect(losers.map((child) => child.exitCode)).toEqual(losers.map(() => 1))
    await (await clientOf(home)).call({ listSessionsRequest: {} })
  })

  it('outlives the one who started it, and its terminal', async () => {
    const home = ownHome()
    const child = spawn(process.execPath, [...tsx, starter, ...command(home)], {
      env: { ...process.env, ITERM_ORCH_HOME: home.root },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    const [line] = await once(child.stdout, 'data')
    const pid = Number(line)
    // What a closing terminal does to the processes in it.
    process.kill(-(child.pid ?? 0), 'SIGHUP')
    process.kill(pid, 'SIGHUP')
    await once(child, 'exit')
    const client = await clientOf(home)
    expect((await client.call({ focusRequest: {} })).focusResponse).toBeDefined()
    expect(await hostStatus(home)).toEqual({ running: true, socketPath: home.hostSocket, pid })
  })

  it('takes the place of one that was killed, with another cookie', async () => {
    const home = ownHome()
    const first = await startHostDetached({ home, command: command(home) })
    const cookie = readFileSync(home.hostCookie, 'utf8')
    process.kill(first.pid ?? 0, 'SIGKILL')
    await vi.waitUntil(async () => !(await hostStatus(home)).running)
    expect(existsSync(home.hostSocket)).toBe(true)
    const second = await startHostDetached({ home, command: command(home) })
    expect(second.pid).not.toBe(first.pid)
    expect(readFileSync(home.hostCookie, 'utf8')).not.toBe(cookie)
    await (await clientOf(home)).call({ listSessionsRequest: {} })
  })
})
