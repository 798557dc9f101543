/** What a reader has seen: `receipts/<reader>/<task>.jsonl`, a line for each batch, appended when it was shown. */

import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type FileLock, tryLockFile, waitForLock } from '../lib/lock-file.ts'
import { appendRecord } from './append.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { reading, writing } from './mail-error.ts'
import { listDirectory, type Mailbox } from './mailbox.ts'
import { fileNamePart } from './names.ts'
import { readLines } from './read-lines.ts'
import { type Cursor, newCursor, seenKey } from './thread-log.ts'

/** Most ids of one line: 500 of at most 66 bytes stay below the size of a record. */
const idsPerLine = 500

/** How long the lock of a reader is waited for. */
const lockPatienceMs = 10_000

/** One reader of a mailbox: it sees every message once, in however many processes it runs. */
export class Receipts {
  readonly #comms: Comms
  readonly #directory: string

  /** @throws {OrchError} `bad-name` */
  constructor(comms: Comms, mailbox: Mailbox, reader: string) {
    if (reader === '' || fileNamePart(reader, 60) !== reader) {
      throw new OrchError('bad-name', `${JSON.stringify(reader.slice(0, 60))} is not the name of a reader.`, {
        hint: 'Use letters, digits, _ and -, at most 60.',
      })
    }
    this.#comms = comms
    this.#directory = join(mailbox.receipts, reader)
  }

  /** Runs `action` while no other process reads under this name. */
  async locked<T>(action: () => Promise<T>): Promise<T> {
    const lock = await this.#lock()
    try {
      return await action()
    } finally {
      lock.release()
    }
  }

  /** How far `name` (a task, or `files.<kind>`) was read. */
  cursor(name: string): Cursor {
    const cursor = newCursor()
    for (const record of this.#records(name)) {
      const { file, offset, anchor, ids } = record
      if (typeof file === 'string' && typeof offset === 'number' && typeof anchor === 'string')
        cursor.positions.set(file, { offset, anchor })
      if (Array.isArray(ids)) for (const id of ids) cursor.seen.add(seenKey(String(id)))
    }
    return cursor
  }

  /** The names that there are receipts of. */
  names(): Set<string> {
    const files = listDirectory(this.#comms, this.#directory).filter((name) => name.endsWith('.jsonl'))
    return new Set(files.map((name) => name.slice(0, -'.jsonl'.length)))
  }

  /** Records that the messages were shown, and how far the files were read. */
  record(name: string, ids: readonly string[], positions: Cursor['positions'] = new Map()): void {
    const at = new Date().toISOString()
    const lines: object[] = []
    for (let from = 0; from < ids.length; from += idsPerLine) {
      lines.push({ at, ids: ids.slice(from, from + idsPerLine).map(seenKey) })
    }
    // Positions come last: without the ids before them they would say that nothing is left.
    for (const [file, { offset, anchor }] of positions) lines.push({ at, file, offset, anchor })
    const path = this.#path(name)
    const prepare = () => void makeDirectoryInside(this.#comms, this.#directory)
    prepare()
    for (const line of lines) appendRecord(path, line, { durable: false }, prepare)
  }

  async #lock(): Promise<FileLock> {
    const path = join(makeDirectoryInside(this.#comms, this.#directory), '.lock')
    const take = () => writing(path, () => tryLockFile(insidePath(this.#comms, path)))
    const lock = await waitForLock(lockPatienceMs, take)
    if (lock) return lock
    throw new OrchError('busy', 'Another process is reading this mailbox.', {
      hint: 'Wait until it has ended, or read under another name with --reader.',
    })
  }

  *#records(name: string): Generator<Record<string, unknown>> {
    const path = this.#path(name)
    const file = reading(path, () => openOrNothing(path))
    if (file === undefined) return
    try {
      for (const line of readLines(file, 0)) {
        const value = line.complete && line.bytes ? parse(line.bytes) : undefined
        if (value) yield value
      }
    } finally {
      closeSync(file)
    }
  }

  #path(name: string): string {
    return insidePath(this.#comms, join(this.#directory, `${name}.jsonl`))
  }
}

function openOrNothing(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A torn receipt means that its messages are shown again, which is better than never. */
function parse(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
