/** Characters that make a command line look other than it is. */

/** Control characters but newline and tab; invisible and turning ones; spaces that are none to a shell. */
const odd = /[^\P{C}\n\t]|[\u2028\u2029]|[^\P{Zs} ]|[\u115f\u1160\u3164\uffa0]|\u034f/u

/** Says what is odd, or undefined. */
export function plainReading(text: string): string | undefined {
  const found = odd.exec(text)?.[0]
  if (found === undefined) return undefined
  return `it contains the character U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}, which is invisible or looks like another`
}
