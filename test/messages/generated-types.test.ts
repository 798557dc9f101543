import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generateMessageTypes } from '../../scripts/generate-messages.ts'
import { readProtoText } from '../../src/messages/codec.ts'

it('src/messages/iterm2.ts is what `npm run generate` makes of the proto file', () => {
  const written = readFileSync(new URL('../../src/messages/iterm2.ts', import.meta.url), 'utf8')
  expect(written).toBe(generateMessageTypes(readProtoText()))
})
