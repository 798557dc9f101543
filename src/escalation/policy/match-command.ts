/** Whether a command is like the pattern of a rule. */
import { matchesGlob } from './glob.ts'
import type { CommandPattern } from './policy-schema.ts'
import { programName, type SimpleCommand, wordsOf } from './shell/command.ts'

/**
 * @param exact the rule lets something happen: `/tmp/git` is not `git` then, and words that are not known are
 *   like nothing. Otherwise the program's name alone counts, and options before git's subcommand do not.
 */
export function matchesCommand(
  { words, flags }: CommandPattern,
  command: SimpleCommand,
  exact: boolean,
): boolean {
  const all = wordsOf(command)
  if (!exact) all[0] = programName(command)
  const given = withoutHarmlessOptions(all, exact)
  if (!flags) return matchesWords(words, given, exact)
  const [program, ...rest] = given
  const end = rest.indexOf('--')
  const isFlag = (word: string | undefined, index: number) =>
    word !== undefined && /^-./u.test(word) && (end < 0 || index < end)
  const options = rest.filter(isFlag)
  const others = rest.filter((word, index) => !isFlag(word, index) && index !== end)
  const allowed = options.every((option) => flags.some((flag) => matchesGlob(flag, option ?? '')))
  return (allowed || !exact) && matchesWords(words, [program, ...others], exact)
}

function matchesWords(
  pattern: readonly string[],
  words: readonly (string | undefined)[],
  exact: boolean,
): boolean {
  const open = pattern.at(-1) === '**'
  const fixed = open ? pattern.slice(0, -1) : pattern
  if (open ? words.length < fixed.length : words.length !== fixed.length) return false
  return fixed.every((each, index) => {
    const word = words[index]
    // What is not known may be what a rule holds back.
    return word === undefined ? !exact : matchesGlob(each, word)
  })
}

/** They change nothing of what git does. */
const harmless: ReadonlySet<string> = new Set([
  '--no-pager',
  '-P',
  '--no-optional-locks',
  '--literal-pathspecs',
])
const valued: ReadonlySet<string> = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
])

function withoutHarmlessOptions(words: (string | undefined)[], exact: boolean): (string | undefined)[] {
  if (words[0] !== 'git') return words
  let index = 1
  for (; index < words.length; index++) {
    const word = words[index]
    if (word === undefined || !word.startsWith('-')) break
    // Where it works is looked at as a path of its own.
    if (exact && !harmless.has(word) && word !== '-C') break
    if (valued.has(word)) index += 1
  }
  return ['git', ...words.slice(index)]
}
