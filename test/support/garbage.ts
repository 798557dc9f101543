import fc from 'fast-check'

/** Bytes as a disk may give them back: others, fewer, or a JSON of something else; sometimes the text itself. */
export function garbage(text: string): fc.Arbitrary<Uint8Array> {
  const bytes = Buffer.from(text)
  return fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.nat(bytes.length).map((length) => bytes.subarray(0, length)),
    fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, byte]) => {
      const changed = Buffer.from(bytes)
      changed[at] = byte
      return changed
    }),
    fc.json().map((json) => Buffer.from(json)),
    fc.constant(Buffer.from('['.repeat(200_000))),
    fc.constant(Buffer.from(`{"version":1,"notes":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)),
  )
}
