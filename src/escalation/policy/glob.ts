/** Patterns with `*`, `?` and `{a,b}`, matched in time that grows with both lengths and no faster. */

/** Most alternatives that the braces of one pattern may make. */
const mostAlternatives = 200

/** A pattern without its braces: one pattern for each combination. Undefined: too many. */
export function expandBraces(pattern: string): string[] | undefined {
  const open = pattern.search(/\{[^{}]*\}/u)
  if (open < 0) return [pattern]
  const close = pattern.indexOf('}', open)
  const before = pattern.slice(0, open)
  const after = pattern.slice(close + 1)
  const all: string[] = []
  for (const alternative of pattern.slice(open + 1, close).split(',')) {
    const expanded = expandBraces(before + alternative + after)
    if (!expanded || all.length + expanded.length > mostAlternatives) return undefined
    all.push(...expanded)
  }
  return all
}

/** Whether the whole text is like the pattern. */
export function matchesGlob(pattern: string, text: string): boolean {
  return (expandBraces(pattern) ?? []).some((each) => matchesPlain([...each], [...text]))
}

/** Without regard to small and capital letters, and with every run of white space as one space. */
export function matchesText(pattern: string, text: string): boolean {
  return matchesGlob(plain(pattern), plain(text))
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}

/** Goes back to the last star only: that is enough, and takes at most the product of both lengths. */
function matchesPlain(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0
  let star = -1
  let resume = 0
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === '*') {
      star = at
      at += 1
      resume = index
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[index])) {
      at += 1
      index += 1
    } else if (star >= 0) {
      at = star + 1
      resume += 1
      index = resume
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
