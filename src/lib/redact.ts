/**
 * Takes secrets out of text that is about to be stored or announced (design rule 11). What is found and what
 * is not is in docs/security.md. Linear in the length of the text: every repetition is bounded or unambiguous.
 */
import { commandLineSecrets } from './redact/command-lines.ts'
import { knownForms } from './redact/known-forms.ts'
import { namedValues } from './redact/named-values.ts'
import { privateKeys } from './redact/private-keys.ts'
import { isPlain, namedSecrets, SecretValues } from './redact/secret-values.ts'
import type { Span } from './redact/span.ts'
import { joinedView, plainView, type View } from './redact/views.ts'

const mask = '[redacted]'

/** What this process was told is secret, whatever it looks like; where an agent has started it, also by its environment. */
const told = new Set(namedSecrets(process.env))
let known = new SecretValues(told)

/**
 * From now on these values are secrets, too. They are never forgotten: a changed one may be in use. Words are left
 * out: a password `postgres` may not take the word out of what other agents ask.
 */
export function knowSecrets(values: readonly string[]): void {
  const before = told.size
  for (const value of values) if (!isPlain(value)) told.add(value)
  if (told.size > before) known = new SecretValues(told)
}

/** The text with `[redacted]` in place of whatever looks like a secret. */
export function redact(given: string): string {
  const text = known.redact(given)
  return replaceAll(text, secretsIn(text), () => mask)
}

/**
 * The same for the rows of a screen, where a secret may go on in the next row; there are as many rows after.
 *
 * @param columns width of the screen; where it is not known, the longest row may be one that was cut at its edge
 */
export function redactLines(lines: readonly string[], columns?: number): string[] {
  const text = known.redactRows(lines).join('\n')
  return replaceAll(text, secretsIn(text, columns), keepingLines).split('\n')
}

const finders: readonly ((text: string) => Span[])[] = [
  privateKeys,
  knownForms,
  commandLineSecrets,
  namedValues,
]

function secretsIn(text: string, screenColumns?: number): Span[] {
  const plain = plainView(text)
  const joined = joinedView(plain, screenColumns)
  const found = joined ? [...spansOf(plain), ...spansOf(joined)] : spansOf(plain)
  return merged(found)
}

function spansOf(view: View): Span[] {
  const found = finders.flatMap((find) => find(view.text))
  return found.map(({ start, end }) => ({ start: view.original(start), end: view.original(end - 1) + 1 }))
}

/** In order; those that touch are one. */
function merged(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans.sort((left, right) => left.start - right.start || right.end - left.end)) {
    const last = result.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else result.push({ ...span })
  }
  return result
}

function replaceAll(text: string, spans: readonly Span[], replacement: (secret: string) => string): string {
  let result = ''
  let done = 0
  for (const { start, end } of spans) {
    result += text.slice(done, start) + replacement(text.slice(start, end))
    done = end
  }
  return result + text.slice(done)
}

function keepingLines(secret: string): string {
  return mask + '\n'.repeat(secret.split('\n').length - 1)
}
