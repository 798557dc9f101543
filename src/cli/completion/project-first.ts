/** Completes a command line that names the project before the command: `-p shop qu`. */
import type { Command } from 'commander'
import { takesProject } from '../projects/project-first.ts'
import { type Fitting, whatFits } from './what-fits.ts'

/** @param words the words after `iterm-orch`; the last one is being typed and may be empty */
export function fittingBehindProject(program: Command, words: readonly string[]): Fitting {
  const at = words.findIndex((word) => !globalFlags.has(word))
  const [first = '', ...rest] = words.slice(at)
  if ((first !== '-p' && first !== '--project') || rest.length === 0) return whatFits(program, words)
  const [typed = '', ...behind] = rest
  if (behind.length === 0) return { candidates: [], kind: 'project', typed, prefix: '' }
  const fitting = whatFits(program, behind)
  if (behind.length > 1 || fitting.typed.startsWith('-')) return fitting
  const those = new Set(program.commands.filter(hasProject).map((command) => command.name()))
  return {
    ...fitting,
    candidates: fitting.candidates.filter(({ value }) => those.has(value)),
    kind: 'any-task',
  }
}

const globalFlags: ReadonlySet<string> = new Set(['--json', '--debug', '--no-color'])

function hasProject(command: Command): boolean {
  return takesProject(command) || command.commands.some(takesProject)
}
