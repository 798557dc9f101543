/** A part of a text: from `start` up to, not including, `end`. */
export interface Span {
  start: number
  end: number
}

/**
 * What a pattern finds. Its first group is what stays in front, its second the secret; with no groups all of it
 * is the secret.
 *
 * @param accepts says no to what only looks like one
 */
export function spansOf(
  pattern: RegExp,
  text: string,
  accepts: (match: RegExpExecArray, secret: string) => boolean = () => true,
): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(pattern)) {
    const [all, before = '', secret = all] = match
    const start = match.index + before.length
    if (secret !== '' && accepts(match, secret)) spans.push({ start, end: start + secret.length })
  }
  return spans
}
