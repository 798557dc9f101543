/** A text file that says something about itself before its text: YAML between two lines of `---`. */

export interface FrontMatterText {
  /** Undefined when the text does not begin so. */
  yaml: string | undefined
  body: string
}

export function splitFrontMatter(text: string): FrontMatterText {
  const match = /^\uFEFF?---[ \t]*\r?\n(?<yaml>[\s\S]*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|$)/m.exec(text)
  if (match?.index !== 0) return { yaml: undefined, body: text }
  return { yaml: match.groups?.['yaml'] ?? '', body: text.slice(match[0].length) }
}
