/** Reads the log of a task: its last lines, and what is added to it, over rotations. */
import { closeSync, type FSWatcher, fstatSync, openSync, readSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { systemErrorCode } from '../lib/errors.ts'
import { stopAfter } from '../lib/stop-after.ts'
import { type LogLine, parseLogLine } from './log-line.ts'

const pieceBytes = 64 * 1024
/** A log is looked at this often where nobody tells of its changes, such as on a network disk. */
const lookMs = 1_000
/** More older files than anybody keeps. */
const mostFiles = 1_001

/** A line of the log; one that is no line of ours, such as what Node says when it cannot begin, has only a text. */
export type ReadLine = LogLine | { text: string }

/** The last lines that fit, the oldest first; from older files where the newest has not enough. */
export function lastLogLines(path: string, count: number, fits: (line: ReadLine) => boolean): ReadLine[] {
  const found: ReadLine[] = []
  for (const file of newestFirst(path)) {
    for (const line of linesBackwards(file)) {
      if (found.length >= count) return found.reverse()
      const read = toLine(line)
      if (fits(read)) found.push(read)
    }
  }
  return found.reverse()
}

/** Where reading goes on after {@link lastLogLines}: the end of the file as it is now. */
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
export async function* followLog(
  path: string,
  position: LogPosition,
  until: AbortSignal,
  finished: () => boolean = () => false,
): AsyncGenerator<ReadLine, void, void> {
  const changes = watchDirectory(path)
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
          for (const line of lines) yield toLine(line)
        }
        if (!last) rest = ''
      }
      if (ending) return
      await changes.next(until)
    }
  } finally {
    changes.close()
  }
}

/** Puts together the parts of lines that were too long, or came slowly. */
export class LineJoiner {
  readonly #parts = new Map<string, string>()

  /** Undefined while the line goes on. */
  take(line: ReadLine): ReadLine | undefined {
    if (!('stream' in line)) return line
    const key = `${line.run} ${line.step} ${line.stream}`
    const text = (this.#parts.get(key) ?? '') + line.text
    this.#parts.delete(key)
    if (!line.goesOn) return { ...line, text }
    this.#parts.set(key, text)
    return undefined
  }
}

function toLine(text: string): ReadLine {
  return parseLogLine(text) ?? { text }
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

/** Rings when the log may have changed. */
function watchDirectory(path: string): { next(until: AbortSignal): Promise<void>; close(): void } {
  let rung = false
  let wake = () => {}
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(dirname(path), (_, name) => {
      if (name !== null && !name.startsWith(basename(path))) return
      rung = true
      wake()
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // There is no such directory yet: it is looked at from time to time.
  }
  return {
    next: (until) =>
      new Promise<void>((resolve) => {
        const timeout = stopAfter(lookMs, until)
        const alive = setInterval(() => {}, lookMs)
        wake = () => {
          rung = false
          clearInterval(alive)
          resolve()
        }
        if (rung || timeout.aborted) wake()
        else timeout.addEventListener('abort', wake, { once: true })
      }),
    close: () => watcher?.close(),
  }
}
