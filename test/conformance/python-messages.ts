/**
 * The wire messages as a Python program with Google's protobuf sees them: a field that was not sent reads
 * as its default, a submessage that was not sent reads as an empty one. Made by protobufjs reflection from
 * the proto file alone; our own codec, which keeps presence visible, has no part in it.
 */
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import type { ClientOriginatedMessage, ServerOriginatedMessage } from '../../src/messages/iterm2.ts'

/** A message in which every field can be read. */
export type Read<T> = T extends Uint8Array
  ? T
  : T extends (infer Element)[]
    ? Read<Element>[]
    : T extends object
      ? { [Key in keyof T]-?: Read<NonNullable<T[Key]>> }
      : T

const protoFile = new URL('../../proto/iterm2.proto', import.meta.url)
const root = protobuf.parse(readFileSync(protoFile, 'utf8')).root
const clientType = root.lookupType('iterm2.ClientOriginatedMessage')
const serverType = root.lookupType('iterm2.ServerOriginatedMessage')
readAbsentMessagesAsEmpty(serverType, new Set())

export function serialize(message: ClientOriginatedMessage): Uint8Array {
  return clientType.encode(message).finish()
}

export function parse(bytes: Uint8Array): Read<ServerOriginatedMessage> {
  return serverType.decode(new NumberReader(bytes)) as unknown as Read<ServerOriginatedMessage>
}

/** `HasField`: was it really sent? */
export function hasField<T extends object>(message: T, name: keyof T): boolean {
  return Object.hasOwn(message, name)
}

/** `getBuffer`, `listSessions` and so on: every request that the proto file knows. */
export function requestNames(): string[] {
  return clientType.fieldsArray.flatMap(({ name }) => /^(.+)Request$/.exec(name)?.[1] ?? [])
}

function readAbsentMessagesAsEmpty(type: protobuf.Type, seen: Set<protobuf.Type>): void {
  if (seen.has(type)) return
  seen.add(type)
  type.setup()
  const prototype: object = type.ctor.prototype
  for (const field of type.fieldsArray) {
    const nested = field.resolve().resolvedType
    if (!(nested instanceof protobuf.Type)) continue
    readAbsentMessagesAsEmpty(nested, seen)
    if (field.repeated) continue
    Object.defineProperty(prototype, field.name, {
      get: () => nested.create(),
      set(this: object, value: unknown) {
        Object.defineProperty(this, field.name, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        })
      },
    })
  }
}

/** Python's integers have no limit; those of this protocol fit into a number. */
class NumberReader extends protobuf.BufferReader {
  constructor(bytes: Uint8Array) {
    super(Buffer.from(bytes))
  }

  override int64(): protobuf.Long {
    const { low, high } = super.int64()
    return (high * 2 ** 32 + (low >>> 0)) as unknown as protobuf.Long
  }
}
