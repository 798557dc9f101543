import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
  Int64RangeError,
  readProtoText,
} from '../../src/messages/codec.ts'
import { arbitraryMessage, plain } from './arbitrary-message.ts'

const { root } = protobuf.parse(readProtoText())
const anyClientMessage = arbitraryMessage(root.lookupType('iterm2.ClientOriginatedMessage'))
const anyServerMessage = arbitraryMessage(root.lookupType('iterm2.ServerOriginatedMessage'))
const codecs = [
  { name: 'client', any: anyClientMessage, encode: encodeClientMessage, decode: decodeClientMessage },
  { name: 'server', any: anyServerMessage, encode: encodeServerMessage, decode: decodeServerMessage },
]

describe.each(codecs)('the codec of $name messages', ({ any, encode, decode }) => {
  it('gives back every message that it wrote, with no field more and none less', () => {
    fc.assert(
      fc.property(any, (message) => {
        expect(plain(decode(encode(message)))).toEqual(plain(message))
      }),
      { numRuns: 1500 },
    )
  })

  it('makes of random bytes a message or an Error, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodedOrRefused(decode, bytes)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('makes of a cut or bent message a message or an Error, nothing else', () => {
    fc.assert(
      fc.property(any, fc.nat(), fc.nat(), fc.nat(255), (message, cut, at, byte) => {
        const bytes = encode(message)
        expect(decodedOrRefused(decode, bytes.subarray(0, cut % (bytes.length + 1)))).toBe(true)
        if (bytes.length > 0) bytes[at % bytes.length] = byte
        expect(decodedOrRefused(decode, bytes)).toBe(true)
      }),
      { numRuns: 1500 },
    )
  })

  it('takes bytes that lie inside a larger buffer', () => {
    const bytes = encode({ id: 77 })
    const larger = new Uint8Array(64).fill(0xff)
    larger.set(bytes, 9)
    expect(decode(larger.subarray(9, 9 + bytes.length)).id).toBe(77)
  })

  it.each([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, -1, 2 ** 32])('keeps the id %d', (id) => {
    expect(decode(encode({ id })).id).toBe(id)
  })

  it.each([2 ** 53, -(2 ** 53), 2 ** 63, 1.5, Number.NaN, Infinity])('refuses to write the id %d', (id) => {
    expect(() => encode({ id })).toThrow(new Int64RangeError(id))
  })

  it('refuses every id on the wire that a number would round, and only those', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
        const bytes = Buffer.concat([Buffer.from([0x08]), varint(BigInt.asUintN(64, id))])
        if (Number.isSafeInteger(Number(id))) expect(decode(bytes).id).toBe(Number(id))
        else expect(() => decode(bytes)).toThrow(new Int64RangeError(id))
      }),
    )
  })

  it('tells an absent id from the id 0', () => {
    expect(decode(encode({})).id).toBeUndefined()
    expect(decode(encode({ id: 0 })).id).toBe(0)
    expect(encode({ id: 0 })).toEqual(Buffer.from([0x08, 0x00]))
  })

  it('refuses a length that goes beyond the end, at once', () => {
    const hugeError = Buffer.concat([Buffer.from([0x12]), varint(2n ** 32n - 1n), Buffer.from('x')])
    const hugeUnknown = Buffer.concat([Buffer.from([0xfa, 0x7f]), varint(2n ** 63n), Buffer.from('x')])
    for (const bytes of [hugeError, hugeUnknown]) expect(() => decode(bytes)).toThrow(Error)
  })
})

describe('an enum value that this version does not know', () => {
  it('is seen, so that an unknown status is never taken for OK', () => {
    const sendTextResponseWithStatus77 = Buffer.from('0805da0602084d', 'hex')
    expect(decodeServerMessage(sendTextResponseWithStatus77).sendTextResponse?.status).toBe(77)
  })
})

describe('presence', () => {
  it('of false, zero and the empty string survives', () => {
    const request = { session: '', text: '', suppressBroadcast: false }
    expect(plain(decodeClientMessage(encodeClientMessage({ sendTextRequest: request })))).toEqual({
      sendTextRequest: request,
    })
  })

  it('of screen_contents_only = false is visible, since GetBuffer decides by presence', () => {
    const asked = { getBufferRequest: { lineRange: { screenContentsOnly: false } } }
    const range = decodeClientMessage(encodeClientMessage(asked)).getBufferRequest?.lineRange
    expect(range?.screenContentsOnly).toBe(false)
    expect(range?.trailingLines).toBeUndefined()
  })

  it('of a submessage without fields survives', () => {
    const decoded = decodeClientMessage(encodeClientMessage({ id: 1, focusRequest: {} }))
    expect(decoded.focusRequest).toBeDefined()
    expect(decoded.listSessionsRequest).toBeUndefined()
  })

  it('of a repeated field is an empty list', () => {
    expect(decodeServerMessage(encodeServerMessage({ closeResponse: {} })).closeResponse?.statuses).toEqual(
      [],
    )
  })
})

it('makes of a split tree that nests a hundred thousand levels deep an Error, not a crash', () => {
  const bytes = Buffer.concat([Buffer.from([0xd2, 0x07]), nestedLinks(100_000)])
  expect(() => decodeClientMessage(bytes)).toThrow(Error)
})

/** A SetTabLayoutRequest with its length: root, link, node, link, node, … */
function nestedLinks(depth: number): Buffer {
  const prefixes: Buffer[] = []
  let length = 0
  for (let level = 0; level < 2 * depth; level += 1) {
    const tag = level === 2 * depth - 1 ? 0x0a : 0x12
    const prefix = Buffer.concat([Buffer.from([tag]), varint(BigInt(length))])
    prefixes.push(prefix)
    length += prefix.length
  }
  return Buffer.concat([varint(BigInt(length)), ...prefixes.reverse()])
}

function decodedOrRefused(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    return typeof decode(bytes) === 'object'
  } catch (error) {
    return error instanceof Error
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Buffer.from([...bytes, Number(rest)])
}
