/** Reads the journal as far as it was not read before, and keeps what was made of it beside. */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../lib/errors.ts'
import { lookAtJsonFile, writeJsonFile } from '../lib/json-file.ts'
import { readEvent } from './journal-events.ts'
import { emptySummary, Summary } from './summary.ts'
import { takeEvent } from './take-event.ts'

const Place = z.object({
  inode: z.number(),
  /** Of its first bytes: an inode is used again after a file is gone. */
  head: z.string(),
  offset: z.int(),
  lastId: z.string(),
})
type Place = z.infer<typeof Place>

const State = z.object({ version: z.literal(2), place: Place.optional(), summary: Summary })

export interface JournalReading {
  summary: Summary
  /** Bytes that were read now, and those that had been read before. */
  read: number
  before: number
  /** What could not be done as it should, in sentences. */
  notices: string[]
}

/**
 * @param journal path of events.jsonl; one that is not there is empty
 * @param state path of the file that keeps the summary; what it holds can be made again at any time
 */
export function readJournal(journal: string, state: string): JournalReading {
  const notices: string[] = []
  const { summary, place } = loadState(state, notices)
  const now = open(journal)
  let read = 0
  let start: Place | undefined
  const same = place !== undefined && now !== undefined && sameFile(place, now)
  const shortened = same && now.size < place.offset
  if (shortened) notices.push('The journal was shortened; only what is new in it was counted.')
  else if (same) start = place
  else if (place) read += finishRotated(journal, place, summary, notices)
  let end = start ?? place
  if (now) {
    const from = start?.offset ?? 0
    const { offset, lastId } = readFrom(now.file, from, now.size, summary, place?.lastId ?? '', shortened)
    read += offset - from
    end = { inode: now.inode, head: headOf(now.file, offset), offset, lastId }
    closeSync(now.file)
  }
  if (read > 0 || !place) saveState(state, summary, end)
  return { summary, read, before: start?.offset ?? 0, notices }
}

interface OpenFile {
  file: number
  inode: number
  size: number
}

function open(path: string): OpenFile | undefined {
  try {
    const file = openSync(path, 'r')
    const { ino, size } = fstatSync(file)
    return { file, inode: ino, size }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Bytes that tell one journal from another; the first event has its id and time in them. */
const headBytes = 128

function headOf(file: number, offset: number): string {
  const bytes = Buffer.alloc(Math.min(headBytes, offset))
  readSync(file, bytes, 0, bytes.length, 0)
  return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
}

function sameFile({ inode, head }: Place, now: OpenFile): boolean {
  return inode === now.inode && headOf(now.file, Number.parseInt(head, 10)) === head
}

/** What was written to the old file after it was read; it stands beside under another name. */
function finishRotated(journal: string, place: Place, summary: Summary, notices: string[]): number {
  const directory = dirname(journal)
  const names = readdirSync(directory).filter((name) => name.startsWith(`${basename(journal)}.`))
  for (const name of names) {
    const path = join(directory, name)
    if (statSync(path).ino !== place.inode) continue
    const old = open(path)
    if (!old) continue
    const same = sameFile(place, old)
    const end = same ? readFrom(old.file, place.offset, old.size, summary, place.lastId, false) : undefined
    closeSync(old.file)
    if (end) return end.offset - place.offset
  }
  notices.push(
    'The journal is another file than before, and the old one is gone: its last events may be missing.',
  )
  return 0
}

/** Read at once; lines are far shorter. */
const chunkBytes = 4 * 1024 * 1024

/** @param skipsKnown events up to `lastId` were counted already, from another place */
function readFrom(
  file: number,
  from: number,
  size: number,
  summary: Summary,
  lastId: string,
  skipsKnown: boolean,
): { offset: number; lastId: string } {
  let offset = from
  let newest = lastId
  let carried = Buffer.alloc(0)
  const chunk = Buffer.alloc(chunkBytes)
  for (let at = from; at < size; ) {
    const count = readSync(file, chunk, 0, Math.min(chunkBytes, size - at), at)
    if (count === 0) break
    at += count
    const bytes = Buffer.concat([carried, chunk.subarray(0, count)])
    const end = bytes.lastIndexOf(0x0a) + 1
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      if (line === '') continue
      const event = readEvent(line)
      if (event === 'torn') summary.torn += 1
      else summary.events += 1
      if (typeof event === 'string' || (skipsKnown && event.id <= lastId)) continue
      takeEvent(summary, event)
      if (event.id > newest) newest = event.id
    }
    // The last line may still be on its way: it is read next time.
    carried = bytes.subarray(end)
    offset += end
  }
  return { offset, lastId: newest }
}

function loadState(path: string, notices: string[]): { summary: Summary; place: Place | undefined } {
  const fresh = { summary: emptySummary(), place: undefined }
  const state = lookAtJsonFile(path, State)
  if (state.kind === 'read') return { summary: state.value.summary, place: state.value.place }
  if (state.kind === 'missing') return fresh
  if (state.kind === 'unreadable') throw state.cause
  notices.push('The kept summary is damaged or of another version; the whole journal was read again.')
  return fresh
}

function saveState(path: string, summary: Summary, place: Place | undefined): void {
  writeJsonFile(path, { version: 2, place, summary })
}
