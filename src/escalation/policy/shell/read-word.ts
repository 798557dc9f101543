/** The value of a word, where it does not depend on what is the case when it runs. */
import type { Word, WordPart } from 'unbash'
import type { ShellWord } from './command.ts'

export function readWord(word: Word): ShellWord {
  return { value: isUnsure(word.text) ? undefined : staticValue(word), text: word.text }
}

/** zsh replaces `=ls` by the path of `ls`; agents run the shell that their user has. */
function isUnsure(text: string): boolean {
  return text.startsWith('=')
}

function staticValue(word: Word): string | undefined {
  if (!word.parts) return word.value
  return join(word.parts)
}

function join(parts: readonly WordPart[]): string | undefined {
  let value = ''
  for (const part of parts) {
    const text = partValue(part)
    if (text === undefined) return undefined
    value += text
  }
  return value
}

function partValue(part: WordPart): string | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return part.value
    case 'DoubleQuoted':
      return join(part.parts)
    default:
      return undefined
  }
}
