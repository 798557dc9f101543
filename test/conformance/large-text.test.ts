import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { shellProgram } from './programs.ts'
import { useHost } from './use-host.ts'
import { untilScreen } from './watching.ts'

const { connectApp } = useHost()
const rawSink = new URL('../support/raw-sink-main.ts', import.meta.url).pathname
const tsx = import.meta.resolve('tsx')

it('1 MB of text with every Unicode plane arrives at a raw-mode program byte for byte', async () => {
  const text = everyPlane(1_000_000)
  const bytes = Buffer.from(text)
  const file = join(mkdtempSync(join(tmpdir(), 'sink-')), 'received')
  const app = await connectApp()
  const run = `exec '${process.execPath}' --import '${tsx}' '${rawSink}' '${file}' ${bytes.length}`
  const { session } = await app.create({ command: shellProgram(run) })
  await untilScreen(app.client, session.id, (shown) => shown.includes('READY'))
  expect((await app.client.call('sendText', { session: session.id, text })).status).toBe(0)
  await untilScreen(app.client, session.id, (shown) => shown.includes('DONE'))
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

/** Text of at least this many bytes with characters of all 17 planes, control characters among them. */
function everyPlane(bytes: number): string {
  let text = ''
  for (let length = 0, step = 0; length < bytes; step += 1) {
    const plane = step % 17
    const codePoint = plane * 0x10000 + ((step * 7919) % 0x10000)
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
    const character = String.fromCodePoint(isSurrogate ? 0x20ac : codePoint)
    length += Buffer.byteLength(character)
    text += character
  }
  return text
}
