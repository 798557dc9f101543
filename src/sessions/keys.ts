/** Keys by name, as the bytes a terminal sends for them (xterm, normal cursor keys). */
import { OrchError } from '../lib/errors.ts'

const esc = '\u001b'

const named: Readonly<Record<string, string>> = {
  enter: '\r',
  return: '\r',
  escape: esc,
  esc,
  tab: '\t',
  'shift-tab': `${esc}[Z`,
  space: ' ',
  backspace: '\u007f',
  delete: `${esc}[3~`,
  insert: `${esc}[2~`,
  up: `${esc}[A`,
  down: `${esc}[B`,
  right: `${esc}[C`,
  left: `${esc}[D`,
  home: `${esc}[H`,
  end: `${esc}[F`,
  'page-up': `${esc}[5~`,
  'page-down': `${esc}[6~`,
  f1: `${esc}OP`,
  f2: `${esc}OQ`,
  f3: `${esc}OR`,
  f4: `${esc}OS`,
  f5: `${esc}[15~`,
  f6: `${esc}[17~`,
  f7: `${esc}[18~`,
  f8: `${esc}[19~`,
  f9: `${esc}[20~`,
  f10: `${esc}[21~`,
  f11: `${esc}[23~`,
  f12: `${esc}[24~`,
}

const controls: Readonly<Record<string, string>> = {
  'ctrl-space': '\u0000',
  'ctrl-[': esc,
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
  if (withAlt) return `${esc}${bytesOfKey(withAlt)}`
  if (/^[^\p{Cc}]$/u.test(name)) return name
  throw new OrchError('usage', `There is no key named "${name}".`, {
    hint: `Keys: ${keyNames.join(', ')}, ctrl-a to ctrl-z, alt-<key>, or a single character.`,
  })
}
