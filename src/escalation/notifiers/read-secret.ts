import { readFileSync } from 'node:fs'
import { errorMessage } from '../../lib/errors.ts'
import { expandPath } from '../../lib/expand-path.ts'
import { NotifierError } from './notifier.ts'

export interface SecretPlace {
  value?: string | undefined
  /** Variable of the environment. */
  env?: string | undefined
  file?: string | undefined
}

/**
 * What the configuration names, read anew each time: a secret that was changed is used at once.
 *
 * @returns undefined when it names nothing
 * @throws {NotifierError} `misconfigured` when nothing is there.
 */
export function readSecret(
  what: string,
  { value, env: variable, file }: SecretPlace,
  env: NodeJS.ProcessEnv,
  base: string,
): string | undefined {
  if (value !== undefined) return value
  if (variable !== undefined) {
    const found = env[variable]
    if (found) return found
    throw new NotifierError('misconfigured', `The ${what} is missing: the variable ${variable} is not set.`)
  }
  if (file === undefined) return undefined
  const path = expandPath(file, base, env)
  let content: string
  try {
    content = readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new NotifierError('misconfigured', `The ${what} cannot be read: ${errorMessage(error)}`)
  }
  if (content === '') throw new NotifierError('misconfigured', `The ${what} is missing: ${path} is empty.`)
  return content
}
