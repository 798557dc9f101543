/** Takes a command line apart with the parser of bash's grammar that docs/dependencies.md names. */
import { resolve } from 'node:path'
import {
  type Command,
  forEachChild,
  type ParsedScript,
  parse,
  type Redirected,
  type Redirection as RedirectionNode,
  type SyntaxNode,
} from 'unbash'
import { plainReading } from './characters.ts'
import type { Redirection, ShellReading, ShellWord, SimpleCommand } from './command.ts'
import { readWord } from './read-word.ts'
import { unwrap } from './unwrap.ts'

/** Longest command line that is taken apart, in characters; agents' hooks cut at 4,000. */
const longest = 10_000
/** Programs that start programs, `bash -c` in `bash -c`, and brackets in brackets: deeper than this is no honest work. */
const deepest = 12
/** Most words of commands that are looked at: `find -exec find -exec …` would multiply them. */
const mostWords = 5_000
/** Directories a command may be in after several `cd`, each of which may have failed. */
const mostDirectories = 8
/** Parts of a line that only combine commands, all of which are looked at. */
const transparent: ReadonlySet<SyntaxNode['type']> = new Set([
  ...(['Script', 'Statement', 'AndOr', 'Pipeline', 'Negation', 'Time', 'Subshell', 'BraceGroup'] as const),
  ...(['CompoundList', 'Redirected'] as const),
])

/** @param directory where the command line runs, absolute */
export function readShell(text: string, directory: string): ShellReading {
  const walk = new Walk([directory])
  walk.text(text, 0, { input: 'terminal', through: [] })
  return walk.reading
}

type Around = Pick<SimpleCommand, 'input' | 'through'>

class Walk {
  readonly reading: ShellReading = { commands: [], problems: [] }
  #directories: readonly string[] | undefined
  #seen = 0

  constructor(directories: readonly string[]) {
    this.#directories = directories
  }

  text(text: string, depth: number, around: Around): void {
    if (text.length > longest) {
      this.#problem('the command line is too long to be looked through')
      return
    }
    if (depth > deepest) {
      this.#problem('commands are nested too deep')
      return
    }
    const odd = plainReading(text)
    if (odd !== undefined) this.#problem(odd)
    let script: ParsedScript
    try {
      script = parse(text)
    } catch {
      this.#problem('the command line is no shell language')
      return
    }
    this.#node(script, depth, around)
  }

  #node(node: SyntaxNode, depth: number, around: Around): void {
    if (depth > deepest * 4) {
      this.#problem('commands are nested too deep')
      return
    }
    if (node.type === 'Script') {
      const [error] = ('errors' in node ? node.errors : undefined) ?? []
      if (error) this.#problem(`the command line is no shell language: ${error.message}`)
    }
    if (node.type === 'Command') {
      this.#command(node, depth, around)
      return
    }
    if (!transparent.has(node.type) && isConstruct(node)) {
      this.#problem(`it uses "${constructName(node)}", which is not looked through`)
    }
    const inside = node.type === 'Redirected' ? this.#redirected(node, around) : around
    let first = true
    forEachChild(node, (child) => {
      const piped = node.type === 'Pipeline' && !first && child.type !== 'Negation' && child.type !== 'Time'
      if (child.type !== 'Negation' && child.type !== 'Time') first = false
      this.#node(child, depth + 1, piped ? { ...inside, input: 'pipe' } : inside)
    })
  }

  #command(node: Command, depth: number, { input, through }: Around): void {
    const redirections = node.redirects.map(readRedirection)
    if (node.redirects.some((each) => each.type === 'HereDoc' && !each.closing)) {
      this.#problem('the text that it is given has no end')
    }
    const variables = node.prefix.flatMap((part) =>
      part.type === 'Assignment' ? [{ name: part.name, value: assigned(part.value) }] : [],
    )
    if (!node.name && variables.length > 0) this.#problem('it sets variables for the commands that follow')
    const command: SimpleCommand = {
      program: node.name ? readWord(node.name) : { value: '', text: '' },
      words: node.args.map((part) =>
        part.type === 'Word' ? readWord(part) : { value: plainAssignment(part.text), text: part.text },
      ),
      variables,
      redirections,
      input: isFed(redirections) ? 'text' : input,
      through,
      directories: this.#directories,
    }
    this.#add(command, depth)
    // Substitutions anywhere in it run as well.
    forEachChild(node, (child) => this.#node(child, depth + 1, { input: 'terminal', through }))
  }

  /** What is redirected for several commands at once stands as a command without a program. */
  #redirected(node: Redirected, around: Around): Around {
    const redirections = node.redirects.map(readRedirection)
    this.reading.commands.push({
      ...{ program: { value: '', text: '' }, words: [], variables: [], redirections },
      ...{ ...around, directories: this.#directories },
    })
    return isFed(redirections) ? { ...around, input: 'text' } : around
  }

  #add(command: SimpleCommand, depth: number): void {
    this.#seen += 1 + command.words.length
    if (this.#seen > mostWords) {
      this.#problem('it runs more commands than are looked at')
      return
    }
    if (depth > deepest * 4) {
      this.#problem('commands are nested too deep')
      return
    }
    const { outer, inner, script, problem } = unwrap(command)
    if (problem !== undefined) this.#problem(problem)
    if (outer) {
      this.reading.commands.push(command)
      this.#changeDirectory(command)
    }
    for (const each of inner) this.#add(each, depth + 1)
    if (script !== undefined) {
      this.text(script.text, depth + 1, { input: command.input, through: script.through })
    }
  }

  /** After `cd` a command may be in the new directory, or, if it failed, still in the old one. */
  #changeDirectory({ program, words }: SimpleCommand): void {
    const name = program.value
    if (name === 'pushd' || name === 'popd') this.#directories = undefined
    if (name !== 'cd' || !this.#directories) return
    const [to] = words
    const path = words.length === 1 ? to?.value : undefined
    if (path === undefined || path.startsWith('-') || path.startsWith('~') || path === '') {
      this.#directories = undefined
      return
    }
    const next = new Set([...this.#directories, ...this.#directories.map((from) => resolve(from, path))])
    this.#directories = next.size > mostDirectories ? undefined : [...next]
  }

  #problem(problem: string): void {
    if (!this.reading.problems.includes(problem)) this.reading.problems.push(problem)
  }
}

function readRedirection(node: RedirectionNode): Redirection {
  const none: ShellWord = { value: undefined, text: '' }
  if (node.type === 'HereDoc') {
    return {
      operator: node.operator,
      target: { value: node.body.parts ? undefined : node.body.text, text: '' },
    }
  }
  return { operator: node.operator, target: node.target ? readWord(node.target) : none }
}

function isFed(redirections: readonly Redirection[]): boolean {
  return redirections.some(({ operator }) => operator.startsWith('<') && operator !== '<&')
}

function assigned(value: { type: string }): ShellWord {
  return 'text' in value && value.type === 'Word'
    ? readWord(value as Parameters<typeof readWord>[0])
    : { value: undefined, text: '(…)' }
}

/** `--x=y` of `dd` or `make` is read as an assignment when it has the form of one. */
function plainAssignment(text: string): string | undefined {
  return /^[\w+=%:,./@-]*$/u.test(text) ? text : undefined
}

/** Whether a node is a construct of its own and not a piece of a word. */
function isConstruct({ type }: SyntaxNode): boolean {
  return constructs.has(type)
}

const constructs: ReadonlySet<SyntaxNode['type']> = new Set([
  ...(['If', 'For', 'ArithmeticFor', 'Select', 'While', 'Case', 'TestCommand', 'ArithmeticCommand'] as const),
  ...(['Function', 'Coproc', 'ExtendedGlob', 'ArithmeticExpansion', 'LocaleString'] as const),
])

function constructName({ type }: SyntaxNode): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase()
}
