/** Lines of a thread that are no messages. */
import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { systemErrorCode } from '../../lib/errors.ts'
import { appendRecord } from '../append.ts'
import { type Comms, insidePath } from '../comms.ts'
import { reading, writing } from '../mail-error.ts'
import type { Damage } from '../parse-line.ts'
import type { Problem, ThreadView } from './problem.ts'

/** Beside the thread: the damaged lines that doctor has noted, so that they are reported once. */
const noteFile = 'damaged.jsonl'

/** Bytes of a damaged line that are noted. */
const notedBytes = 4_096

type Damaged = Damage & { path: string }

/**
 * Damaged lines stay in the thread, since nothing in it is rewritten. Repairing ends a torn last line, so that
 * nothing is glued to it, and notes what was found.
 */
export function checkLines(comms: Comms, { directory, log }: ThreadView, fix: boolean): Problem[] {
  const noted = readNotes(comms, directory)
  return [...log.damage, ...log.tails].flatMap((damage) => {
    const bytes = bytesOf(damage)
    const digest = createHash('sha256').update(`${damage.offset} `).update(bytes).digest('hex')
    if (noted.has(digest)) return []
    const isTail = log.tails.includes(damage)
    if (fix) {
      if (isTail) writing(damage.path, () => appendFileSync(damage.path, '\n'))
      const { kind, offset, length, path } = damage
      const note = {
        digest,
        kind,
        file: basename(path),
        offset,
        length,
        begins: bytes.toString('utf8', 0, 500),
      }
      appendRecord(insidePath(comms, join(directory, noteFile)), note)
    }
    return [
      {
        kind: 'torn' as const,
        path: damage.path,
        detail: `${isTail ? 'The last line' : 'A line'} is no message (${damage.kind}): ${damage.length} bytes at ${damage.offset}.`,
        repair: `Its sender has to say it again; \`mail doctor --fix\` ${isTail ? 'ends the line and ' : ''}notes it in ${noteFile}.`,
        fixed: fix,
      },
    ]
  })
}

function bytesOf({ path, offset, length }: Damaged): Buffer {
  return reading(path, () => {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(length, notedBytes))
      // Without its newline: a torn last line gets one by the repair.
      const read = readSync(file, bytes, 0, bytes.length, offset)
      const end = bytes[read - 1] === 0x0a ? read - 1 : read
      return bytes.subarray(0, end)
    } finally {
      closeSync(file)
    }
  })
}

function readNotes(comms: Comms, directory: string): Set<string> {
  const path = insidePath(comms, join(directory, noteFile))
  return reading(path, () => {
    try {
      const digests = readFileSync(path, 'utf8').matchAll(/"digest":"([0-9a-f]{64})"/g)
      return new Set([...digests].map(([, digest = '']) => digest))
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return new Set()
      throw error
    }
  })
}
