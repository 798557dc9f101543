import { readFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { systemErrorCode } from '../../lib/errors.ts'
import { ensurePrivateDirectory } from '../../lib/home.ts'

/** What a state file says; undefined when there is none. One that cannot be understood is kept aside. */
export function readState<S extends z.ZodType>(
  path: string,
  schema: S,
  broken: (kept: string, why: unknown) => void,
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
    const kept = `${path}.broken`
    renameSync(path, kept)
    broken(kept, error)
    return undefined
  }
}

export function writeState(path: string, value: object): void {
  ensurePrivateDirectory(dirname(path))
  writeFileAtomic(path, JSON.stringify(value))
}
