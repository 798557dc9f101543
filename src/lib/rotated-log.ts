/** Reads a log that is rotated: its last lines, and what is added to it. */
import { closeSync, type FSWatcher, fstatSync, openSync, readSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { systemErrorCode } from './errors.ts'

const pieceBytes = 64 * 1024
/** A log is looked at this often where nobody tells of its changes, such as on a network disk. */
const lookMs = 1_000
/** More older files than anybody keeps. */
const mostFiles = 1_001

/** All lines, the newest first, those of older files after those of the newest. */
export function* newestLines(path: string): Generator<string, void, void> {
  for (const file of newestFirst(path)) yield* linesBackwards(file)
}

/** The last lines, the oldest first; from older files where the newest has not enough. */
export function lastLines(path: string, count: number): string[] {
  const found: string[] = []
  for (const line of newestLines(path)) {
    if (found.length >= count) break
    found.push(line)
  }
  return found.reverse()
}

/** Where reading goes on after {@link lastLines}: the end of the file as it is now. */
export interface LogPosition {
  inode: number
  offset: number
}

export function logEnd(path: string): LogPosition {
  const there = statSync(path, { throwIfNoEntry: false })
  return { inode: there?.ino ?? 0, offset: there?.size ?? 0 }
}

/**
 * Every line after the position, until the signal aborts; whatever was rotated away meanwhile is read first. A
 * log that does not exist yet is waited for.
 *
 * @param finished asked when there is nothing more to read: true ends it
 */
export async function* followLines(
  path: string,
  position: LogPosition,
  until: AbortSignal,
  finished: () => boolean = () => false,
): AsyncGenerator<string, void, void> {
  const changes = watchDirectory(path, until)
  let at = position
  let decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    while (!until.aborted) {
      const ending = finished()
      const files = filesAfter(path, at.inode)
      for (const [index, file] of files.entries()) {
        const last = index === files.length - 1
        const from = file.inode === at.inode ? at.offset : 0
        if (from === 0 && at.offset !== 0) {
          decoder = new StringDecoder('utf8')
          rest = ''
        }
        at = { inode: file.inode, offset: from }
        for (const piece of pieces(file.path, from)) {
          at.offset += piece.length
          const lines = (rest + decoder.write(piece)).split('\n')
          rest = lines.pop() ?? ''
          yield* lines
        }
        if (!last) rest = ''
      }
      if (ending) return
      await changes.next()
    }
  } finally {
    changes.close()
  }
}

/** `x.log`, `x.log.1`, …, as long as there are. */
function newestFirst(path: string): string[] {
  const files: string[] = []
  for (let number = 0; number < mostFiles; number++) {
    const file = number === 0 ? path : `${path}.${number}`
    if (statSync(file, { throwIfNoEntry: false })) files.push(file)
    // The newest may just be being made.
    else if (number > 0) break
  }
  return files
}

/** The file with the inode and all newer ones, the oldest first; only the newest when the inode is gone. */
function filesAfter(path: string, inode: number): { path: string; inode: number }[] {
  const result: { path: string; inode: number }[] = []
  for (const file of newestFirst(path)) {
    const found = statSync(file, { throwIfNoEntry: false })
    if (!found) continue
    result.unshift({ path: file, inode: found.ino })
    if (found.ino === inode) return result
  }
  return result.slice(-1)
}

function* linesBackwards(path: string): Generator<string, void, void> {
  const file = tryOpen(path)
  if (file === undefined) return
  try {
    let rest: Buffer = Buffer.alloc(0)
    for (let end = fstatSync(file).size; end > 0; ) {
      const start = Math.max(0, end - pieceBytes)
      const piece = Buffer.alloc(end - start)
      const bytes = readSync(file, piece, 0, piece.length, start)
      const text = Buffer.concat([piece.subarray(0, bytes), rest])
      end = start
      let to = text.length
      for (let at = text.lastIndexOf(10); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(10, at - 1)) {
        // Behind the last newline nothing stands, or a line that is being written.
        if (to < text.length || at + 1 < to) yield text.toString('utf8', at + 1, to)
        to = at
      }
      rest = text.subarray(0, to)
      if (start === 0 && rest.length > 0) yield rest.toString('utf8')
    }
  } finally {
    closeSync(file)
  }
}

function* pieces(path: string, from: number): Generator<Buffer, void, void> {
  const file = tryOpen(path)
  if (file === undefined) return
  try {
    for (let offset = from; ; ) {
      const piece = Buffer.alloc(pieceBytes)
      const bytes = readSync(file, piece, 0, piece.length, offset)
      if (bytes === 0) return
      offset += bytes
      yield piece.subarray(0, bytes)
    }
  } finally {
    closeSync(file)
  }
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Rings when the log may have changed, and when there is no more to wait for. */
function watchDirectory(path: string, until: AbortSignal): { next(): Promise<void>; close(): void } {
  let rung = false
  let wake = () => {}
  let watcher: FSWatcher | undefined
  const ring = () => {
    rung = true
    wake()
  }
  try {
    watcher = watch(dirname(path), (_, name) => {
      if (name === null || name.startsWith(basename(path))) ring()
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // There is no such directory yet: it is looked at from time to time.
  }
  until.addEventListener('abort', ring)
  return {
    next: () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => wake(), lookMs)
        wake = () => {
          rung = false
          clearTimeout(timer)
          resolve()
        }
        if (rung || until.aborted) wake()
      }),
    close: () => {
      until.removeEventListener('abort', ring)
      watcher?.close()
    },
  }
}
