// Writes src/messages/iterm2.ts: static TypeScript types for every message and enum of
// proto/iterm2.proto. Run by `npm run generate`; a test fails when the file is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import protobuf from 'protobufjs'

const protoFile = new URL('../proto/iterm2.proto', import.meta.url)
const outFile = new URL('../src/messages/iterm2.ts', import.meta.url)

const scalarTypes: Record<string, string> = {
  string: 'string',
  bool: 'boolean',
  bytes: 'Uint8Array',
  int32: 'number',
  uint32: 'number',
  int64: 'number',
  float: 'number',
  double: 'number',
}

export function generateMessageTypes(protoText: string): string {
  const { root } = protobuf.parse(protoText, { alternateCommentMode: true })
  const namespace = root.lookup('iterm2')
  if (!(namespace instanceof protobuf.Namespace)) throw new Error('the proto file has no package iterm2')
  const blocks = [
    '// Generated from proto/iterm2.proto by `npm run generate`; do not edit.',
    '//',
    '// A field that was absent on the wire reads as undefined. int64 fields are numbers: the codec refuses',
    '// values beyond 2^53. Enum fields may hold numbers that this version does not know.',
  ]
  for (const nested of namespace.nestedArray) collect(nested, blocks)
  return `${blocks.join('\n')}\n`
}

function collect(object: protobuf.ReflectionObject, blocks: string[]): void {
  if (object instanceof protobuf.Enum) blocks.push(enumBlock(object))
  if (!(object instanceof protobuf.Type)) return
  blocks.push(messageBlock(object))
  for (const nested of object.nestedArray) collect(nested, blocks)
}

function enumBlock(type: protobuf.Enum): string {
  const name = flatName(type)
  const values = Object.entries(type.values).map(
    ([key, value]) => `${docComment(type.comments[key], '  ')}  ${key}: ${value},`,
  )
  return [
    '',
    `${docComment(type.comment)}export const ${name} = {`,
    ...values,
    '} as const',
    `export type ${name} = (typeof ${name})[keyof typeof ${name}]`,
  ].join('\n')
}

function messageBlock(type: protobuf.Type): string {
  const fields = type.fieldsArray.map((field) => {
    field.resolve()
    const single = field.resolvedType ? flatName(field.resolvedType) : scalarTypes[field.type]
    if (single === undefined) throw new Error(`no TypeScript type for ${field.type}`)
    return `${docComment(field.comment, '  ')}  ${field.name}?: ${field.repeated ? `${single}[]` : single}`
  })
  const body = fields.length === 0 ? '{}' : `{\n${fields.join('\n')}\n}`
  const keyword = fields.length === 0 ? `type ${flatName(type)} = Record<string, never>` : ''
  return `\n${docComment(type.comment)}export ${keyword || `interface ${flatName(type)} ${body}`}`
}

/** `iterm2.GetBufferResponse.Status` becomes `GetBufferResponseStatus`. */
function flatName(object: protobuf.ReflectionObject): string {
  return object.fullName.split('.').slice(2).join('')
}

function docComment(text: string | null | undefined, indent = ''): string {
  return text ? `${indent}/** ${text.replaceAll('\n', ' ')} */\n` : ''
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(outFile, generateMessageTypes(readFileSync(protoFile, 'utf8')))
}
