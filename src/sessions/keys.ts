/** Keys by name, as the bytes a terminal sends for them (xterm, normal cursor keys). */
import { OrchError } from '../lib/errors.ts'

const escape = '\u001b'

const named: Readonly<Record<string, string>> = {
  enter: '\r',
  return: '\r',
  escape,
  esc: escape,
  tab: '\t',
  'shift-tab': `${escape}[Z`,
  space: ' ',
  backspace: '\u007f',
  delete: `${escape}[3~`,
  insert: `${escape}[2~`,
  up: `${escape}[A`,
  down: `${escape}[B`,
  right: `${escape}[C`,
  left: `${escape}[D`,
  home: `${escape}[H`,
  end: `${escape}[F`,
  'page-up': `${escape}[5~`,
  'page-down': `${escape}[6~`,
  f1: `${escape}OP`,
  f2: `${escape}OQ`,
  f3: `${escape}OR`,
  f4: `${escape}OS`,
  f5: `${escape}[15~`,
  f6: `${escape}[17~`,
  f7: `${escape}[18~`,
  f8: `${escape}[19~`,
  f9: `${escape}[20~`,
  f10: `${escape}[21~`,
  f11: `${escape}[23~`,
  f12: `${escape}[24~`,
}

const controls: Readonly<Record<string, string>> = {
  'ctrl-space': '\u0000',
  'ctrl-[': escape,
  'ctrl-\\': '\u001c',
  'ctrl-]': '\u001d',
  'ctrl-_': '\u001f',
}

/** Names for help texts; letters, digits and `ctrl-a` … `ctrl-z`, `alt-<key>` come on top. */
export const keyNames: readonly string[] = Object.keys(named)

/**
 * The bytes of a key: a name of {@link keyNames}, one character for itself, `ctrl-<letter>`, `alt-<key>`.
 *
 * @throws {OrchError} `usage` for an unknown name.
 */
export function bytesOfKey(name: string): string {
  const key = name.toLowerCase()
  const known = named[key] ?? controls[key]
  if (known !== undefined) return known
  const letter = /^ctrl-([a-z])$/.exec(key)?.[1]
  if (letter) return String.fromCharCode(letter.charCodeAt(0) - 96)
  const withAlt = /^alt-(.+)$/isu.exec(name)?.[1]
  if (withAlt) return `${escape}${bytesOfKey(withAlt)}`
  if (/^[^\p{Cc}]$/u.test(name)) return name
  throw new OrchError('usage', `There is no key named "${name}".`, {
    hint: `Keys: ${keyNames.join(', ')}, ctrl-a to ctrl-z, alt-<key>, or a single character.`,
  })
}
