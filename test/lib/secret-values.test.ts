import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SecretValues } from '../../src/lib/redact/secret-values.ts'
import { knowSecrets, redact, redactLines } from '../../src/lib/redact.ts'

const variables = {
  ANTHROPIC_AUTH_TOKEN: 'abc"def\\1',
  ANTHROPIC_BASE_URL: 'https://open.example/api/anthropic',
  ANTHROPIC_MODEL: 'glm-4.7-air',
  DATABASE: 'postgres://ann:geheim@db/shop',
  DEBUG: 'true',
  LIMIT: '1000000000',
  PASS: 'k4rz',
  EMPTY_TOKEN: '',
  ONE: 'a',
  ODD: 'a l0nger one!',
}
const secrets = SecretValues.among(variables)

describe('values of an .env file', () => {
  it('are taken out as they are, in JSON and in addresses', () => {
    const token = variables.ANTHROPIC_AUTH_TOKEN
    const text = `${token} ${JSON.stringify({ token })} ?t=${encodeURIComponent(token)} k4rz, a l0nger one!`
    expect(secrets.redact(text)).toBe(
      '[redacted] {"token":"[redacted]"} ?t=[redacted] [redacted], [redacted]',
    )
    expect(secrets.redact('to postgres://ann:geheim@db/shop')).toBe('to [redacted]')
  })

  it.each([
    ...['production', 'localhost', 'eu-central-1', '127.0.0.1:8080', '/srv/shop/data', 'My Great Shop 2'],
    ...['--max-old-space-size=4096', '2026-11-21', 'node18-alpine', 'http://localhost:3000/a1b2c3d4e5'],
  ])('stay where everybody writes them: %s', (value) =>
    expect(SecretValues.among({ SETTING: value }).redact(value)).toBe(value),
  )

  it.each([
    ...['sek-geheim-8f3a99', 'Passw0rd!', 'dGhpc0lzQVNlY3JldA==', 'amqp://shop:geheim@mq'],
    ...['https://x.example/hook?sig=abc', 'https://ann:geheim@x.example/', '3f9a0c7e51b8d264'],
  ])('go where nobody would write them by chance: %s', (value) =>
    expect(SecretValues.among({ SETTING: value }).redact(value)).toBe('[redacted]'),
  )

  it('stay where they are none: models, plain addresses, switches, numbers, single letters', () => {
    expect(SecretValues.among({ DB_PASSWORD: 'test' }).redact('npm test')).toBe('npm test')
    expect(SecretValues.among({ DB_PASSWORD: 'postgres' }).redact('as postgres')).toBe('as [redacted]')
    const text = 'glm-4.7-air at https://open.example/api/anthropic: true, 1000000000, a'
    expect(secrets.redact(text)).toBe(text)
  })

  it('are taken out line by line where they have several', () => {
    const key = ['-----BEGIN', 'MIIEvQIBADANBgkqhkiG', 'AoIBAQC7VJTUt9Us8cKj', 'x', '-----END'].join('\n')
    const lines = SecretValues.among({ DEPLOY_KEY: key })
    expect(lines.redact('1: MIIEvQIBADANBgkqhkiG\n2: AoIBAQC7VJTUt9Us8cKj\n')).toBe(
      '1: [redacted]\n2: [redacted]\n',
    )
    expect(lines.redact(JSON.stringify({ key }))).toBe('{"key":"[redacted]"}')
  })

  it('are found on a screen where they go on in the next row', () => {
    expect(secrets.redactRows(['key: a l0n', 'ger one!', 'next'])).toEqual(['key: [redacted]', '', 'next'])
  })

  it('leave everything alone where there are none', () => {
    const none = SecretValues.among({})
    expect(none.redact('x')).toBe('x')
    expect(none.stream().push(Buffer.from([0xff, 0]))).toEqual(Buffer.from([0xff, 0]))
  })
})

/** From few letters, so that values lie within and across each other. */
const Value = fc.string({ unit: fc.constantFrom('a', 'b', 'ß', '"', '\\', '\n'), minLength: 1, maxLength: 9 })

describe('all texts of a process', () => {
  it('are without the values that it was told, but for words', () => {
    knowSecrets(['0dd-v4lue-X', 'postgres'])
    expect(redact('postgres knows 0dd-v4lue-X')).toBe('postgres knows [redacted]')
    expect(redactLines(['it is 0dd-v', '4lue-X!'])).toEqual(['it is [redacted]', '!'])
  })
})

describe('a stream', () => {
  it('comes out the same however it is cut, without the values', () => {
    fc.assert(
      fc.property(
        fc.array(Value, { maxLength: 5 }),
        fc.array(Value, { maxLength: 30 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        (values, words, cuts) => {
          const known = new SecretValues(values)
          const bytes = Buffer.from(words.join(''))
          const stream = known.stream()
          const out: Buffer[] = []
          let at = 0
          for (const length of cuts) {
            out.push(stream.push(bytes.subarray(at, at + length)))
            at += length
          }
          out.push(stream.push(bytes.subarray(at)), stream.end())
          const text = Buffer.concat(out).toString()
          expect(text).toBe(known.redact(words.join('')))
          for (const value of values) if (Buffer.byteLength(value) >= 4) expect(text).not.toContain(value)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('keeps bytes that are no UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (bytes, cut) => {
        const stream = new SecretValues(['no such value']).stream()
        const out = [
          stream.push(Buffer.from(bytes.slice(0, cut))),
          stream.push(Buffer.from(bytes.slice(cut))),
        ]
        expect(Buffer.concat([...out, stream.end()])).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('is held back only where a value may have begun', () => {
    const stream = new SecretValues(['secret-value']).stream()
    expect(stream.push(Buffer.from('Password: ')).toString()).toBe('Password: ')
    expect(stream.push(Buffer.from('sec')).toString()).toBe('')
    expect(stream.push(Buffer.from('ond')).toString()).toBe('second')
  })
})
