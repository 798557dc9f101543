import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import type { ServiceClient } from '../../src/service/client.ts'
import { ensureService, servicePaths, stopService } from '../../src/service/ensure-service.ts'
import { binary, run, Stream } from '../cli/cli.ts'

const home = resolveHome()
const { log } = servicePaths(home)
const limit = 10 * 1024 * 1024
/** Of another writer: somebody who has the log open, as a supervisor has. */
let other = 0
let client: ServiceClient

beforeAll(async () => {
  const started = await ensureService(home, [process.execPath, binary, 'service', 'run'])
  client = started.client
  other = openSync(log, 'a')
}, 30_000)
afterAll(async () => {
  closeSync(other)
  await stopService(home)
}, 30_000)

const pad = 'x'.repeat(60_000)
const record = (msg: string) => `${JSON.stringify({ level: 30, time: 0, msg, pad })}\n`
const messages = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg)

it('is rotated when it has grown too large; no line of anybody is lost, and whoever follows sees them all', async () => {
  const following = new Stream<{ msg: string }>('service', 'logs', '--follow')
  try {
    await following.first(({ msg }) => msg === 'listening')
    const wanted = Array.from({ length: Math.ceil(limit / pad.length) }, (_, index) => `other ${index}`)
    for (const msg of wanted) writeSync(other, record(msg))
    // Each time it is asked, the service has something to say.
    writeFileSync(home.config, 'terminal: [')
    await expect
      .poll(
        async () => {
          await client.doctor()
          return existsSync(`${log}.1`)
        },
        { timeout: 15_000 },
      )
      .toBe(true)
    writeSync(other, record('behind the rotation'))
    const news = messages(log)
    // Of the service, which went on to the new one; whoever has the old one open goes on in that.
    expect(news).toContain('config.yaml is broken; the old one stays in force')
    expect(news.filter((msg) => msg.startsWith('other') || msg.startsWith('behind'))).toEqual([])
    const old = messages(`${log}.1`)
    expect(old.filter((msg) => msg.startsWith('other'))).toEqual(wanted)
    expect(old).toContain('listening')
    expect(old.at(-1)).toBe('behind the rotation')
    await expect
      .poll(() => following.seen.filter(({ msg }) => msg.startsWith('config.yaml is broken')).length, {
        timeout: 15_000,
      })
      .toBe([...old, ...news].filter((msg) => msg?.startsWith('config.yaml is broken')).length)
    const seen = following.seen.map(({ msg }) => msg).filter((msg) => msg.startsWith('other'))
    expect(seen).toEqual(wanted)
  } finally {
    following.child.kill()
  }
  const { stdout } = await run(['service', 'logs', '--json', '-l', '150'])
  expect(stdout).toContain('"other 170"')
}, 60_000)
