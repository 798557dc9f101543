/**
 * Directories in `in_progress/`:
 * `claimed_<timestamp>_<pid>_<task>/` with `<task>.<pid>.md` is a claim;
 * `.claiming_<pid>_<start>_<token>/` is one that is being made, and a claim as soon as a task file is in it;
 * `released_<timestamp>_<pid>_<task>/` is what a claim that was given back has left behind.
 */
import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { randomToken } from '../lib/ids.ts'
import { ownIdentity } from '../lib/process-identity.ts'
import { type Comms, insidePath } from '../mail/comms.ts'
import { mailError } from '../mail/mail-error.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { isTaskName } from '../mail/names.ts'

export interface ClaimPlace {
  kind: 'claimed' | 'claiming' | 'released'
  task: string
  /** Of the owner, as the names say. */
  pid: number
  /** Directory. */
  path: string
  /** The task's text, absolute; undefined in a directory without it: half made, or given back. */
  file: string | undefined
}

export const ownerFile = 'owner.json'

/** `20261121T113355123Z`: sorts by time and has no `_`. */
export function timestamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:.]/g, '')
}

export function claimDirectoryName(now: number, pid: number, task: string): string {
  return `claimed_${timestamp(now)}_${pid}_${task}`
}

/** A name that tells which process makes the claim, so that what it leaves behind can be judged. */
export function stagingName(): string {
  const { pid, start = '' } = ownIdentity()
  return `.claiming_${pid}_${start.replace(/[^0-9A-Za-z]/g, '')}_${randomToken()}`
}

/** In a crowd of claimers some directory gets its final name during every look. */
const mostLooks = 100

/** All directories of claims in `in_progress/`. @throws {OrchError} `mail-unreadable` */
export function readClaimPlaces(comms: Comms, mailbox: Mailbox): ClaimPlace[] {
  const root = insidePath(comms, mailbox.inProgress)
  const places = new Map<string, ClaimPlace | undefined>()
  for (let looks = 1; ; looks++) {
    let renamed = false
    for (const entry of readEntries(root)) {
      // A symbolic link is no claim: it could lead anywhere.
      if (!entry.isDirectory() || places.has(entry.name)) continue
      const place = readClaimPlace(root, entry.name)
      const gone = place?.file === undefined && !pathExists(join(root, entry.name))
      if (gone) renamed = true
      else places.set(entry.name, place)
    }
    // What has another name by now was in no list under that one.
    if (!renamed || looks === mostLooks) return [...places.values()].filter((place) => place !== undefined)
  }
}

/** The claim in one directory; undefined when its name says that it is none, or it is gone by now. */
export function readClaimPlace(root: string, name: string): ClaimPlace | undefined {
  const path = join(root, name)
  if (name.startsWith('.claiming_')) return readStaging(path)
  const kind = /^(claimed|released)_/.exec(name)?.[1]
  if (kind !== 'claimed' && kind !== 'released') return undefined
  const names = new Set(readNames(path))
  // Other programs write the time as they like, with `_` in it perhaps: the task's file decides.
  const readings = possibleReadings(name.slice(kind.length + 1))
  const found = readings.find(({ task, pid }) => names.has(`${task}.${pid}.md`))
  const [reading] = found ? [found] : readings
  if (!reading) return undefined
  const file = found && kind === 'claimed' ? join(path, `${found.task}.${found.pid}.md`) : undefined
  return { kind, ...reading, path, file }
}

/** Entries of a directory; one that does not exist has none. @throws {OrchError} `mail-unreadable` */
export function readEntries(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

function readNames(path: string): string[] {
  return readEntries(path).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
}

/** `<timestamp>_<pid>_<task>` can be cut in several places when there are more digits in it. */
function possibleReadings(text: string): { task: string; pid: number }[] {
  return [...text.matchAll(/_(\d+)(?=_)/g)].flatMap((match) => {
    const pid = Number(match[1])
    const task = text.slice(match.index + match[0].length + 1)
    return match.index > 0 && Number.isSafeInteger(pid) && pid > 0 && isTaskName(task) ? [{ task, pid }] : []
  })
}

/** What is being made: the task's file shows the task and the pid. */
function readStaging(path: string): ClaimPlace | undefined {
  const name = readNames(path).find((entry) => /\.\d+\.md$/.test(entry))
  const match = /^(?<task>.+)\.(?<pid>\d+)\.md$/.exec(name ?? '')
  const maker = Number(/^\.claiming_(\d+)_/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1] ?? 0)
  return {
    kind: 'claiming',
    task: match?.groups?.['task'] ?? '',
    pid: Number(match?.groups?.['pid'] ?? maker),
    path,
    file: name === undefined ? undefined : join(path, name),
  }
}
