/** Whether a word that stands where a secret would stand is one. */

/** Words of a sentence that speaks about a secret. */
const prose = new Set(
  (
    'a an and are as but by can flag for from if in instead is it must not of on option options or parameter so ' +
    'that the to was when which will with you your should may cannot has have'
  ).split(' '),
)

/** What programs and manuals write in place of a value, or of a missing one. */
const absent = new Set(
  (
    'none null nil undefined true false yes no required optional missing invalid empty unset set unknown expired ' +
    'string number boolean text hidden redacted prompt stdin ask any n/a'
  ).split(' '),
)

/** A variable, a place in a template, a row of stars: it stands for a value. */
const standsForOne = /^(?:\$|%[A-Za-z{(]|<|\{\{|\[redacted|[*•·xX?.…_-]{2,}$|[*•]{2,})/

/** Neither a reference, nor what a manual writes in place of a secret, nor the next word of a sentence. */
export function isGiven(value: string): boolean {
  const word = value.toLowerCase()
  return value !== '' && !standsForOne.test(value) && !prose.has(word) && !absent.has(word)
}

export function unquoted(value: string): string {
  return /^\\?(["'`])(.*?)\\?\1$/s.exec(value)?.[2] ?? value
}

/** Shorter values do not tell random from chosen. In characters. */
const leastRandom = 16
/** Entropy of what people write in names and paths stays below; of random hex digits it is about 3.5. Bits a character. */
const leastEntropy = 3

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Letters and digits mixed as no word or path has them. */
export function looksRandom(value: string): boolean {
  const text = value.slice(0, 200)
  if (text.length < leastRandom || uuid.test(text) || !/^[A-Za-z0-9+/=_.~-]+$/.test(text)) return false
  if (!(/\d/.test(text) && /[A-Za-z]/.test(text)) || /[/.-].*[/.-]/.test(text)) return false
  return entropy(text) >= leastEntropy
}

function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
