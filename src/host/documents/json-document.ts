/** A small JSON file that one process owns. */
import type { ZodType } from 'zod'
import { takeJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import type { Logger } from '../../lib/logger.ts'

export interface JsonDocument<T> {
  readonly value: T
  /** Replaces the content, on the disk first. @throws when it could not be written; nothing changed then. */
  save(value: T): void
}

/**
 * Opens the document at `path`. A missing file gives `initial`. A file that cannot be understood is
 * moved aside as `<path>.broken`, reported, and replaced by `initial`.
 * @throws when the file is there and cannot be read, or cannot be moved aside: its content is not ours to lose.
 */
export function openJsonDocument<T extends object>(
  path: string,
  schema: ZodType<T>,
  initial: T,
  log: Logger,
): JsonDocument<T> {
  let value =
    takeJsonFile(path, schema, ({ kept, why }) =>
      log.error({ path, aside: kept, problem: why }, 'cannot be understood; kept aside'),
    ) ?? initial
  return {
    get value() {
      return value
    },
    save(next) {
      writeJsonFile(path, next, { indented: true })
      value = next
    },
  }
}
