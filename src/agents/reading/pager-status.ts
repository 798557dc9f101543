/** The last line of programs that show files: what stands above it is text, whatever it looks like. */

/** `(END)`, `notes.txt (END)`, `lines 1-40`, `Manual page ls(1) line 1 (press h for help or q to quit)`. */
const pager =
  /^(?:.{0,120}\(END\)|lines \d+-\d+.{0,60}|Manual page .{1,100}|.{1,100}\(press h for help or q to quit\))$/u
/** vim: `"notes.txt" 5L, 100B   1,1   All`, `-- INSERT --   3,4-7   42%`; nano: `^G Help  ^O Write Out`. */
const editor =
  /^(?:.{0,200}\s\d+,\d+(?:-\d+)?\s+(?:All|Top|Bot|\d{1,2}%)|-- (?:INSERT|REPLACE|VISUAL)\b.{0,120}|"[^"]{1,120}".{0,20} \d+L, \d+[BC]|\^[A-Z] \p{L}.{0,200}\^[A-Z] .{1,100})$/u

/** A pager waits for a key there. */
export function isPagerStatus(text: string): boolean {
  return pager.test(text)
}

/** Whether a screen whose last line this is shows a file. */
export function isFileStatus(text: string): boolean {
  return pager.test(text) || editor.test(text)
}
