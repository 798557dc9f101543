/** Writes a line with its colours and styles as escape sequences, for `read --ansi` and `attach`. */
import type { Line } from '../iterm2/screen/line.ts'
import type { CellColor, Style } from '../iterm2/screen/style.ts'

const reset = '\u001b[0m'

/** The text of the line with SGR sequences; begins and ends with the default style. */
export function lineToAnsi(line: Line): string {
  let result = ''
  let end = 0
  for (const run of line.styles) {
    const text = line.slice(run.start, run.end)
    end = run.end
    const codes = sgrCodes(run.style)
    // Text of an invisible style stays invisible in the copy: it may be a password.
    result += codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}${reset}`
  }
  return result + line.slice(end, line.length)
}

function sgrCodes(style: Style): string[] {
  const codes: string[] = []
  if (style.bold) codes.push('1')
  if (style.faint) codes.push('2')
  if (style.italic) codes.push('3')
  if (style.underline) codes.push('4')
  if (style.blink) codes.push('5')
  if (style.inverse) codes.push('7')
  if (style.invisible) codes.push('8')
  if (style.strikethrough) codes.push('9')
  codes.push(...colorCodes(style.foreground, 30), ...colorCodes(style.background, 40))
  return codes
}

/** @param base 30 for the foreground, 40 for the background (ECMA-48, with 8 and xterm's 90/100 range) */
function colorCodes(color: CellColor, base: 30 | 40): string[] {
  if (color.kind === 'rgb') return [`${base + 8}`, '2', `${color.red}`, `${color.green}`, `${color.blue}`]
  if (color.kind !== 'palette') return []
  if (color.index < 8) return [`${base + color.index}`]
  if (color.index < 16) return [`${base + 60 + color.index - 8}`]
  return [`${base + 8}`, '5', `${color.index}`]
}
