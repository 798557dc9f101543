/**
 * Takes the id out of a request and puts it into the reply as the bytes that the client sent. Ids are
 * int64, of which JavaScript numbers hold only a part, and the client must get back exactly its own.
 */

export interface Envelope {
  /** The varint of the id, as it was sent; that of 0 when there is none. Undefined: not a message at all. */
  id: Uint8Array | undefined
  /** The message without its id. */
  body: Uint8Array
  /** False when the bytes cannot be a message. An id that stands before the damage is known nevertheless. */
  wellFormed: boolean
}

const idTag = 0x08
const zero = Uint8Array.of(0)
/** A varint of 64 bits has at most this many bytes. */
const maxVarintBytes = 10

/** Looks only at the fields of the envelope, not into the messages that they hold. */
export function openEnvelope(bytes: Uint8Array): Envelope {
  let id: Uint8Array | undefined
  const parts: Uint8Array[] = []
  let position = 0
  while (position < bytes.length) {
    const end = endOfField(bytes, position)
    if (end === undefined) return { id, body: bytes, wellFormed: false }
    // protobuf: of a field that comes more than once the last one counts.
    if (bytes[position] === idTag) id = bytes.subarray(position + 1, end)
    else parts.push(bytes.subarray(position, end))
    position = end
  }
  const [only] = parts
  return { id: id ?? zero, body: parts.length === 1 && only ? only : Buffer.concat(parts), wellFormed: true }
}

/** The bytes of a reply: the client's id, then the message, which must have none. */
export function sealEnvelope(id: Uint8Array, body: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(idTag), id, body])
}

function endOfField(bytes: Uint8Array, start: number): number | undefined {
  const tag = readVarint(bytes, start)
  if (!tag || tag.value < 8) return undefined
  switch (tag.value % 8) {
    case 0:
      return readVarint(bytes, tag.end)?.end
    case 1:
      return within(bytes, tag.end + 8)
    case 2: {
      const length = readVarint(bytes, tag.end)
      return length && within(bytes, length.end + length.value)
    }
    case 5:
      return within(bytes, tag.end + 4)
    default:
      return undefined
  }
}

function within(bytes: Uint8Array, end: number): number | undefined {
  return end <= bytes.length ? end : undefined
}

/** The value is exact below 2^53; what is larger is larger than any message. */
function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0
  for (let index = 0; index < maxVarintBytes; index += 1) {
    const byte = bytes[start + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: start + index + 1 }
  }
  return undefined
}
