/** A small JSON file that one process owns. */
import { readFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ZodType } from 'zod'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import { ensurePrivateDirectory } from '../../lib/home.ts'
import type { Logger } from '../../lib/logger.ts'

export interface JsonDocument<T> {
  readonly value: T
  /** Replaces the content, on the disk first. @throws when it could not be written; nothing changed then. */
  save(value: T): void
}

/**
 * Opens the document at `path`. A missing file gives `initial`. A file that cannot be understood is
 * moved aside as `<path>.broken-<milliseconds>`, reported, and replaced by `initial`.
 * @throws when the file is there and cannot be read, or cannot be moved aside: its content is not ours to lose.
 */
export function openJsonDocument<T>(
  path: string,
  schema: ZodType<T>,
  initial: T,
  log: Logger,
): JsonDocument<T> {
  let value = read(path, schema, log) ?? initial
  return {
    get value() {
      return value
    },
    save(next) {
      ensurePrivateDirectory(dirname(path))
      writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`)
      value = next
    },
  }
}

function read<T>(path: string, schema: ZodType<T>, log: Logger): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const aside = `${path}.broken-${Date.now()}`
    renameSync(path, aside)
    log.error({ path, aside, problem: errorMessage(error) }, 'cannot be understood; kept aside')
    return undefined
  }
}
