/** Arbitrary messages made from the descriptor, for property tests of encoders. */
import fc from 'fast-check'
import protobuf from 'protobufjs'

export type PlainMessage = Record<string, unknown>

/** Trees of split panes nest without end; three levels show everything that a hundred would. */
const maxDepth = 3

/**
 * Any message of the type: every subset of its fields, at most one member of each oneof, values from the
 * whole range of their type. Field names are those that `type` was parsed with.
 */
export function arbitraryMessage(type: protobuf.Type, depth = maxDepth): fc.Arbitrary<PlainMessage> {
  const groups = [
    ...type.oneofsArray.map((oneof) => oneof.fieldsArray),
    ...type.fieldsArray.filter((field) => !field.partOf).map((field) => [field]),
  ]
  const members = groups.map((fields) => {
    const usable = fields.filter((field) => !isMessage(field) || depth > 0)
    const present = usable.map((field) => fieldValue(field, depth).map((value) => ({ [field.name]: value })))
    return fc.oneof(fc.constant<PlainMessage>({}), ...present)
  })
  return fc.tuple(...members).map((parts) => Object.assign({}, ...parts) as PlainMessage)
}

/** What a decoder gave, as comparable data: unset fields and empty lists are left out, bytes are hex. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0))
      .map(([key, member]) => [key, plain(member)]),
  )
}

function isMessage(field: protobuf.Field): boolean {
  return field.resolve().resolvedType instanceof protobuf.Type
}

function fieldValue(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const single = singleValue(field.resolve(), depth)
  return field.repeated ? fc.array(single, { minLength: 1, maxLength: 3 }) : single
}

function singleValue(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const type = field.resolvedType
  if (type instanceof protobuf.Type) return arbitraryMessage(type, depth - 1)
  if (type instanceof protobuf.Enum) return fc.constantFrom(...Object.values(type.values))
  switch (field.type) {
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 20 })
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 })
    case 'bool':
      return fc.boolean()
    case 'int32':
      return fc.integer()
    case 'uint32':
      return fc.integer({ min: 0, max: 0xffff_ffff })
    case 'int64':
      return fc.maxSafeInteger()
    case 'float':
      return fc.float({ noNaN: true })
    case 'double':
      return fc.double({ noNaN: true })
    default:
      throw new Error(`no arbitrary for ${field.type}`)
  }
}
