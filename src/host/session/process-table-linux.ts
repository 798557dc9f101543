/** The process table of Linux: a few small files of /proc for each question. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import {
  type ForegroundJob,
  findForegroundJob,
  type ProcessEntry,
  type ProcessLookup,
  type ProcessTable,
  type SessionProcess,
} from './process-tree.ts'

/** The kernel keeps this many bytes of a process name. */
const kernelNameLength = 15

export function linuxProcessTable(): ProcessTable {
  return {
    foregroundJob: async (session) => foregroundJob(session),
    foregroundJobNow: foregroundJob,
    groups: async (session) => groups(session),
  }
}

interface LinuxEntry extends ProcessEntry {
  /** The process that leads the session, in the kernel's sense. */
  session: number
  /** Ended, and not yet waited for by its parent. */
  ended: boolean
}

/** An entry of /proc/<pid>/stat; undefined when the text is none. */
export function parseStat(text: string): LinuxEntry | undefined {
  // The name stands in parentheses and may hold any character, parentheses and spaces included.
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const [state, ...numbers] = text.slice(close + 2).split(' ')
  const [parent, group, session, , foreground] = numbers.map(Number)
  const pid = Number.parseInt(text, 10)
  if (parent === undefined || group === undefined || session === undefined || foreground === undefined) {
    return undefined
  }
  const name = text.slice(open + 1, close)
  return { pid, parent, group, session, foreground, name, ended: state === 'Z' }
}

const lookup: ProcessLookup = { entry, children }

/** The command line of this process, which stays as it is. */
let ownWords: string | undefined

function foregroundJob(session: SessionProcess): ForegroundJob | undefined {
  const root = entry(session.pid)
  if (!root) return undefined
  const { job, deepest, ancestors } = findForegroundJob(root, lookup)
  const words = commandWords(job.pid)
  // Between fork and exec the process is still a copy of this one.
  ownWords ??= commandWords(process.pid).join(' ')
  if (job.pid === root.pid && words.join(' ') === ownWords) return undefined
  const cwd = workingDirectory(job.pid) ?? workingDirectory(root.pid)
  return {
    pid: job.pid,
    name: fullName(job),
    commandLine: words.join(' ').trim(),
    title: words[0] ?? '',
    ...(cwd === undefined ? {} : { cwd }),
    deepest: fullName(deepest),
    ancestors: ancestors.map(fullName),
  }
}

/** Groups of every living process whose session is led by this one. */
function groups(session: SessionProcess): number[] {
  const found = new Set<number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const candidate = entry(Number(name))
    if (candidate?.session === session.pid && !candidate.ended) found.add(candidate.group)
  }
  return [...found]
}

function entry(pid: number): LinuxEntry | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

function children(pid: number): ProcessEntry[] {
  const pids = read(`/proc/${pid}/task/${pid}/children`)?.split(' ').filter(Boolean) ?? []
  return pids.flatMap((child) => entry(Number(child)) ?? [])
}

function commandWords(pid: number): string[] {
  return read(`/proc/${pid}/cmdline`)?.replace(/\0+$/, '').split('\0') ?? []
}

/** The whole name of a process whose name the kernel has cut off, from its command line. */
function fullName({ pid, name }: ProcessEntry): string {
  if (name.length < kernelNameLength) return name
  const whole = basename(commandWords(pid)[0] ?? '')
  return whole.startsWith(name) ? whole : name
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
