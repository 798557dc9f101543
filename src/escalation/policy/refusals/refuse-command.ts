/** The built-in refusals of one command. */

import { isDescriptor, pathsOfCommand } from '../paths/paths-of-command.ts'
import { absolutePath, type Place } from '../paths/place.ts'
import { programName, type SimpleCommand, shortForm } from '../shell/command.ts'
import { deletesTooMuch } from './deleting.ts'
import { gitRefusals } from './git.ts'
import { guardOf, isReader } from './guarded-paths.ts'
import { inputRunners, loaderVariable, programsOf } from './programs.ts'
import type { Refusal, RefusalId } from './refusal.ts'
import { hasOption, knownWords, operands } from './words.ts'
import { type WrongOption, wrongOptions } from './wrong-options.ts'

export function refuseCommand(command: SimpleCommand, place: Place): Refusal[] {
  const name = nameOf(command)
  const found = new Set<RefusalId>([
    ...byName(name),
    ...(name === 'git' ? gitRefusals(command) : []),
    ...wrongOptions.flatMap((wrong) => (isWrong(wrong, name, command) ? [wrong.id] : [])),
    ...byInput(name, command),
    ...command.through.flatMap(byName).filter((id) => id !== 'credentials' && id !== 'inline-code'),
    ...byPaths(name, command, place),
  ])
  if (deletesTooMuch(command, place)) found.add('delete-outside')
  if (command.variables.some((variable) => loaderVariable.test(variable.name))) found.add('loader-variables')
  return [...found].map((id) => ({ id, what: shortForm(command) || 'a redirection' }))
}

/** The same for files that a tool reads or changes without a shell. */
export function refusePath(path: string, writes: boolean, place: Place): Refusal[] {
  const id = guardedPath(path, [place.directory], writes, place)
  return id ? [{ id, what: path }] : []
}

/** `/usr/bin/python3.12` is `python`. */
function nameOf(command: SimpleCommand): string {
  return (programName(command) ?? '').replace(/\.exe$/u, '').replace(/(?<=[a-z])-?\d+(?:\.\d+)*$/u, '')
}

const namedBy: ReadonlyMap<string, RefusalId[]> = collect()

function collect(): Map<string, RefusalId[]> {
  const all = new Map<string, RefusalId[]>()
  for (const [id, names] of Object.entries(programsOf) as [RefusalId, readonly string[]][]) {
    for (const name of names) all.set(name, [...(all.get(name) ?? []), id])
  }
  return all
}

function byName(name: string): RefusalId[] {
  if (/^(?:mkfs|newfs)(?:\.|_|$)/u.test(name)) return ['disk-tools']
  return namedBy.get(name) ?? []
}

function isWrong(
  { programs, letters = '', long = [], first, word }: WrongOption,
  name: string,
  command: SimpleCommand,
): boolean {
  if (!programs.includes(name)) return false
  const words = knownWords(command)
  if (hasOption(words, letters, long)) return true
  if (
    first &&
    operands(command)
      .slice(0, 1)
      .some((each) => first.includes(each))
  )
    return true
  return word !== undefined && words.some((each) => word.test(each))
}

/** A shell or an interpreter that is given no file runs what it reads. */
function byInput(name: string, command: SimpleCommand): RefusalId[] {
  if (!inputRunners.has(name)) return []
  const substitution = command.words.some(
    ({ text }) => /^[<=>]\(/u.test(text) || /\/dev\/(?:stdin|fd\/)/u.test(text),
  )
  if (substitution) return ['pipe-to-shell']
  if (command.input === 'terminal') return []
  const [file = '-'] = operands(command)
  const words = knownWords(command)
  // `bash -s -- --yes` gives arguments to what it reads.
  const reads = file === '-' || words.includes('-') || hasOption(words.slice(0, 1), 's')
  return reads ? ['pipe-to-shell'] : []
}

function byPaths(name: string, command: SimpleCommand, place: Place): RefusalId[] {
  const from = command.directories ?? []
  const found: RefusalId[] = []
  for (const path of pathsOfCommand(command).paths) {
    const id = guardedPath(path, from, !isReader(name), place)
    if (id) found.push(id)
  }
  for (const { operator, target } of command.redirections) {
    if (!operator.includes('>') || isDescriptor(operator, target.value) || target.value === undefined)
      continue
    const id = guardedPath(target.value, from, true, place)
    if (id) found.push(id)
  }
  return found
}

function guardedPath(
  path: string,
  from: readonly string[],
  writes: boolean,
  place: Place,
): RefusalId | undefined {
  const forms = from.flatMap((directory) => {
    const absolute = absolutePath(path, directory, place)
    return absolute === undefined ? [] : [absolute, place.realPath(absolute)]
  })
  // The session's own directory may lie anywhere, below `/opt` or `/system` as well.
  const own = [place.directory, place.realPath(place.directory)].filter(
    (each) => each !== undefined && each !== '/',
  )
  const strip = (form: string | undefined) => {
    const top = own.find((each) => form === each || form?.startsWith(`${each}/`))
    return top === undefined ? form : form?.slice(top.length + 1)
  }
  return guardOf(strip(path) ?? '', forms.map(strip), writes)
}
