/** Which questions are the same but for names, paths and numbers. */

/** Longest text that is compared, in characters. */
const longest = 160

const replacements: readonly [RegExp, string][] = [
  [/\bhttps?:\/\/\S+/g, '<url>'],
  [/"[^"\n]{1,200}"|“[^”\n]{1,200}”|`[^`\n]{1,200}`|(?<![a-z])'[^'\n]{1,200}'(?![a-z])/g, '<…>'],
  [/(?<![\w<])(?:~|\.{1,2})?(?:\/[\w.@+-]+)+\/?|\b[\w.-]+(?:\/[\w.@-]+)+/g, '<path>'],
  [
    /\b[\w-]+\.(?:[cm]?[jt]sx?|json|ya?ml|toml|md|txt|py|rb|rs|go|java|sh|css|html|sql|conf|log|lock)\b/g,
    '<file>',
  ],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b/g, '<id>'],
  [/\d+(?:[.,:]\d+)*/g, '<n>'],
]

/** The text with what differs from one occurrence to the next taken out. */
export function questionGroup(text: string): string {
  let result = text.slice(0, longest * 4).toLowerCase()
  for (const [pattern, place] of replacements) result = result.replace(pattern, place)
  return result.replace(/\s+/g, ' ').trim().slice(0, longest)
}
