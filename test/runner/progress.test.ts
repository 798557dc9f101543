import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ProgressReader } from '../../src/runner/read-progress.ts'
import type { Progress } from '../../src/runner/run.ts'
import { progressOf } from '../../src/runner/run-keeper.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const read = (text: string) => new ProgressReader().push(Buffer.from(text))

it.each<[string, Progress | null | undefined]>([
  ['::progress 40 half way\n', { percent: 40, text: 'half way' }],
  ['::progress 40%\n', { percent: 40 }],
  ['before\n::progress 7.5 über\r\nafter', { percent: 7.5, text: 'über' }],
  ['::progress 140\n', { percent: 100 }],
  ['::progress 10 a\n::progress 20 b\n', { percent: 20, text: 'b' }],
  ['say ::progress 40\n', undefined],
  ['::progress much\n', undefined],
  ['\x1b]9;4;1;55\x07', { percent: 55 }],
  ['\x1b]9;4;3\x1b\\', {}],
  ['\x1b]9;4;0\x07', null],
  ['\x1b]9;done\x07', undefined],
  [
    `\x1b]7501;state=working:progress=30:msg=${base64('compiling')}\x1b\\`,
    { percent: 30, text: 'compiling' },
  ],
  ['\x1b]7501;state=working:id=part:progress=30\x1b\\', undefined],
  ['\x1b]7501;state=clear\x1b\\', null],
  ['\x1b]0;title\x07plain text\n', undefined],
])('reads %j', (text, progress) => {
  expect(read(text)).toEqual(progress)
})

it('reads a report wherever the output is cut', () => {
  const report = `noise\x1b[31m\n::progress 12 one\nmore\x1b]9;4;1;34\x07more\n\x1b]7501;state=working:progress=56\x1b\\x\n::progress 78 last\nend`
  const bytes = Buffer.from(report)
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      const reader = new ProgressReader()
      const said = places.slice(1).map((end, index) => reader.push(bytes.subarray(places[index], end)))
      expect(said.filter((one) => one !== undefined).at(-1)).toEqual({ percent: 78, text: 'last' })
    }),
    // Nothing between two pieces, and a report that comes byte by byte.
    { examples: [[[85, 85]], [Array.from(bytes, (_, index) => index)]] },
  )
})

it('survives any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (chunks) => {
      const reader = new ProgressReader()
      for (const chunk of chunks) reader.push(Buffer.from(chunk))
    }),
  )
})

it('counts steps alike, and a part of the one that runs', () => {
  const startedAt = '2026-11-21T12:00:00.000Z'
  const over = { name: 'a', state: 'completed' as const, attempt: 1, startedAt, endedAt: startedAt }
  const going = {
    name: 'b',
    state: 'running' as const,
    attempt: 1,
    startedAt,
    progress: { percent: 50, text: 'x' },
  }
  const pending = { name: 'c', state: 'pending' as const, attempt: 0 }
  expect(progressOf([over, going, pending, pending])).toEqual({ done: 1, of: 4, percent: 37, text: 'x' })
})
