/** Looking at the tree of commands. */
import type { Command } from 'commander'

/** The full name (`iterm-orch service logs`) of the command that the words lead to. */
export function commandNamed(program: Command, words: readonly string[]): string {
  const names = [program.name()]
  let command = program
  for (const word of words) {
    const next = childNamed(command, word)
    if (!next) {
      if (word.startsWith('-')) continue
      break
    }
    names.push(next.name())
    command = next
  }
  return names.join(' ')
}

/** The subcommand that has this name or alias. */
export function childNamed(command: Command, name: string): Command | undefined {
  return command.commands.find((child) => child.name() === name || child.aliases().includes(name))
}

const defaults = new WeakMap<Command, Command>()

/** Adds a subcommand that is meant where the words name none: `task x` is `task show x`. */
export function addDefaultCommand(parent: Command, name: string): Command {
  const child = parent.command(name, { isDefault: true })
  defaults.set(parent, child)
  return child
}

export function defaultCommandOf(parent: Command): Command | undefined {
  return defaults.get(parent)
}
