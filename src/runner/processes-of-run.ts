/**
 * Finds the processes of a run, wherever they went: those in the process group of its task process, those that
 * carry its mark in their environment (a daemon that left the group by `setsid` and two forks has it still), and
 * the descendants of all of them.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { systemErrorCode } from '../lib/errors.ts'
import { runMark, stepMark } from '../lib/run-mark.ts'

export interface FoundProcess {
  pid: number
  /** Tells it from a later one with the same number. */
  start: string
  /** Stopped by a signal. */
  stopped: boolean
}

export interface RunProcesses {
  run: string
  /** Only those of this step. */
  step?: string
  /**
   * The task process, only where it is certain that it lives: a dead one's number may lead another group by now.
   * It is not among the found.
   */
  root?: number
  /** Processes that belong to it for certain, with all below them. */
  also?: readonly number[]
  /** When the task process started: nothing older is looked at. */
  since?: string
}

/** @throws when the process table cannot be read: that is not "none" */
export function findProcesses(wanted: RunProcesses): FoundProcess[] {
  const rows = (process.platform === 'linux' ? linuxRows() : posixRows()).filter(
    ({ start }) => !isOlder(start, wanted.since),
  )
  const marks = [`${runMark}=${wanted.run}`]
  if (wanted.step !== undefined) marks.push(`${stepMark}=${wanted.step}`)
  const family = new Set<number>(wanted.also)
  for (const row of rows) if (isBelow(row, wanted) || hasMarks(row, marks)) family.add(row.pid)
  for (let size = -1; size < family.size; ) {
    size = family.size
    // A run within a run, or the service that a step started, is no part of it.
    for (const row of rows) {
      if (family.has(row.parent) && !family.has(row.pid) && !isMarkedOtherwise(row, marks))
        family.add(row.pid)
    }
  }
  return rows
    .filter(({ pid }) => family.has(pid) && pid !== wanted.root && pid !== process.pid)
    .map(({ pid, start, state }) => ({ pid, start, stopped: state === 'T' }))
}

/** Whether a process is stopped by a signal; undefined when there is none. */
export function isStopped(pid: number): boolean | undefined {
  const rows = process.platform === 'linux' ? [linuxRow(pid)] : posixRows(pid)
  const state = rows.find((row) => row?.pid === pid)?.state
  return state === undefined ? undefined : state === 'T'
}

/** Sends a signal to each that is still the one that was found. */
export function signalProcesses(found: readonly FoundProcess[], signal: NodeJS.Signals): void {
  for (const { pid, start } of found) {
    if (process.platform === 'linux' && linuxRow(pid)?.start !== start) continue
    signalQuietly(pid, signal)
  }
}

/** A negative number is a process group. False when there is none. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') return false
    // What belongs to another user (sudo) cannot be signalled; the others can.
    if (systemErrorCode(error) === 'EPERM') return false
    throw error
  }
}

interface Row {
  pid: number
  parent: number
  group: number
  /** 0 where the system does not tell. */
  session: number
  /** First letter of `ps`. */
  state: string
  start: string
  /** Read when it is needed. */
  environment?: string
}

/** Linux counts ticks since the start of the computer; on macOS only the environment tells. */
function isOlder(start: string, since: string | undefined): boolean {
  return process.platform === 'linux' && since !== undefined && Number(start) < Number(since)
}

function isBelow(row: Row, { root, step }: RunProcesses): boolean {
  if (root === undefined || step !== undefined) return false
  return row.group === root || row.session === root
}

function hasMarks(row: Row, marks: readonly string[]): boolean {
  const environment = environmentOf(row)
  return marks.every((mark) => environment.includes(`\0${mark}\0`))
}

function isMarkedOtherwise(row: Row, marks: readonly string[]): boolean {
  return environmentOf(row).includes(`\0${runMark}=`) && !hasMarks(row, marks)
}

function environmentOf(row: Row): string {
  row.environment ??= linuxEnvironment(row.pid)
  return row.environment
}

function linuxRows(): Row[] {
  return readdirSync('/proc').flatMap((name) => {
    const row = /^\d+$/.test(name) ? linuxRow(Number(name)) : undefined
    return row && row.state !== 'Z' && row.state !== 'X' ? [row] : []
  })
}

/** `/proc/<pid>/stat`: after the name in parentheses the state, parent, group, session; at 22 the start. */
function linuxRow(pid: number): Row | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state = '', parent, group, session] = fields
    return {
      ...{ pid, state: state.toUpperCase(), start: fields[19] ?? '' },
      ...{ parent: Number(parent), group: Number(group), session: Number(session) },
    }
  } catch {
    return undefined
  }
}

/** Empty for those of other users, and for those that ended. */
function linuxEnvironment(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`
  } catch {
    return ''
  }
}

/**
 * macOS shows the environment behind the arguments (`ps -E`), but not that of the programs of the system itself:
 * such a one is found by its group and its parents only.
 */
function posixRows(only?: number): Row[] {
  const who = only === undefined ? ['-A'] : ['-p', String(only)]
  const output = execFileSync('ps', [...who, '-E', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='], {
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  })
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)\S*\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line)
    if (!match || match[4] === 'Z') return []
    const [, pid, parent, group, state = '', start = '', command = ''] = match
    return [
      {
        ...{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, state, start },
        environment: `\0${command.replaceAll(' ', '\0')}\0`,
      },
    ]
  })
}
