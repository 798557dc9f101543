/** Lets the project be named before the command: `-p shop queue`, and `-p shop fix-the-login` for one task. */
import type { Command } from 'commander'
import { childNamed } from '../command-tree.ts'

/** @param argv arguments as they were typed; they come back unless a project stands before the command */
export function projectBehindCommand(program: Command, argv: readonly string[]): string[] {
  const place = placeOf(program, argv)
  if (!place) return [...argv]
  const { before, project, rest, command } = place
  if (command !== program) return [...before, '--project', project, ...rest]
  const isTask = rest.some((word) => !word.startsWith('-'))
  return [...before, ...(isTask ? ['task', 'show'] : ['tasks']), '--project', project, ...rest]
}

interface Place {
  /** Flags and the words of the command. */
  before: string[]
  project: string
  rest: string[]
  command: Command
}

/** Undefined unless a project is named before the last word of the command. */
function placeOf(program: Command, argv: readonly string[]): Place | undefined {
  const before: string[] = []
  let project: string | undefined
  let command = program
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    const [, inline] = /^(?:--project=|-p(?=.))(.*)$/su.exec(word) ?? []
    const child = childNamed(command, word)
    if (child) {
      command = child
      before.push(word)
    } else if (globalFlags.has(word)) before.push(word)
    else if (project === undefined && command.commands.length > 0 && inline !== undefined) project = inline
    else if (
      project === undefined &&
      command.commands.length > 0 &&
      (word === '-p' || word === '--project') &&
      at + 1 < argv.length
    ) {
      project = argv[++at]
    } else return project === undefined ? undefined : { before, project, rest: argv.slice(at), command }
  }
  return project === undefined ? undefined : { before, project, rest: [], command }
}

const globalFlags: ReadonlySet<string> = new Set(['--json', '--debug', '--no-color'])
