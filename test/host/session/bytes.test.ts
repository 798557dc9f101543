import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { exitOf, feed, node, screen, shows, start, until } from './sessions.ts'

const hashing = (bytes: number) => `
  process.stdin.setRawMode(true); console.log('ready')
  const hash = require('crypto').createHash('sha256'); let left = ${bytes}
  process.stdin.on('data', (data) => {
    hash.update(data); left -= data.length
    if (left <= 0) { console.log(left, hash.digest('hex')); process.exit() }
  })`

/** Text with characters of every plane of Unicode, in order and without surrogates. */
function everyPlane(bytes: number): Buffer {
  const parts: string[] = []
  let size = 0
  for (let index = 0; size < bytes; index++) {
    const codePoint = (((index % 17) << 16) | ((index * 37) % 0xfffe)) >>> 0
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue
    const character = String.fromCodePoint(codePoint)
    parts.push(character)
    size += Buffer.byteLength(character)
  }
  return Buffer.from(parts.join(''))
}

test('1 MB of text with every plane of Unicode arrives at a raw-mode program byte for byte', async () => {
  const text = everyPlane(1_000_000)
  const session = node(hashing(text.length))
  await shows(session, 'ready')
  expect(await session.write(text)).toBe(true)
  await exitOf(session)
  expect(screen(session).at(-1)).toBe(`0 ${createHash('sha256').update(text).digest('hex')}`)
})

test('many writes at once arrive whole and in order', async () => {
  const parts = Array.from({ length: 50 }, (_, index) => `${index}:`.repeat(500))
  const all = parts.join('')
  const session = node(hashing(all.length))
  await shows(session, 'ready')
  expect(await Promise.all(parts.map((part) => session.write(part)))).toEqual(parts.map(() => true))
  await exitOf(session)
  expect(screen(session).at(-1)).toBe(`0 ${createHash('sha256').update(all).digest('hex')}`)
})

test('writing to a program that does not read blocks nobody, waits, and is bounded', async () => {
  const deaf = start(['sh', '-c', 'stty raw -echo; echo ready; sleep 1000'])
  await shows(deaf, 'ready')
  // It reads nothing for 1000 s: a call that waited for it would not come back within the time of a test.
  const first = deaf.write(Buffer.alloc(17 * 1024 * 1024, 'x'))
  expect(await deaf.write('too much')).toBe(false)
  // Others go on meanwhile.
  const other = start(['echo', 'alive'])
  await exitOf(other)
  expect(screen(other)).toEqual(['alive'])
  await deaf.terminate(1_000)
  expect(await first).toBe(false)
})

test('a flood in one session does not hold up a quiet neighbour', async () => {
  const flood = start(['yes', 'x'.repeat(60)])
  const echo = start(['cat'])
  await until(flood, 'screen', () => flood.lineInfo().overflow > 10_000)
  const delays: number[] = []
  for (let i = 0; i < 30; i++) {
    const sent = performance.now()
    await echo.write(`ping ${i}\r`)
    await shows(echo, `ping ${i}`)
    delays.push(performance.now() - sent)
    await feed(echo, '\x1b[H\x1b[2J')
  }
  delays.sort((a, b) => a - b)
  expect(delays[Math.floor(delays.length / 2)]).toBeLessThan(50)
})
