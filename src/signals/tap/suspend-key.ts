/** Whether the program stops on Ctrl-Z, which nobody in its own session could notice or undo. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A program that stops itself has done so within this time after the key, seen at these intervals. */
const settleMs = 300
const pollMs = 30

/**
 * To be asked after Ctrl-Z was handed on. True when the program stopped itself, and when the key means SIGTSTP to
 * it: as the leader of a session whose parent is elsewhere it is not stopped by that signal, says POSIX.
 */
export async function stopsOnSuspendKey(pid: number, tty: string): Promise<boolean> {
  if (await isSignalled(pid, tty)) return true
  for (let waited = 0; waited < settleMs; waited += pollMs) {
    await delay(pollMs)
    if ((await readProcess(pid))?.stopped) return true
  }
  return false
}

async function isSignalled(pid: number, tty: string): Promise<boolean> {
  const found = await readProcess(pid)
  if (found?.foregroundGroup !== pid || found.ignoresStop) return false
  try {
    const option = process.platform === 'darwin' ? '-f' : '-F'
    const { stdout } = await run('stty', [option, tty, '-a'])
    return /(^|\s)isig\b/.test(stdout) && /susp = \^Z/.test(stdout)
  } catch {
    return false
  }
}

interface Found {
  stopped: boolean
  foregroundGroup: number
  ignoresStop: boolean
}

async function readProcess(pid: number): Promise<Found | undefined> {
  try {
    return process.platform === 'linux' ? readProc(pid) : await readPs(pid)
  } catch {
    return undefined
  }
}

/** See proc(5): the state is the third field of `stat`, the foreground group the eighth. */
function readProc(pid: number): Found {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0'
  const bit = 1n << BigInt(constants.signals.SIGTSTP - 1)
  return {
    stopped: fields[0] === 'T',
    foregroundGroup: Number(fields[5]),
    ignoresStop: (BigInt(`0x${ignored}`) & bit) !== 0n,
  }
}

/** Elsewhere nothing says what a process ignores: there a program is stopped only if it stops itself. */
async function readPs(pid: number): Promise<Found> {
  const { stdout } = await run('ps', ['-o', 'stat=,tpgid=', '-p', String(pid)])
  const [state = '', group = ''] = stdout.trim().split(/\s+/)
  return { stopped: state.startsWith('T'), foregroundGroup: Number(group), ignoresStop: true }
}
