/** Looking at the words of a command, for the refusals. In doubt an option counts as the dangerous one. */
import type { SimpleCommand } from '../shell/command.ts'

/** The values of the words after the program; unknown ones are left out. */
export function knownWords({ words }: SimpleCommand): string[] {
  return words.flatMap(({ value }) => value ?? [])
}

export function hasUnknownWord({ words }: SimpleCommand): boolean {
  return words.some(({ value }) => value === undefined)
}

/** Words that are no options; what stands after `--` is none. */
export function operands(command: SimpleCommand): string[] {
  const words = knownWords(command)
  const end = words.indexOf('--')
  const before = end < 0 ? words : words.slice(0, end)
  return [
    ...before.filter((word) => !word.startsWith('-') || word === '-'),
    ...(end < 0 ? [] : words.slice(end + 1)),
  ]
}

/**
 * Whether one of these options is there: letters alone or in a bundle, long names also shortened to `least`
 * characters after the dashes, as most programs take them.
 */
export function hasOption(
  words: readonly string[],
  letters: string,
  long: readonly string[] = [],
  least = 2,
): boolean {
  return words.some((word) => {
    if (word.startsWith('--')) {
      const [name = ''] = word.split('=', 1)
      return name.length >= least + 2 && long.some((each) => each.startsWith(name))
    }
    return /^-[^-]/u.test(word) && [...word.slice(1)].some((letter) => letters.includes(letter))
  })
}

/** Splits at spaces: tables of many short words stay readable. */
export function list(words: string): string[] {
  return words.split(' ')
}
