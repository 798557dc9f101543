/** The process table of macOS: `ps` for all processes, `lsof` for a working directory. */
import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import {
  type ForegroundJob,
  findForegroundJob,
  type ProcessEntry,
  type ProcessLookup,
  type ProcessTable,
  type SessionProcess,
} from './process-tree.ts'

/** One listing serves all sessions that ask within this time. */
const sharedMs = 500

/** `ps` and `lsof` answer within milliseconds; a hung file system must not hold them for ever. */
const toolTimeoutMs = 5_000

type PsEntry = ProcessEntry & { tty: string }

export function macProcessTable(): ProcessTable {
  return { foregroundJob, groups }
}

/** Lines of `ps -axo pid=,ppid=,pgid=,tpgid=,tty=,comm=`; comm is a path and may hold spaces. */
export function parsePs(text: string): PsEntry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line)
    if (!match) return []
    const [, pid, parent, group, foreground, tty = '', command = ''] = match
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        foreground: Number(foreground),
        tty,
        // A login shell calls itself by a name that begins with a dash.
        name: basename(command).replace(/^-/, ''),
      },
    ]
  })
}

/** The directory in the output of `lsof -a -d cwd -Fn -p <pid>`: lines p<pid>, fcwd, n<path>. */
export function parseLsofDirectory(text: string): string | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith('n/'))
  return line?.slice(1)
}

let listing: { at: number; entries: Promise<PsEntry[]> } | undefined

async function foregroundJob(session: SessionProcess): Promise<ForegroundJob | undefined> {
  const entries = await listProcesses()
  const root = entries.find(({ pid }) => pid === session.pid)
  if (!root) return undefined
  const { job, deepest, ancestors } = findForegroundJob(root, lookupIn(entries))
  const [commandLine, cwd] = await Promise.all([
    output('ps', ['-ww', '-o', 'command=', '-p', String(job.pid)]),
    output('lsof', ['-a', '-d', 'cwd', '-Fn', '-p', String(job.pid)]).then(parseLsofDirectory),
  ])
  return {
    pid: job.pid,
    name: job.name,
    commandLine: commandLine.trim(),
    title: commandLine.trim().split(' ')[0] ?? '',
    ...(cwd === undefined ? {} : { cwd }),
    deepest: deepest.name,
    ancestors: ancestors.map(({ name }) => name),
  }
}

async function groups(session: SessionProcess): Promise<number[]> {
  const name = session.tty.replace('/dev/', '')
  const entries = await listProcesses()
  return [...new Set(entries.filter(({ tty }) => tty === name).map(({ group }) => group))]
}

function lookupIn(entries: PsEntry[]): ProcessLookup {
  return {
    entry: (pid) => entries.find((candidate) => candidate.pid === pid),
    children: (pid) => entries.filter((candidate) => candidate.parent === pid),
  }
}

function listProcesses(): Promise<PsEntry[]> {
  const now = performance.now()
  if (!listing || now - listing.at > sharedMs) {
    const entries = output('ps', ['-axo', 'pid=,ppid=,pgid=,tpgid=,tty=,comm=']).then(parsePs)
    listing = { at: now, entries }
  }
  return listing.entries
}

/** What the tool printed; lsof ends with 1 when it found only part. */
async function output(command: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      timeout: toolTimeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C' },
    })
    return stdout
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  }
}
