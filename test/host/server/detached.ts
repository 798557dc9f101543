// Hosts in processes of their own, which must be gone after every test.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect } from 'vitest'
import { stopHost } from '../../../src/host/host-control.ts'
import type { Home } from '../../../src/lib/home.ts'
import { RawWebSocket } from '../../conformance/raw-web-socket.ts'
import { goodHeaders, newHome, RawClient } from './serve.ts'

const main = fileURLToPath(new URL('../../support/host-main.ts', import.meta.url))

/** Found from anywhere: the host does not run in this directory. */
export const tsx = ['--import', import.meta.resolve('tsx')]

const homes: Home[] = []

export function ownHome(): Home {
  const home = newHome()
  homes.push(home)
  return home
}

/** The home stands in the arguments, so that the processes of a test can be told from all others. */
export const command = (home: Home) => [process.execPath, ...tsx, main, home.root]

export const processesOf = (home: Home) =>
  execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(main) && line.includes(home.root))
    .map((line) => Number.parseInt(line, 10))

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await stopHost(home)
    expect(processesOf(home)).toEqual([])
  }
})

export async function clientOf(home: Home): Promise<RawClient> {
  const cookie = readFileSync(home.hostCookie, 'utf8').trim()
  return new RawClient(await RawWebSocket.connect(home.hostSocket, goodHeaders(cookie)))
}
