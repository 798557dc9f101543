/** Lets the project be named before the command: `-p shop queue`, and `-p shop fix-the-login` for one task. */
import { type Command, CommanderError } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { childNamed, commandNamed, defaultCommandOf } from '../command-tree.ts'

/**
 * @param argv arguments as they were typed; they come back unless a project stands before the command
 * @throws {OrchError} `usage` when no project or more than one is named there, or the command is about none
 */
export function projectBehindCommand(program: Command, argv: readonly string[]): string[] {
  const place = placeOf(program, argv)
  if (!place) return [...argv]
  const { before, project, rest, command } = place
  if (command !== program) {
    if (!takesProject(command)) throw notOfProject(program, before)
    return [...before, '--project', project, ...rest]
  }
  const isTask = rest.some((word) => !word.startsWith('-'))
  return [...before, ...(isTask ? ['task', 'show'] : ['tasks']), '--project', project, ...rest]
}

/** In place of `unknown option`, where `-p` stands behind a command that is about no project. */
export function explainProject(error: unknown, program: Command, words: readonly string[]): unknown {
  const isUnknown = error instanceof CommanderError && error.code === 'commander.unknownOption'
  return isUnknown && /'(?:-p|--project(?:=.*)?)'/u.test(error.message) ? notOfProject(program, words) : error
}

/** Whether it has `-p`, itself or as the command that is meant where no other one is named. */
export function takesProject(command: Command): boolean {
  return [command, defaultCommandOf(command)].some((one) => one?.options.some(({ short }) => short === '-p'))
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
    const child = childNamed(command, word)
    const named = command.commands.length > 0 ? projectIn(word, argv[at + 1]) : undefined
    if (child) {
      command = child
      before.push(word)
    } else if (globalFlags.has(word)) before.push(word)
    else if (named) {
      if (project !== undefined) throw onlyOne(project, named.project)
      project = named.project
      at += named.words - 1
    } else return project === undefined ? undefined : { before, project, rest: argv.slice(at), command }
  }
  return project === undefined ? undefined : { before, project, rest: [], command }
}

const globalFlags: ReadonlySet<string> = new Set(['--json', '--debug', '--no-color'])

/** Undefined when the word does not name one; in how many words it does. */
function projectIn(word: string, next: string | undefined): { project: string; words: number } | undefined {
  const [, inline] = /^(?:--project=|-p(?=.))(.*)$/su.exec(word) ?? []
  if (inline !== undefined) return { project: inline, words: 1 }
  if (word !== '-p' && word !== '--project') return undefined
  if (next !== undefined) return { project: next, words: 2 }
  throw new OrchError('usage', `The project is missing after ${word}.`, {
    hint: 'Give its name or its directory. `iterm-orch project list` shows all.',
  })
}

function onlyOne(one: string, other: string): OrchError {
  return new OrchError('usage', `Two projects are named: ${one} and ${other}.`, { hint: 'Name one of them.' })
}

function notOfProject(program: Command, words: readonly string[]): OrchError {
  return new OrchError('usage', `\`${commandNamed(program, words)}\` takes no -p.`, {
    hint: '-p goes with tasks, task, queue, results and logs; commands of `project` have the project as their argument.',
  })
}
