/** Which process it is, so that a later look cannot take another one with the same pid for it. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { systemErrorCode } from './errors.ts'
import type { ProcessIdentity } from './process-identity-record.ts'

export type { ProcessIdentity }

/** `unknown`: it runs elsewhere, or cannot be looked at. */
export type ProcessLife = 'alive' | 'gone' | 'unknown'

/** The identity of a process that runs now on this computer; undefined when there is none. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const seen = lookAt(pid)
  if (seen.life === 'gone') return undefined
  return { pid, ...(seen.start !== undefined && { start: seen.start }), ...thisComputer() }
}

/** This very process. */
export function ownIdentity(): ProcessIdentity {
  own ??= identifyProcess(process.pid) ?? { pid: process.pid, ...thisComputer() }
  return own
}
let own: ProcessIdentity | undefined

/** Whether the process still runs. It is gone only when that is certain. */
export function processLife(identity: ProcessIdentity): ProcessLife {
  const here = thisComputer()
  const known = identity.machine !== undefined && here.machine !== undefined
  const sameBoot = identity.boot !== undefined && identity.boot === here.boot
  const sameComputer = known
    ? identity.machine === here.machine
    : identity.host === here.host && (sameBoot || identity.boot === undefined)
  if (!sameComputer) return 'unknown'
  if (identity.boot !== undefined && here.boot !== undefined && !sameBoot) return 'gone'
  if (identity.namespace !== here.namespace) return 'unknown'
  const seen = lookAt(identity.pid)
  if (seen.life !== 'alive' || identity.start === undefined) {
    // Without the time of its start it may be another process that got the number.
    return seen.life === 'alive' ? 'unknown' : seen.life
  }
  return seen.start === identity.start ? 'alive' : 'gone'
}

/** Whether the computer was started again since then, as far as it tells. */
export function restartedSince({ boot, machine }: ProcessIdentity): boolean {
  const here = thisComputer()
  return machine === here.machine && boot !== undefined && here.boot !== undefined && boot !== here.boot
}

/** Whether both mean the same process. */
export function isSameProcess(left: ProcessIdentity, right: ProcessIdentity): boolean {
  return (
    left.pid === right.pid &&
    left.start === right.start &&
    left.boot === right.boot &&
    left.machine === right.machine &&
    left.namespace === right.namespace
  )
}

/** The processes above this one, the nearest first, with their arguments. */
export function ancestors(): { pid: number; args: string[] }[] {
  const result: { pid: number; args: string[] }[] = []
  for (let pid = process.ppid; pid > 0 && result.length < maxAncestors; ) {
    const facts = process.platform === 'linux' ? linuxParent(pid) : posixParent(pid)
    if (!facts) break
    result.push({ pid, args: facts.args })
    pid = facts.parent
  }
  return result
}

/** More than any real chain of processes; a guard against a circle. */
const maxAncestors = 64

/**
 * The process on whose behalf a command runs: the nearest above it that is no passing helper, such as the
 * `sh -c` that an agent starts for each command, or `npx`.
 */
export function callingProcess(): number {
  const above = ancestors()
  const lasting = above.find(({ pid, args }) => pid !== 1 && !isPassing(args))
  return lasting?.pid ?? above.filter(({ pid }) => pid !== 1).at(-1)?.pid ?? process.ppid
}

const shells = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'fish', 'busybox'])
const wrappers = new Set(['env', 'timeout', 'nohup', 'nice', 'time', 'sudo', 'doas', 'npx', 'npm', 'xargs'])

/** Whether a process lives only as long as the command that it runs. */
export function isPassing(args: readonly string[]): boolean {
  const name = basename(args[0] ?? '').replace(/^-/, '')
  if (wrappers.has(name)) return true
  if (shells.has(name)) {
    const end = args.findIndex((word, index) => index > 0 && !/^[-+]/.test(word))
    return args.slice(1, end < 0 ? undefined : end).some((word) => /^-[A-Za-z]*c[A-Za-z]*$/.test(word))
  }
  // `npm exec` shows itself as one word, npx as a script of node.
  return /^npm (?:exec|run)/.test(args[0] ?? '') || /\b(?:npx|npm)-cli\.js$/.test(args[1] ?? '')
}

interface Seen {
  life: ProcessLife
  start?: string
}

function lookAt(pid: number): Seen {
  const seen = process.platform === 'linux' ? lookAtLinux(pid) : lookAtPosix(pid)
  if (seen) return seen
  try {
    process.kill(pid, 0)
    return { life: 'unknown' }
  } catch (error) {
    return { life: systemErrorCode(error) === 'ESRCH' ? 'gone' : 'unknown' }
  }
}

/** `/proc/<pid>/stat`: after the name in parentheses follow the state (3) and, at 22, the start in ticks. */
function lookAtLinux(pid: number): Seen | undefined {
  const fields = linuxStat(pid)
  if (!fields) return undefined
  const [state = ''] = fields
  return state === 'Z' || state === 'X' ? { life: 'gone' } : { life: 'alive', start: fields[19] ?? '' }
}

function linuxStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function lookAtPosix(pid: number): Seen | undefined {
  const line = ps(['-o', 'stat=,lstart=', '-p', String(pid)])
  const parts = /^(\S+)\s+(.+)$/.exec(line ?? '')
  if (!parts) return undefined
  return parts[1]?.startsWith('Z') ? { life: 'gone' } : { life: 'alive', start: parts[2] ?? '' }
}

function linuxParent(pid: number): { parent: number; args: string[] } | undefined {
  const fields = linuxStat(pid)
  if (!fields) return undefined
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+$/, '').split('\0')
    return { parent: Number(fields[1]), args }
  } catch {
    return { parent: Number(fields[1]), args: [] }
  }
}

function posixParent(pid: number): { parent: number; args: string[] } | undefined {
  const parts = /^(\d+)\s+(.*)$/.exec(ps(['-o', 'ppid=,args=', '-p', String(pid)]) ?? '')
  return parts ? { parent: Number(parts[1]), args: (parts[2] ?? '').split(' ') } : undefined
}

function ps(args: string[]): string | undefined {
  return tryRun('ps', args)
}

interface Computer {
  host: string
  machine?: string
  boot?: string
  namespace?: string
}

function thisComputer(): Computer {
  computer ??= process.platform === 'linux' ? linuxComputer() : macComputer()
  return computer
}
let computer: Computer | undefined

function linuxComputer(): Computer {
  return withoutAbsent({
    host: hostname(),
    machine: tryRead('/etc/machine-id'),
    boot: tryRead('/proc/sys/kernel/random/boot_id'),
    namespace: tryLink('/proc/self/ns/pid'),
  })
}

function macComputer(): Computer {
  const tree = tryRun('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'])
  return withoutAbsent({
    host: hostname(),
    machine: /"IOPlatformUUID" = "([^"]+)"/.exec(tree ?? '')?.[1],
    boot: tryRun('sysctl', ['-n', 'kern.bootsessionuuid']),
  })
}

function withoutAbsent(values: Record<keyof Computer, string | undefined> | { host: string }): Computer {
  const { host, ...rest } = values
  const known = Object.entries(rest).filter(([, value]) => value !== undefined && value !== '')
  return { host: host ?? '', ...Object.fromEntries(known) }
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

function tryLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function tryRun(program: string, args: string[]): string | undefined {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    return execFileSync(program, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
