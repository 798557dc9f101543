import { OrchError } from '../lib/errors.ts'

/** Tables and titles show it whole. */
const longest = 100

/** @throws {OrchError} `usage` for a name that nobody could read or type. */
export function assertName(name: string): void {
  const problem = problemOf(name)
  if (problem === undefined) return
  throw new OrchError('usage', `The name of a session ${problem}.`, {
    hint: 'Choose a short one, such as "reviewer".',
  })
}

function problemOf(name: string): string | undefined {
  if (name.trim() === '') return 'must not be empty'
  if (name.length > longest) return `has at most ${longest} characters`
  return /\p{Cc}/u.test(name) ? 'must not hold control characters' : undefined
}
