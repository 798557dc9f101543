/** Finds out from the tree of commands what may stand at the end of a command line. */
import type { Argument, Command, Option } from 'commander'
import { childNamed, defaultCommandOf } from '../command-tree.ts'

export interface Candidate {
  value: string
  description: string
}

/** What may stand there: given words, or something that has to be looked up by its kind. */
export interface Fitting {
  candidates: Candidate[]
  /** Name of the argument or option value: `session`, `agent`, `file`, `directory`, `key`, … */
  kind?: string
  /** The current word without what every candidate begins with (`--agent=`). */
  typed: string
  /** What every candidate begins with, in front of `typed`. */
  prefix: string
}

/** @param words the words after `iterm-orch`; the last one is being typed and may be empty */
export function whatFits(program: Command, words: readonly string[]): Fitting {
  const current = words.at(-1) ?? ''
  const place = placeAfter(program, words.slice(0, -1))
  if (place.passedThrough) return { candidates: [], kind: 'file', typed: current, prefix: '' }
  if (place.option) return { ...valuesOf(place.option), typed: current, prefix: '' }
  const [, name, typed = ''] = /^(--[^=]+)=(.*)$/s.exec(current) ?? []
  const option = name === undefined ? undefined : optionNamed(place.command, name)
  if (option) return { ...valuesOf(option), typed, prefix: `${name}=` }
  if (current.startsWith('-')) return { candidates: optionsOf(place.command), typed: current, prefix: '' }
  const commands = subcommandsOf(place.command)
  if (commands.length > 0) {
    // What may stand in the place of a subcommand.
    const meant = place.arguments === 0 ? defaultCommandOf(place.command)?.registeredArguments[0] : undefined
    return { ...(meant && valuesOf(meant)), candidates: commands, typed: current, prefix: '' }
  }
  const known = place.command.registeredArguments
  const argument = known[place.arguments] ?? variadic(known.at(-1))
  return { ...(argument ? valuesOf(argument) : { candidates: [] }), typed: current, prefix: '' }
}

interface Place {
  command: Command
  /** Arguments of the command that stand before. */
  arguments: number
  /** The option whose value comes next. */
  option?: Option | undefined
  /** After `--`. */
  passedThrough: boolean
}

function placeAfter(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, arguments: 0, passedThrough: false }
  for (const word of words) {
    if (place.option && !word.startsWith('-')) {
      if (!place.option.variadic) place.option = undefined
    } else if (word === '--') {
      return { command: place.command, arguments: place.arguments, passedThrough: true }
    } else if (word.startsWith('-')) {
      const option = word.includes('=') ? undefined : optionNamed(place.command, word)
      place.option = option?.required || option?.optional ? option : undefined
    } else {
      const child = childNamed(place.command, word)
      if (child) Object.assign(place, { command: child, arguments: 0 })
      else place.arguments += 1
    }
  }
  return place
}

function optionNamed(command: Command, name: string): Option | undefined {
  return allOptions(command).find((option) => option.long === name || option.short === name)
}

/** The options of the command and of its parents, which may stand after it too, and of the one that it means. */
function allOptions(command: Command): Option[] {
  const own = command.createHelp().visibleOptions(command)
  return [...own, ...(command.parent?.options ?? []), ...(defaultCommandOf(command)?.options ?? [])]
}

function optionsOf(command: Command): Candidate[] {
  const seen = new Set<string>()
  return allOptions(command).flatMap((option) => {
    const value = option.long ?? option.short ?? ''
    if (option.hidden || seen.has(value)) return []
    seen.add(value)
    return [{ value, description: option.description }]
  })
}

function subcommandsOf(command: Command): Candidate[] {
  const help = command.createHelp()
  return help
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), description: help.subcommandDescription(child) }))
}

function variadic(argument: Argument | undefined): Argument | undefined {
  return argument?.variadic ? argument : undefined
}

function valuesOf(holder: Argument | Option): { candidates: Candidate[]; kind?: string } {
  if (holder.argChoices) return { candidates: holder.argChoices.map((value) => ({ value, description: '' })) }
  const kind = 'flags' in holder ? /[<[]([^.>\]]+)/.exec(holder.flags)?.[1] : holder.name()
  return { candidates: [], ...(kind !== undefined && { kind }) }
}
