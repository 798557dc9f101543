/** One word for a POSIX shell, whatever the text is (NUL cannot be passed and is refused). */
export function quoteForShell(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell word cannot contain U+0000')
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
