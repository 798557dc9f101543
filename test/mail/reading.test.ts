import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newCursor, readNew, readThread } from '../../src/mail/thread-log.ts'
import { foreignThread, mailHome } from './mail-home.ts'

const line = (fields: object) =>
  `${JSON.stringify({ from: 'desktop', ts: '2026-11-21T10:00:00Z', ...fields })}\n`

function thread(content: string | Buffer) {
  const home = mailHome()
  const directory = foreignThread(home, 'job')
  const path = join(directory, 'thread.jsonl')
  writeFileSync(path, content)
  const texts = () => readThread(home.comms, directory).messages.map(({ text }) => text)
  return { ...home, directory, path, texts }
}

describe('reading a thread', () => {
  it('takes lines of other programs, and gives them ids that stay', () => {
    const { comms, directory, path } = thread('{"from":"cli_12345","ts":"...","text":"yes"}\n\r\n \n')
    appendFileSync(path, '{"from":"cli_12345","ts":"...","text":"yes"}\r\n')
    appendFileSync(path, line({ text: 'no', type: 'answer', reply_to: 7, extra: { kept: true } }))
    const { messages, damage } = readThread(comms, directory)
    expect(messages.map(({ text, type, reply_to }) => [text, type, reply_to])).toEqual([
      ['yes', 'message', undefined],
      ['yes', 'message', undefined],
      ['no', 'answer', undefined],
    ])
    expect(messages[2]).toMatchObject({ extra: { kept: true } })
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3)
    expect(readThread(comms, directory).messages).toEqual(messages)
    expect(damage).toEqual([])
  })

  it('reports what is no message, with its place, and reads the rest', () => {
    const before = line({ text: 'one' })
    const { comms, directory } = thread(
      Buffer.concat([
        Buffer.from(before),
        Buffer.from('{"id":"a","from":"de\n'),
        Buffer.from([0x7b, 0xff, 0xfe, 0x0a]),
        Buffer.from('[1,2]\n'),
        Buffer.from(`${'y'.repeat(1_100_000)}\n`),
        Buffer.from(line({ id: 'd', text: 'two' })),
        Buffer.from(line({ id: 'd', text: 'two again' })),
        Buffer.from(line({ text: 'earlier', ts: '2020-01-01T00:00:00Z' })),
        Buffer.from('{"half'),
      ]),
    )
    const read = readThread(comms, directory)
    expect(read.messages.map(({ text }) => text)).toEqual(['one', 'two', 'earlier'])
    expect(read.damage.map(({ kind }) => kind)).toEqual(['torn', 'not-utf8', 'not-a-message', 'huge'])
    expect(read.damage[0]).toMatchObject({ offset: Buffer.byteLength(before), length: 21 })
    expect(read.tails.map(({ kind }) => kind)).toEqual(['torn'])
    expect({ duplicates: read.duplicates, outOfOrder: read.outOfOrder }).toEqual({
      duplicates: 1,
      outOfOrder: 1,
    })
  })

  it('saves the record that was glued to a torn one', () => {
    const { texts } = thread(`{"id":"a","from":"desktop","te${line({ text: 'safe' })}`)
    expect(texts()).toEqual(['safe'])
    expect(thread(`${line({ text: '1' }).trim()}${line({ text: '2' })}`).texts()).toEqual(['1', '2'])
  })

  it('takes a last line without its newline once, also when the newline comes', () => {
    const { comms, directory, path } = thread(line({ text: 'one' }).trim())
    const cursor = newCursor()
    expect(readNew(comms, directory, cursor).messages).toHaveLength(1)
    appendFileSync(path, `\n${line({ text: 'two' })}`)
    expect(readNew(comms, directory, cursor).messages.map(({ text }) => text)).toEqual(['two'])
  })

  it.each([
    ['renamed', (path: string) => renameSync(path, `${path}.1`)],
    [
      'copied and truncated',
      (path: string) => {
        copyFileSync(path, `${path}.1`)
        truncateSync(path)
      },
    ],
  ])('reads what was left in a file that is %s', (_how, rotate) => {
    const { comms, directory, path } = thread(line({ id: '1', text: 'one' }))
    const cursor = newCursor()
    readNew(comms, directory, cursor)
    appendFileSync(path, line({ id: '2', text: 'two' }))
    rotate(path)
    appendFileSync(path, line({ id: '3', text: 'three' }))
    expect(readNew(comms, directory, cursor).messages.map(({ id }) => id)).toEqual(['2', '3'])
    expect(readNew(comms, directory, cursor).messages).toEqual([])
  })

  it.each([
    ['deleted', (path: string) => rmSync(path)],
    ['truncated', (path: string) => truncateSync(path)],
    [
      'replaced by a longer one',
      (path: string) => writeFileSync(path, line({ id: '1', text: 'o'.repeat(9_999) })),
    ],
  ])('starts again in a file that was %s, without repeating anything', (_how, replace) => {
    const { comms, directory, path } = thread(line({ id: '1', text: 'one' }))
    const cursor = newCursor()
    readNew(comms, directory, cursor)
    replace(path)
    appendFileSync(path, line({ id: '2', text: 'two' }))
    expect(readNew(comms, directory, cursor).messages.map(({ id }) => id)).toEqual(['2'])
  })

  it('gives every message once, however the file grows, breaks, rotates and shrinks', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('write' as const), text: fc.string({ unit: 'binary' }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('fragment' as const), cut: fc.nat(60) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('garbage' as const),
          bytes: fc.uint8Array({ maxLength: 80 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('rotate' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy' as const) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { comms, directory, path } = thread('')
        const cursor = newCursor()
        const written: string[] = []
        const seen: string[] = []
        let rotations = 0
        const read = () => seen.push(...readNew(comms, directory, cursor).messages.map(({ id }) => id))
        for (const action of steps) {
          const id = `m${written.length}`
          if (action.kind === 'write') {
            appendFileSync(path, `\n${line({ id, text: action.text })}`)
            written.push(id)
          } else if (action.kind === 'fragment') {
            // In two writes, with a look in between.
            const whole = `\n${line({ id, text: 'in two parts' })}`
            appendFileSync(path, whole.slice(0, action.cut))
            read()
            appendFileSync(path, whole.slice(action.cut))
            written.push(id)
          } else if (action.kind === 'garbage') {
            appendFileSync(path, Buffer.concat([Buffer.from('\n'), action.bytes, Buffer.from('\n')]))
          } else if (action.kind === 'rotate') {
            renameSync(path, `${path}.${++rotations}`)
            writeFileSync(path, '')
          } else if (action.kind === 'copy') {
            copyFileSync(path, `${path}.${++rotations}`)
            truncateSync(path)
          } else read()
        }
        read()
        read()
        expect(seen.toSorted()).toEqual(written.toSorted())
      }),
      { numRuns: 150 },
    )
  })

  it('is an error when the thread cannot be read, not an empty thread', () => {
    const { comms, directory, path } = thread('')
    rmSync(path)
    mkdirSync(path)
    expect(() => readThread(comms, directory)).toThrow(/Cannot read .*something else stands where/)
  })
})
