/** The names under which the program in front may be known, of what the process table tells. */
import { basename } from 'node:path'

/** The foreground job of a terminal; what is not known is left out. */
export interface ForegroundProgram {
  /** Names from the session's first process to the job. */
  ancestors: readonly string[]
  job?: string | undefined
  /** The job's program and arguments, by spaces. */
  commandLine?: string | undefined
  /** The youngest descendant of the job in the foreground. */
  deepest?: string | undefined
}

/** Programs whose first argument names what really runs. */
const interpreters =
  /^(?:node|nodejs|bun|deno|tsx|python[\d.]*|uv|uvx|pipx|ruby|perl|(?:ba|z|da|k|fi)?sh|env|npx|bunx)$/u
const packageRunners = /^(?:npm|pnpm|yarn)$/u
/** Words of those that stand before the script. */
const subcommands: ReadonlySet<string> = new Set(['run', 'exec', 'x', 'dlx', 'tool'])
/** What follows these is no script. */
const inline: ReadonlySet<string> = new Set(['-c', '-e', '-p', '--eval', '--print'])

/** From the session's first process down to the job, and what runs inside of an interpreter. */
export function programNames({ ancestors, job, commandLine, deepest }: ForegroundProgram): string[] {
  const words = wordsOf(commandLine)
  const names = [...ancestors, job, words[0], scriptOf(words), deepest]
  return names.flatMap((name) => (name ? [nameOf(name)] : []))
}

/** Whether the command line starts a program out of this package: a path into it, or its name with a version. */
export function runsPackage(commandLine: string | undefined, name: string): boolean {
  const [program = '', ...words] = wordsOf(commandLine)
  if (!interpreters.test(nameOf(program)) && !packageRunners.test(nameOf(program))) return false
  return words.some((word) => {
    const rest = word.startsWith(name) ? word.slice(name.length) : undefined
    return rest === '' || rest?.startsWith('@') === true || word.includes(`/node_modules/${name}/`)
  })
}

function wordsOf(commandLine = ''): string[] {
  return commandLine.split(' ').filter((word) => word !== '')
}

function scriptOf([program = '', ...words]: readonly string[]): string | undefined {
  if (!interpreters.test(nameOf(program))) return undefined
  for (const word of words) {
    if (inline.has(word)) return undefined
    if (!word.startsWith('-') && !subcommands.has(word)) return word
  }
  return undefined
}

/** A login shell begins with a dash; a script may have an ending. */
function nameOf(path: string): string {
  return basename(path)
    .replace(/^-/u, '')
    .replace(/\.(?:[cm]?[jt]s|py|rb|sh)$/u, '')
}
