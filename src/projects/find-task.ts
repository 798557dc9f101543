import { basename } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest-word.ts'
import { wordsOf } from './document-name.ts'

/** More names than these are not read by anybody. */
const mostNamed = 5

/**
 * The task that somebody means by its name, its file, its description, or a beginning of one of them that no other
 * task has.
 *
 * @throws {OrchError} `task-not-found`, with those that may be meant
 */
export function findTask<T extends NamedTask>(tasks: readonly T[], wanted: string): T {
  const found = tryFindTask(tasks, wanted)
  if (found) return found
  throw noSuchTask(tasks, wanted)
}

interface NamedTask {
  id: string
  description: string
}

/** Undefined when none of them is meant, or more than one. */
export function tryFindTask<T extends NamedTask>(tasks: readonly T[], wanted: string): T | undefined {
  const word = basename(wanted, '.md')
  const named = tasks.find(({ id }) => id === word)
  if (named) return named
  const [found, ...more] = fittingTasks(tasks, wanted)
  return more.length === 0 && word !== '' ? found : undefined
}

export function noSuchTask(tasks: readonly NamedTask[], wanted: string): OrchError {
  const word = basename(wanted, '.md')
  const fitting = fittingTasks(tasks, wanted)
  const candidates = (fitting.length > 0 ? fitting : tasks).map(({ id }) => id)
  return new OrchError('task-not-found', message(word, fitting.length), {
    hint: hintFor(word, tasks, fitting),
    details: { candidates },
  })
}

/** Named as it was told to `task new`, or in the other spelling of its accents, as names on a Mac may have them. */
function asTold<T extends { id: string; description: string }>(tasks: readonly T[], wanted: string): T[] {
  const words = wordsOf(wanted)
  if (words === '') return []
  const same = tasks.filter(({ description }) => wordsOf(description) === words)
  if (same.length > 0) return same
  return tasks.filter(({ id, description }) =>
    [id, description].some((name) => wordsOf(name).startsWith(words)),
  )
}

function fittingTasks<T extends NamedTask>(tasks: readonly T[], wanted: string): T[] {
  const word = basename(wanted, '.md')
  const described = tasks.filter(({ description }) => description === word)
  if (described.length > 0) return described
  const begin = tasks.filter(({ id, description }) => id.startsWith(word) || description.startsWith(word))
  return begin.length > 0 ? begin : asTold(tasks, wanted)
}

function message(word: string, fitting: number): string {
  if (fitting > 1) return `More than one task is meant by ${JSON.stringify(word)}.`
  return `There is no task ${JSON.stringify(word)}.`
}

function hintFor(
  word: string,
  tasks: readonly { id: string; description: string }[],
  fitting: readonly { id: string }[],
): string {
  if (tasks.length === 0) return 'The project has no tasks.'
  if (fitting.length > 0) return `They are: ${listed(fitting)}.`
  const near =
    tasks.find(({ description }) => word !== '' && description.includes(word))?.description ??
    nearest(
      word,
      tasks.flatMap(({ id, description }) => [description, id]),
    )
  if (near !== undefined) return `Did you mean ${near}?`
  return `There are: ${listed(tasks)}. See \`iterm-orch tasks\`.`
}

function listed(tasks: readonly { id: string }[]): string {
  const names = tasks.slice(0, mostNamed).map(({ id }) => id)
  const more = tasks.length - names.length
  return names.join(', ') + (more > 0 ? `, and ${more} more` : '')
}
