/** Names of task documents: `task-<description>-YYYYMMDD-HHMMSS.md`. */
import { OrchError } from '../lib/errors.ts'

export interface DocumentName {
  /** The name of the file without `.md`. */
  id: string
  description: string
  /** `YYYYMMDD-HHMMSS`, in whatever time zone its writer lives; only the order counts. */
  stamp: string
}

/** What a name in `tasks/` is: that of a document, one that was probably meant to be, or of something else. */
export type ReadName =
  | ({ kind: 'document' } & DocumentName)
  | { kind: 'almost'; reason: string }
  | { kind: 'other' }

/** File systems take names of 255 bytes; those of results and their temporary files are longer than the id. */
const mostBytes = 180

/** A sentence makes no good name. */
const mostCharacters = 60
const mostDescriptionBytes = 120

export function readDocumentName(file: string): ReadName {
  // Hidden files, and what editors, downloads and copying programs have not finished, or keep of before.
  if (/^[.#]|[~#]$|\.(?:tmp|temp|part|partial|crdownload|download|sw[a-z]|bak|orig|lock)$/iu.test(file))
    return { kind: 'other' }
  const id = file.slice(0, -'.md'.length)
  const match = /^task-(?<description>.*)-(?<stamp>\d{8}-\d{6})\.md$/su.exec(file)
  const { description = '', stamp = '' } = match?.groups ?? {}
  if (match) {
    const reason = problemOf(id, description, stamp)
    return reason === undefined ? { kind: 'document', id, description, stamp } : { kind: 'almost', reason }
  }
  const reason = nearMiss(file)
  return reason === undefined ? { kind: 'other' } : { kind: 'almost', reason }
}

/**
 * The name of a document that is written now: `Fix the login` is `task-fix-the-login-20261121-093000`.
 *
 * @throws {OrchError} `bad-name` when nothing of the description can stand in a name
 */
export function newDocumentName(description: string, now: Date): DocumentName {
  const words = wordsOf(description)
  if (words === '') {
    throw new OrchError('bad-name', `${JSON.stringify(description)} gives no name.`, {
      hint: 'Say in a few words what is to be done: `iterm-orch task new "fix the login"`.',
    })
  }
  const stamp = stampOf(now)
  return { id: `task-${words}-${stamp}`, description: words, stamp }
}

/** What a description is within a name: `Fix the login!` is `fix-the-login`; empty when nothing of it can stand there. */
export function wordsOf(description: string): string {
  const words = description
    .normalize('NFC')
    .toLowerCase()
    // Marks belong to the letters before them, such as the vowels of Hindi.
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^[-\p{M}]+|-$/gu, '')
  return cutWords(words)
}

function problemOf(id: string, description: string, stamp: string): string | undefined {
  if (description === '') return 'its description is missing: task-<description>-YYYYMMDD-HHMMSS.md'
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u.test(description))
    return 'its description may have letters, digits, `-`, `_` and `.`, and a letter or a digit first'
  if (Buffer.byteLength(id) > mostBytes) return `it is longer than ${mostBytes} bytes`
  if (!isTime(stamp)) return `${stamp} is no date and time: YYYYMMDD-HHMMSS`
  return undefined
}

/** Undefined for what nobody can have meant as a task. */
function nearMiss(file: string): string | undefined {
  const lower = file.toLowerCase()
  const whole = /^task-.+-\d{8}-\d{6}\.md$/su
  if (whole.test(lower)) return 'it must be in small letters: task-…-YYYYMMDD-HHMMSS.md'
  const ending = /-\d{8}-\d{6}(?<ending>\.[a-z]+)?$/u.exec(lower)
  if (ending && lower.startsWith('task-') && ending.groups?.['ending'] !== '.md') return 'it must end in .md'
  if (ending && !lower.startsWith('task-')) return 'it must begin with task-'
  if (!/^tasks?[-_ ]/u.test(lower)) return undefined
  if (!lower.startsWith('task-')) return 'it must begin with task-'
  if (/\d{8}|\d{4}-\d\d-\d\d/u.test(lower)) return 'its date and time must be YYYYMMDD-HHMMSS, before .md'
  return 'its date and time are missing: task-<description>-YYYYMMDD-HHMMSS.md'
}

function isTime(stamp: string): boolean {
  const part = (from: number, to: number) => Number(stamp.slice(from, to))
  const [year, month, day] = [part(0, 4), part(4, 6), part(6, 8)]
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return false
  return part(9, 11) < 24 && part(11, 13) < 60 && part(13, 15) < 60
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

function stampOf(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString()
  return local.slice(0, 19).replace(/[-:]/gu, '').replace('T', '-')
}

/** Whole words as far as possible. */
function cutWords(words: string): string {
  const characters = [...words]
  let end = Math.min(characters.length, mostCharacters)
  while (Buffer.byteLength(characters.slice(0, end).join('')) > mostDescriptionBytes) end -= 1
  const cut = characters.slice(0, end).join('')
  return end === characters.length ? cut : cut.replace(/-[^-]*$/u, '')
}
