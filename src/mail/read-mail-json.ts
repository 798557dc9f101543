import type { z } from 'zod'
import { lookAtJsonFile } from '../lib/json-file.ts'
import { mailError } from './mail-error.ts'

/**
 * What a JSON file in a mailbox says; undefined when there is none.
 *
 * @throws {OrchError} `mail-unreadable` when it cannot be read or understood
 */
export function readMailJson<S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined {
  const content = lookAtJsonFile(path, schema)
  if (content.kind === 'read') return content.value
  if (content.kind === 'missing') return undefined
  const error = content.kind === 'unreadable' ? content.cause : new Error(`it ${content.why}`)
  throw mailError('mail-unreadable', 'Cannot read', path, error)
}
