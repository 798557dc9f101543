/**
 * The `notify` line of Codex's config.toml, put in and taken out as a line of text. Only the part before the
 * first table is looked at, since a key belongs to the table above it. Pure.
 */
import { OrchError } from '../../lib/errors.ts'

/** A `name = value` before the first table. */
interface TopLevelKey {
  name: string
  value: string
  /** From the first character of the name to behind the newline that ends the value's last line. */
  start: number
  end: number
}

/** The value of `notify` as its strings; undefined without one. */
export function readNotify(text: string, path: string): string[] | undefined {
  const notify = topLevelKeys(text, path).find(({ name }) => name === 'notify')
  return notify && stringsOf(notify.value)
}

/** The text with this `notify`, in place of one that is there. */
export function withNotify(text: string, argv: readonly string[], path: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const line = `notify = ${JSON.stringify(argv)}`
  const keys = topLevelKeys(text, path)
  const present = keys.find(({ name }) => name === 'notify')
  if (present) {
    const end = text.slice(present.start, present.end).match(/\r?\n$/)?.[0] ?? ''
    return text.slice(0, present.start) + line + end + text.slice(present.end)
  }
  const last = keys.at(-1)
  const at = last?.end ?? /^\ufeff?(?:#:[^\n]*\n)?/.exec(text)?.[0].length ?? 0
  const open = last !== undefined && !text.slice(0, at).endsWith('\n')
  return open ? `${text}${eol}${line}` : `${text.slice(0, at)}${line}${eol}${text.slice(at)}`
}

/** The text without its `notify` line. */
export function withoutNotify(text: string, path: string): string {
  const notify = topLevelKeys(text, path).find(({ name }) => name === 'notify')
  if (!notify) return text
  const before = text.slice(0, notify.start)
  const after = text.slice(notify.end)
  // A last line without a newline has brought the one in front of it.
  const open = after === '' && !text.endsWith('\n')
  return (open ? before.replace(/\r?\n$/, '') : before) + after
}

function topLevelKeys(text: string, path: string): TopLevelKey[] {
  const keys: TopLevelKey[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  for (;;) {
    at = skip(text, at, /\s+|#[^\n]*/y)
    if (at >= text.length || text[at] === '[') return keys
    const assignment = matchAt(text, at, assignmentStart)
    if (!assignment) throw unreadable(text, at, path)
    const value = at + assignment[0].length
    const behind = endOfValue(text, value)
    const rest = behind === undefined ? undefined : matchAt(text, behind, /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y)
    if (behind === undefined || behind === value || !rest) throw unreadable(text, at, path)
    const name = (assignment[1] ?? '').replace(/^(["'])(.*)\1$/, '$2') + (assignment[2] ?? '')
    const end = behind + rest[0].length
    keys.push({ name, value: text.slice(value, behind), start: at, end })
    at = end
  }
}

/** A key, perhaps with dots, and the sign behind it. */
const assignmentStart =
  /("[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)((?:[ \t]*\.[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+))*)[ \t]*=[ \t]*/y
const strings = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y

/** Behind a value: a string, a list, an inline table, or a bare word; undefined when it has no end. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0
  let at = start
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '"' || character === "'") {
      const string = matchAt(text, at, strings)
      if (!string) return undefined
      at += string[0].length
    } else if (depth === 0 && /[\s#]/.test(character) && !isDateGap(text, at)) return at
    else if (character === '#') at = skip(text, at, /#[^\n]*/y)
    else {
      if (character === '[' || character === '{') depth += 1
      if (character === ']' || character === '}') depth -= 1
      at += 1
    }
    if (depth < 0) return undefined
  }
  return depth === 0 ? at : undefined
}

/** A date and a time may have a space between them. */
function isDateGap(text: string, at: number): boolean {
  return /\d{4}-\d\d-\d\d $/.test(text.slice(Math.max(0, at - 10), at + 1)) && /\d/.test(text[at + 1] ?? '')
}

function stringsOf(value: string): string[] {
  const found = [...value.matchAll(new RegExp(strings.source, 'g'))]
  return found.map(([string]) =>
    string.startsWith('"') && !string.startsWith('"""') ? unquoted(string) : string.replace(/^'+|'+$/g, ''),
  )
}

/** TOML's escapes are those of JSON, but for `\e`, `\x` and eight digits. */
function unquoted(string: string): string {
  try {
    return String(JSON.parse(string))
  } catch {
    return string.slice(1, -1)
  }
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from
  for (let found = matchAt(text, at, what); found && found[0] !== ''; found = matchAt(text, at, what))
    at += found[0].length
  return at
}

function matchAt(text: string, at: number, what: RegExp): RegExpExecArray | null {
  what.lastIndex = at
  return what.exec(text)
}

function unreadable(text: string, at: number, path: string): OrchError {
  const before = text.slice(0, at).split('\n')
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  return new OrchError(
    'invalid-config',
    `${path} is left as it is: at ${place} it is no TOML that is understood.`,
    {
      hint: 'Mend the file (or move it away), and run the command again.',
    },
  )
}
