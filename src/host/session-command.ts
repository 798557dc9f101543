/** Cuts a command into words the way a shell does, without running one. */

/**
 * Words of a command: separated by blanks, with 'single' and "double" quotes and backslashes as in a
 * POSIX shell. Nothing is expanded. An open quote ends with the text.
 */
export function splitCommand(command: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let index = 0; index < command.length; index += 1) {
    const character = command.charAt(index)
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === "'") {
      const end = indexOrEnd(command, "'", index + 1)
      word = (word ?? '') + command.slice(index + 1, end)
      index = end
    } else if (character === '"') {
      const quoted = readDoubleQuoted(command, index + 1)
      word = (word ?? '') + quoted.text
      index = quoted.end
    } else if (character === '\\') {
      index += 1
      // A backslash before a newline joins the two lines.
      if (command.charAt(index) !== '\n') word = (word ?? '') + command.charAt(index)
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

/** Within double quotes a backslash escapes only these. */
const escapable = new Set(['"', '\\', '$', '`'])

function readDoubleQuoted(command: string, start: number): { text: string; end: number } {
  let text = ''
  let index = start
  while (index < command.length && command.charAt(index) !== '"') {
    const next = command.charAt(index + 1)
    if (command.charAt(index) === '\\' && next === '\n') {
      index += 2
    } else if (command.charAt(index) === '\\' && escapable.has(next)) {
      text += next
      index += 2
    } else {
      text += command.charAt(index)
      index += 1
    }
  }
  return { text, end: index }
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from)
  return index === -1 ? text.length : index
}
