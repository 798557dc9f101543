/** A small file of state that nobody could tell us anew: it is written twice, and read from its copy when it is broken. */
import type { z } from 'zod'
import {
  copyFileAside,
  type JsonContent,
  lookAtJsonFile,
  readJsonFile,
  type SetAside,
  takeJsonFile,
  writeJsonFile,
} from './json-file.ts'

/** What the file says, or else its copy, or why that is not known. Changes nothing, and never throws. */
export function lookAtCopied<S extends z.ZodType>(path: string, schema: S): JsonContent<z.output<S>> {
  const content = lookAtJsonFile(path, schema)
  if (content.kind === 'read' || content.kind === 'missing') return content
  const copy = lookAtJsonFile(copyOf(path), schema)
  return copy.kind === 'read' ? copy : content
}

/**
 * As {@link takeJsonFile}, for the one process that writes it: a file that will never be understood is replaced by its
 * copy. What is set aside is then called `<path>.replaced.broken`.
 *
 * @throws {OrchError} `failed` when the system refuses to read what there is
 */
export function takeCopied<S extends z.ZodType<object>>(
  path: string,
  schema: S,
  onSetAside: (file: SetAside) => void,
): z.output<S> | undefined {
  const content = lookAtJsonFile(path, schema)
  if (content.kind === 'unreadable' || content.kind === 'missing') return readJsonFile(path, schema)
  if (content.kind === 'read') {
    tryToCopy(path, content.value)
    return content.value
  }
  const copy = takeJsonFile(copyOf(path), schema, onSetAside)
  if (copy === undefined) return takeJsonFile(path, schema, onSetAside)
  const kept = copyFileAside(path, `${path}.replaced`)
  writeJsonFile(path, copy)
  onSetAside({ path, kept, why: content.why })
  return copy
}

/** On the disk when it returns. */
export function writeCopied(path: string, value: object): void {
  writeJsonFile(copyOf(path), value)
  writeJsonFile(path, value)
}

function copyOf(path: string): string {
  return `${path}.bak`
}

/** Also of a file that was written before there were copies. */
function tryToCopy(path: string, value: object): void {
  try {
    writeJsonFile(copyOf(path), value)
  } catch {
    // Such as a full disk: the file itself is there, and the next change says so.
  }
}
