/** A command line of a shell, taken apart: the programs that it would run and what is known of each. */

export interface ShellWord {
  /** Undefined: the shell works it out when it runs (variables, globs, substitutions). */
  value: string | undefined
  /** As it stands in the command line. */
  text: string
}

export interface Redirection {
  operator: string
  target: ShellWord
}

export interface SimpleCommand {
  program: ShellWord
  /** What follows the program. */
  words: readonly ShellWord[]
  /** Variables that are set for it alone. */
  variables: readonly { name: string; value: ShellWord }[]
  redirections: readonly Redirection[]
  /** Where its standard input comes from. `text`: a here-document or here-string. */
  input: 'terminal' | 'pipe' | 'text'
  /** Programs that start it, the outermost first: `sudo`, `timeout`, `bash`, … */
  through: readonly string[]
  /** Directories that it may run in, absolute. Undefined: not known, after `cd "$x"`. */
  directories: readonly string[] | undefined
}

export interface ShellReading {
  /** In the order in which they stand, those in substitutions included. */
  commands: SimpleCommand[]
  /** What was not understood. Nothing with a problem is ever approved. */
  problems: string[]
}

/** The words of a command, the program first; undefined where the shell works them out. */
export function wordsOf({ program, words }: SimpleCommand): (string | undefined)[] {
  return [program.value, ...words.map(({ value }) => value)]
}

/** The command in one line, for people. */
export function shortForm({ program, words }: SimpleCommand): string {
  return [program, ...words].map(({ text }) => text).join(' ')
}

/** The last part of a program's path, in small letters: file systems of Macs do not tell them apart. */
export function programName(command: SimpleCommand): string | undefined {
  return command.program.value?.split('/').at(-1)?.toLowerCase()
}
