/**
 * Cuts output at the ends of characters. The emulator's own decoder loses a character when a piece of
 * output ends inside it and a byte in it is 0x80 (xterm 6.0.0: it takes that byte's zero bits for the end),
 * which hits `…`, `•`, `›`, dashes and curly quotes.
 */
export class WholeCharacters {
  #rest: Uint8Array = new Uint8Array(0)

  /** The bytes to parse now; those of an unfinished character wait for the next piece. */
  take(piece: Uint8Array): Uint8Array {
    const bytes = this.#rest.length === 0 ? piece : joined(this.#rest, piece)
    const end = bytes.length - unfinishedBytes(bytes)
    this.#rest = bytes.slice(end)
    return bytes.subarray(0, end)
  }
}

/** How many bytes at the end begin a UTF-8 character that is not complete: 0 to 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const needed = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return byte < 0xf8 && needed > back ? back : 0
  }
  return 0
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
