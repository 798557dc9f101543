/** What runs in the foreground of a program's own terminal device, as the process table has it. */
import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import type { ForegroundProgram } from '../agents/program-names.ts'

export interface Foreground extends ForegroundProgram {
  pid: number
  /** Path of the terminal device. */
  tty: string
}

/** `ps` answers in some 20 ms; one that hangs must not hold up the typing. */
const answerMs = 2_000

/**
 * The foreground job on the terminal of a program that runs behind the tap, where the terminal itself sees only
 * the tap. Undefined when it does not run any more, or cannot be looked at.
 *
 * @param program process id of the program
 * @param tap process id of what started it, where it is known: the number may belong to another one by now
 */
export async function readForeground(program: number, tap?: number): Promise<Foreground | undefined> {
  try {
    // These columns are the same on Linux and macOS. The name comes last, for it may have spaces.
    const rows = readRows(await ps('-A', '-o', 'pid=,ppid=,pgid=,tpgid=,tty=,comm='))
    const front = foregroundOf(rows, program, tap)
    if (!front) return undefined
    return { ...front, commandLine: (await ps('-ww', '-o', 'args=', '-p', String(front.pid))).trim() }
  } catch {
    return undefined
  }
}

async function ps(...args: string[]): Promise<string> {
  const options = { timeout: answerMs, maxBuffer: 16 * 1024 * 1024 }
  return (await promisify(execFile)('ps', args, options)).stdout
}

interface Row {
  pid: number
  parent: number
  group: number
  foregroundGroup: number
  tty: string
  name: string
}

function readRows(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(.+)$/u.exec(line)
    if (!match) return []
    const [, pid, parent, group, foregroundGroup, tty = '', command = ''] = match
    const name = basename(command.trim()).replace(/^-/u, '')
    return [
      {
        ...{ pid: Number(pid), parent: Number(parent), group: Number(group) },
        ...{ foregroundGroup: Number(foregroundGroup), tty, name },
      },
    ]
  })
}

function foregroundOf(
  rows: readonly Row[],
  program: number,
  tap: number | undefined,
): Foreground | undefined {
  const started = rows.find(({ pid }) => pid === program)
  if (!started || !/^[\w/]+$/u.test(started.tty)) return undefined
  if (tap !== undefined && started.parent !== tap) return undefined
  const { foregroundGroup, tty } = started
  const group = rows.filter((row) => row.group === foregroundGroup)
  const job = group.find(({ pid }) => pid === foregroundGroup) ?? group[0]
  if (!job) return undefined
  return { pid: job.pid, job: job.name, ancestors: namesAbove(rows, job, program), tty: `/dev/${tty}` }
}

function namesAbove(rows: readonly Row[], job: Row, program: number): string[] {
  const names: string[] = []
  for (let at: Row | undefined = job; at && at.pid !== program; ) {
    const { parent }: Row = at
    at = rows.find(({ pid }) => pid === parent)
    // More than there are processes would be a circle.
    if (!at || names.length > rows.length) return []
    names.unshift(at.name)
  }
  return names
}
