import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'

/**
 * What a JSON file says that people may have edited; undefined when there is none.
 *
 * @throws {OrchError} `invalid-config` when it cannot be understood: that is not the same as none
 */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw unusable(path, `cannot be read: ${errorMessage(error)}`, error)
  }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/u, ''))
  } catch (error) {
    throw unusable(path, `is no JSON: ${errorMessage(error)}`, error)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw unusable(path, `is not as expected: ${firstIssue(parsed.error)}`, parsed.error)
}

export function firstIssue({ issues: [issue] }: z.ZodError): string {
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')
}

function unusable(path: string, why: string, cause: unknown): OrchError {
  return new OrchError('invalid-config', `${path} ${why}`, {
    hint: 'Mend it, or move it away to begin without it. Nothing was changed.',
    cause,
  })
}
