import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { openEnvelope, sealEnvelope } from '../../../src/host/server/envelope.ts'
import { decodeClientMessage, encodeClientMessage, encodeServerMessage } from '../../../src/messages/codec.ts'

/** The varint of an int64, written by hand: negative numbers take ten bytes. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    const more = rest > 0x7fn
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

const anyId = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

describe('the id of a request', () => {
  it('comes back exactly, however large', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const request = encodeClientMessage({ sendTextRequest: { session: 'x', text: 'y' } })
        const envelope = openEnvelope(Buffer.concat([Uint8Array.of(0x08), varint(id), request]))
        expect(envelope.wellFormed).toBe(true)
        expect(decodeClientMessage(envelope.body)).toEqual({ sendTextRequest: { session: 'x', text: 'y' } })
        const reply = sealEnvelope(envelope.id ?? new Uint8Array(), encodeServerMessage({ error: 'no' }))
        const reader = protobuf.Reader.create(reply)
        expect(reader.uint32()).toBe(0x08)
        expect(BigInt(reader.int64().toString())).toBe(id)
      }),
    )
  })

  it('is found wherever it stands, the last one counts, and none means 0', () => {
    const field = encodeClientMessage({ focusRequest: {} })
    const twice = Buffer.concat([Uint8Array.of(0x08, 1), field, Uint8Array.of(0x08, 2)])
    expect(openEnvelope(twice).wellFormed).toBe(true)
    expect([...(openEnvelope(twice).id ?? [])]).toEqual([2])
    expect(Buffer.from(openEnvelope(twice).body)).toEqual(Buffer.from(field))
    expect(openEnvelope(field).id).toEqual(Uint8Array.of(0))
    expect(openEnvelope(new Uint8Array())).toMatchObject({ id: Uint8Array.of(0), wellFormed: true })
  })

  it('is known of a damaged message when it stands before the damage', () => {
    const request = encodeClientMessage({ id: 5, sendTextRequest: { session: 'x', text: 'long enough' } })
    const cut = openEnvelope(request.subarray(0, request.length - 3))
    expect(cut.wellFormed).toBe(false)
    expect([...(cut.id ?? [])]).toEqual([5])
    expect(openEnvelope(Uint8Array.of(0xff, 0xff)).id).toBeUndefined()
  })

  it('random bytes never throw, and what is well formed is taken apart without loss', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const { wellFormed, id, body } = openEnvelope(bytes)
        if (!wellFormed) return
        expect(id).toBeDefined()
        expect(body.length).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 2000 },
    )
  })
})
