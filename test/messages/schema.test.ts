// Holds proto/iterm2.proto against a table of facts about the wire format, field by field. The table is
// read on its own terms here: nothing of the code that uses the proto file is involved.
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { readProtoText } from '../../src/messages/codec.ts'

interface FieldFact {
  name: string
  number: number
  label: 'optional' | 'repeated' | 'required'
  type: string
  oneof: string | null
  kind: 'scalar' | 'message' | 'enum'
  default?: string | number | boolean
  deprecated?: boolean
}

interface SchemaFacts {
  syntax: string
  package: string
  counts: Record<string, number>
  deprecatedEnumValues: string[]
  messages: Record<string, { fields: FieldFact[] }>
  enums: Record<string, Record<string, number>>
}

const facts = readFacts()
const { root } = protobuf.parse(readProtoText(), { keepCase: true })
root.resolveAll()
const { messages, enums } = collect(root.lookup('iterm2'))

describe('proto/iterm2.proto', () => {
  it('is proto2, package iterm2', () => {
    expect(readProtoText()).toContain(`syntax = "${facts.syntax}";`)
    expect(readProtoText()).toContain(`package ${facts.package};`)
  })

  it('has as many messages, fields, oneofs and enums as the protocol', () => {
    const fields = [...messages.values()].flatMap((message) => message.fieldsArray)
    expect({
      messages: messages.size,
      topLevelMessages: [...messages.keys()].filter((name) => !name.includes('.')).length,
      fields: fields.length,
      repeatedFields: fields.filter((field) => field.repeated).length,
      requiredFields: fields.filter((field) => field.required).length,
      oneofFields: fields.filter((field) => field.partOf).length,
      oneofs: [...messages.values()].flatMap((message) => message.oneofsArray).length,
      enums: enums.size,
      enumValues: [...enums.values()].flatMap((type) => Object.keys(type.values)).length,
    }).toEqual(facts.counts)
    expect(facts.counts).toMatchObject({ messages: 174, fields: 489, enums: 48 })
  })

  it('names every message and every enum of the protocol, and no other', () => {
    expect([...messages.keys()].sort()).toEqual(Object.keys(facts.messages).sort())
    expect([...enums.keys()].sort()).toEqual(Object.keys(facts.enums).sort())
  })

  it.each(Object.entries(facts.messages))(
    '%s has the fields of the protocol, with number, label, type, oneof, default and deprecation',
    (name, fact) => {
      const fields = messages.get(name)?.fieldsArray.map(factOf) ?? []
      expect(byNumber(fields)).toEqual(byNumber(fact.fields))
    },
  )

  it.each(Object.entries(facts.enums))('%s has the values of the protocol', (name, values) => {
    expect(enums.get(name)?.values).toEqual(values)
  })

  it('reads an absent enum field as the default of the protocol', () => {
    for (const [name, { fields }] of Object.entries(facts.messages)) {
      for (const fact of fields.filter((field) => field.kind === 'enum' && field.default !== undefined)) {
        const type = messages.get(name)?.fields[fact.name]?.resolvedType
        if (!(type instanceof protobuf.Enum)) throw new Error(`${name}.${fact.name} is not an enum`)
        expect(messages.get(name)?.fields[fact.name]?.typeDefault, `${name}.${fact.name}`).toBe(
          type.values[String(fact.default)],
        )
      }
    }
  })

  it('marks the deprecated values', () => {
    const deprecated = [...enums].flatMap(([name, type]) =>
      Object.entries(type.valuesOptions ?? {})
        .filter(([, options]) => options['deprecated'] === true)
        .map(([value]) => `${name}.${value}`),
    )
    expect(deprecated).toEqual(facts.deprecatedEnumValues)
  })
})

function readFacts(): SchemaFacts {
  return JSON.parse(readFileSync(new URL('../fixtures/iterm2-schema.json', import.meta.url), 'utf8'))
}

function collect(namespace: protobuf.ReflectionObject | null): {
  messages: Map<string, protobuf.Type>
  enums: Map<string, protobuf.Enum>
} {
  const messages = new Map<string, protobuf.Type>()
  const enums = new Map<string, protobuf.Enum>()
  const visit = (object: protobuf.ReflectionObject): void => {
    if (object instanceof protobuf.Enum) enums.set(pathOf(object), object)
    if (object instanceof protobuf.Type) messages.set(pathOf(object), object)
    if (object instanceof protobuf.Namespace) object.nestedArray.forEach(visit)
  }
  if (namespace) visit(namespace)
  return { messages, enums }
}

/** `.iterm2.GetBufferResponse.Status` becomes `GetBufferResponse.Status`. */
function pathOf(object: protobuf.ReflectionObject): string {
  return object.fullName.split('.').slice(2).join('.')
}

function factOf(field: protobuf.Field): FieldFact {
  const type = field.resolvedType
  const fallback: unknown = field.options?.['default']
  return {
    name: field.name,
    number: field.id,
    label: field.repeated ? 'repeated' : field.required ? 'required' : 'optional',
    type: type ? pathOf(type) : field.type,
    oneof: field.partOf?.name ?? null,
    kind: type instanceof protobuf.Enum ? 'enum' : type ? 'message' : 'scalar',
    ...(fallback === undefined ? {} : { default: fallback as string | number | boolean }),
    ...(field.options?.['deprecated'] === true ? { deprecated: true } : {}),
  }
}

function byNumber(fields: FieldFact[]): FieldFact[] {
  return [...fields].sort((a, b) => a.number - b.number)
}
