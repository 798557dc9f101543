import { readFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { systemErrorCode } from '../../lib/errors.ts'
import { ensurePrivateDirectory } from '../../lib/home.ts'

/**
 * What a state file says, for the service, which writes it; undefined when there is none. One that cannot be
 * understood is kept aside.
 */
export function readState<S extends z.ZodType>(
  path: string,
  schema: S,
  broken: (kept: string, why: unknown) => void,
): z.infer<S> | undefined {
  return lookAtState(path, schema, (why) => {
    const kept = `${path}.broken`
    renameSync(path, kept)
    broken(kept, why)
  })
}

/** The same for those who only read: the file stays where it is. */
export function lookAtState<S extends z.ZodType>(
  path: string,
  schema: S,
  broken: (why: unknown) => void,
): z.infer<S> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    // It may be readable another time: it must not be replaced by one that knows nothing.
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    broken(error)
    return undefined
  }
}

export function writeState(path: string, value: object): void {
  ensurePrivateDirectory(dirname(path))
  writeFileAtomic(path, JSON.stringify(value))
}
