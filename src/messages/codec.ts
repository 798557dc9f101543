/**
 * Encodes and decodes the two envelopes of the iTerm2 API, typed by the generated messages.
 *
 * A decoded field that was absent reads as `undefined` (a repeated one as an empty array), so presence,
 * which the protocol gives a meaning to, is visible. int64 values beyond 2^53 are refused with
 * {@link Int64RangeError} instead of being rounded.
 */
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import type { ClientOriginatedMessage, ServerOriginatedMessage } from './iterm2.ts'

/** An int64 on the wire, or one to be written, that a JavaScript number cannot hold exactly. */
export class Int64RangeError extends RangeError {
  override name = 'Int64RangeError'
  constructor(readonly value: bigint | number) {
    super(`int64 value ${value} cannot be held exactly: it is not an integer below 2^53`)
  }
}

/** The text of the wire schema that this package was built with. */
export function readProtoText(): string {
  return readFileSync(new URL('../../proto/iterm2.proto', import.meta.url), 'utf8')
}

// In proto2 a decoder drops values that an enum does not list. A status that this version does not know
// must be seen, though, not read as absent, which would mean OK.
const openEnums = '$&\noption features.enum_type = OPEN;'
const root = protobuf.parse(readProtoText().replace('package iterm2;', openEnums)).root
const clientType = prepare('iterm2.ClientOriginatedMessage')
const serverType = prepare('iterm2.ServerOriginatedMessage')

/** @throws {Int64RangeError} when an int64 field is not a safe integer. */
export function encodeClientMessage(message: ClientOriginatedMessage): Uint8Array {
  return clientType.encode(message, new SafeWriter()).finish()
}

/** @throws {Error} when the bytes are not a message; {@link Int64RangeError} for an unsafe int64. */
export function decodeClientMessage(bytes: Uint8Array): ClientOriginatedMessage {
  return clientType.decode(new SafeReader(bytes)) as ClientOriginatedMessage
}

/** @throws {Int64RangeError} when an int64 field is not a safe integer. */
export function encodeServerMessage(message: ServerOriginatedMessage): Uint8Array {
  return serverType.encode(message, new SafeWriter()).finish()
}

/** @throws {Error} when the bytes are not a message; {@link Int64RangeError} for an unsafe int64. */
export function decodeServerMessage(bytes: Uint8Array): ServerOriginatedMessage {
  return serverType.decode(new SafeReader(bytes)) as ServerOriginatedMessage
}

/** protobufjs gives absent fields their default through the prototype; undefined keeps presence visible. */
function prepare(name: string): protobuf.Type {
  const type = root.lookupType(name)
  hideDefaults(type, new Set())
  return type
}

function hideDefaults(type: protobuf.Type, seen: Set<protobuf.Type>): void {
  if (seen.has(type)) return
  seen.add(type)
  type.setup()
  const prototype: object = type.ctor.prototype
  for (const field of type.fieldsArray) {
    field.resolve()
    if (!field.repeated) Object.defineProperty(prototype, field.name, { value: undefined, writable: true })
    if (field.resolvedType instanceof protobuf.Type) hideDefaults(field.resolvedType, seen)
  }
}

class SafeReader extends protobuf.BufferReader {
  constructor(bytes: Uint8Array) {
    super(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }

  override int64(): protobuf.Long {
    const value = super.int64()
    const low = BigInt(value.low >>> 0)
    const exact = (BigInt(value.high) << 32n) | low
    const number = Number(exact)
    if (!Number.isSafeInteger(number)) throw new Int64RangeError(exact)
    return number as unknown as protobuf.Long
  }
}

class SafeWriter extends protobuf.BufferWriter {
  override int64(value: protobuf.Long | number | string): protobuf.Writer {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Int64RangeError(value)
    return super.int64(value)
  }
}
