/** Colours of the output: SGR sequences, or nothing at all. */

/** ECMA-48 codes; 22, 23 and 39 switch bold or faint, italic and the colour off again. */
const codes = {
  bold: [1, 22],
  faint: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type StyleName = keyof typeof codes
export type Styles = Readonly<Record<StyleName, (text: string) => string>>

/** One function for each style; each gives its text back as it is when colours are off. */
export function createStyles(enabled: boolean): Styles {
  const style = (name: StyleName) => {
    const [on, off] = codes[name]
    return (text: string) => (enabled && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  }
  return {
    bold: style('bold'),
    faint: style('faint'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    blue: style('blue'),
    magenta: style('magenta'),
    cyan: style('cyan'),
  }
}

/**
 * Whether to write colours: `--no-color` and NO_COLOR (https://no-color.org) say no, FORCE_COLOR says yes,
 * else only a terminal gets them.
 */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean, flag: boolean): boolean {
  if (!flag || env['NO_COLOR']) return false
  const force = env['FORCE_COLOR']
  if (force) return force !== '0' && force !== 'false'
  return isTerminal && env['TERM'] !== 'dumb'
}
