/** Confirmations at the end of a line: `[y/n]`, `(Y/n)`, `(yes/no)`, git's `[y,n,q]`, aider's `(Y)es/(N)o/(D)on't ask again`. */
import { meaningOf } from './meaning.ts'
import type { PromptOption } from './prompt.ts'

export interface Confirmation {
  question: string
  options: PromptOption[]
}

const yesNo =
  /^(.*?)\s*[[(]\[?(y(?:es)?|Y(?:es)?|YES)\]?\s*[/|]\s*\[?(n(?:o)?|N(?:o)?|NO)\]?((?:[/|]\[?[^\s\])]{1,30}\]?){0,4})[\])]\s*[?:>]?$/u
/** git's `Stage this hunk [y,n,q,a,d,?]?`. */
const letters = /^(.*?)\s*\[([A-Za-z/?](?:,[A-Za-z/?]){2,20})\]\s*[?:>]?$/u
const initials = /\(([A-Za-z])\)([\p{L}'’ ]{1,24})/gu
const initialLine = /^(.*?)\s*((?:\([A-Za-z]\)[\p{L}'’ ]{1,24}\/?){2,})\s*(?:\[([^\]]{0,24})\])?\s*[?:]?$/u

export function readConfirmation(text: string): Confirmation | undefined {
  return readYesNo(text) ?? readLetters(text) ?? readInitials(text)
}

function readYesNo(text: string): Confirmation | undefined {
  // inquirer's mark is none of the question's words.
  const match = yesNo.exec(text.replace(/^\? /u, ''))
  if (!match) return undefined
  const [, before = '', yes = '', no = '', more = ''] = match
  // A short one is answered by one letter, the default is the capital one.
  const words = [yes, no, ...more.split(/[/|]/u).filter((word) => word !== '' && !/^[[<]/u.test(word))]
  const capital = words.filter((word) => /^[A-Z]/u.test(word))
  const options = words.map((word, index) =>
    option(
      index + 1,
      labelOf(word),
      [...spell(word.toLowerCase()), 'enter'],
      capital.length === 1 && capital[0] === word,
    ),
  )
  return { question: before === '' ? text : before, options }
}

function labelOf(word: string): string {
  const lower = word.toLowerCase()
  if (lower === 'y') return 'yes'
  if (lower === 'n') return 'no'
  // In a list of letters the small and the capital one differ.
  if (lower.length === 1 && lower !== 'a') return word
  return lower === 'a' ? 'all' : lower
}

/** Words are typed letter by letter, since key names could be words too. */
function spell(word: string): string[] {
  return [...word]
}

function readLetters(text: string): Confirmation | undefined {
  const match = letters.exec(text)
  if (!match) return undefined
  const [, before = '', list = ''] = match
  const options = list
    .split(',')
    .map((letter, index) => option(index + 1, labelOf(letter), [letter, 'enter'], false))
  return { question: before === '' ? text : before, options }
}

function readInitials(text: string): Confirmation | undefined {
  const match = initialLine.exec(text)
  if (!match) return undefined
  const [, before = '', list = '', preset = ''] = match
  const options = [...list.matchAll(initials)].map(([, letter = '', rest = ''], index) => {
    const label = `${letter}${rest}`.trim()
    const selected = preset !== '' && label.toLowerCase().startsWith(preset.toLowerCase())
    return option(index + 1, label, [letter.toLowerCase(), 'enter'], selected)
  })
  return options.length < 2 ? undefined : { question: before === '' ? text : before, options }
}

function option(number: number, label: string, keys: string[], selected: boolean): PromptOption {
  const meaning = /^all$/iu.test(label) ? 'always' : meaningOf(label)
  return { number, label, description: '', meaning, selected, keys }
}
