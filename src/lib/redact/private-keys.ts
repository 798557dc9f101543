/** Private keys in their armour: PEM, OpenSSH, PGP, PuTTY; also those of which the screen shows only a part. */
import { type Span, spansOf } from './span.ts'

const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g

/** The rest of a key whose end is not shown: runs of base64 with line ends, as such or escaped, between them. */
const body = /(?:(?:\\[nr]|[\s"'|│,])+[A-Za-z0-9+/=]{16,})*/y

/** A line of a key whose beginning is not shown. */
const bodyLine = /^[\s"'|│]*[A-Za-z0-9+/=]{1,128}[\s"'|│,]*$/

const putty = /(Private-Lines: \d{1,3})((?:\s{1,4}[A-Za-z0-9+/=]{16,64}){1,200})/g

export function privateKeys(text: string): Span[] {
  if (!text.includes('PRIVATE KEY') && !text.includes('Private-Lines')) return []
  const begins = [...text.matchAll(begin)]
  const ends = [...text.matchAll(end)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }))
  const spans: Span[] = []
  let next = 0
  for (const [index, match] of begins.entries()) {
    const start = match.index
    const limit = begins[index + 1]?.index ?? text.length
    while (next < ends.length && (ends[next]?.start ?? 0) < start) next += 1
    const close = ends[next]
    const head = start + match[0].length
    const end = close && close.start < limit ? close.end : endOfBody(text, head)
    // The line alone, as in a sentence about it, is none.
    if (end > head) spans.push({ start, end })
  }
  for (const close of ends) {
    const inKey = spans.some(({ start, end: last }) => start < close.start && close.end <= last)
    if (!inKey) spans.push({ start: startOfBody(text, close.start), end: close.end })
  }
  return [...spans, ...spansOf(putty, text)]
}

function endOfBody(text: string, from: number): number {
  body.lastIndex = from
  return from + (body.exec(text)?.[0].length ?? 0)
}

function startOfBody(text: string, end: number): number {
  let start = text.lastIndexOf('\n', end) + 1
  while (start > 0) {
    const before = text.lastIndexOf('\n', start - 2) + 1
    if (!bodyLine.test(text.slice(before, Math.min(start, before + 200)))) break
    start = before
    if (before === 0) break
  }
  return start
}
