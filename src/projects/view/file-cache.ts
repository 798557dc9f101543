/** Reads files again only when they have changed, for whoever looks at the same ones every second. */
import { statSync } from 'node:fs'
import type { z } from 'zod'
import { type JsonContent, lookAtJsonFile } from '../../lib/json-file.ts'
import type { LookAt } from './read-project.ts'

export function cachedLook(): LookAt {
  const known = new Map<string, { mark: string; content: JsonContent<unknown> }>()
  return <S extends z.ZodType>(path: string, schema: S): JsonContent<z.output<S>> => {
    // Files here are replaced whole: another content is another inode.
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
    if (!stat) return lookAtJsonFile(path, schema)
    const mark = `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
    const before = known.get(path)
    // A path is always read with the same schema.
    if (before?.mark === mark) return before.content as JsonContent<z.output<S>>
    const content = lookAtJsonFile(path, schema)
    known.set(path, { mark, content })
    return content
  }
}
