import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hostLogPath, startHostDetached, stopHost } from '../../src/host/host-control.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { binary } from '../cli/cli.ts'

const home = resolveHome()
const log = hostLogPath(home)
const limit = 10 * 1024 * 1024
let pid = 0
let other = 0

beforeAll(async () => {
  const command = [process.execPath, binary, 'host', 'run']
  pid = (await startHostDetached({ home, command })).pid ?? 0
  other = openSync(log, 'a')
}, 30_000)
afterAll(async () => {
  closeSync(other)
  await stopHost(home)
}, 30_000)

const messages = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg)

it('is rotated when it has grown too large, and no line of anybody is lost', async () => {
  const pad = 'x'.repeat(60_000)
  const wanted = Array.from({ length: Math.ceil(limit / pad.length) }, (_, index) => `other ${index}`)
  const begun = messages(log)
  for (const msg of wanted) writeSync(other, `${JSON.stringify({ msg, pad })}\n`)
  // It has something to say of each.
  const hangUp = () => {
    process.kill(pid, 'SIGHUP')
    return existsSync(`${log}.1`) && existsSync(log)
  }
  await expect.poll(hangUp, { timeout: 15_000 }).toBe(true)
  writeSync(other, `${JSON.stringify({ msg: 'behind the rotation' })}\n`)
  const old = messages(`${log}.1`)
  expect(begun).toEqual(expect.arrayContaining([expect.any(String)]))
  expect(old.slice(0, begun.length)).toEqual(begun)
  expect(old.filter((msg) => msg.startsWith('other'))).toEqual(wanted)
  expect(old.at(-1)).toBe('behind the rotation')
  expect(new Set(messages(log))).toEqual(new Set(['SIGHUP ignored']))
}, 60_000)
