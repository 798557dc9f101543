/**
 * Lets the n-th call that changes the file system, or reads it, go wrong: as if the process were killed there (nothing that it
 * does afterwards reaches the disk), or with an error of the system. What is tried is the code's own calls, in their
 * order, so all places where it can be stopped are known and each can be tried.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** `half`: of what is written, half arrives first; of a tree that is removed, the first entry has gone. */
export interface Death {
  kind: 'dies'
  at: number
  half: boolean
}

/** From the n-th call on (`lasting`), or only there, the system refuses. */
export interface Refusal {
  kind: 'refuses'
  at: number
  code: string
  lasting: boolean
  /** Reading is refused, not changing. */
  reading: boolean
  /** Only of files below this directory, by their paths. */
  below?: string
}

export type Fault = Death | Refusal

/** How a run under a fault went. */
export interface Trace {
  /** Calls of the kind that is counted, as far as it came. */
  calls: number
  /** Whether the fault was met. */
  met: boolean
  /** The call that it was met at. */
  call: string
}

type Call = (...args: unknown[]) => unknown

const writers = new Set(['writeFileSync', 'appendFileSync', 'writeSync', 'cpSync', 'rmSync'])
const changing = [
  ...writers,
  'openSync',
  'fsyncSync',
  'fdatasyncSync',
  'ftruncateSync',
  'renameSync',
  'linkSync',
  'symlinkSync',
  'mkdirSync',
  'rmdirSync',
  'unlinkSync',
]
const readers = [
  'openSync',
  'readFileSync',
  'readSync',
  'readdirSync',
  'statSync',
  'lstatSync',
  'fstatSync',
  'readlinkSync',
  'existsSync',
  'accessSync',
]
/** What still works on a full disk. */
const freeing = new Set(['rmSync', 'rmdirSync', 'unlinkSync', 'ftruncateSync'])

const table: Record<string, Call> = fs as never
const originals = new Map([...changing, ...readers].map((name) => [name, table[name] as Call]))
const resolve = fs.realpathSync.native
let fault: Fault | undefined
let trace: Trace = { calls: 0, met: false, call: '' }
let nested = false

/** Runs `action` under the fault. A death ends it with an exception, which is not an error of its. */
export async function underFault(wanted: Fault, action: () => unknown): Promise<Trace & { error?: unknown }> {
  fault = wanted
  trace = { calls: 0, met: false, call: '' }
  try {
    await action()
    return { ...trace }
  } catch (error) {
    return { ...trace, error }
  } finally {
    fault = undefined
  }
}

class Dead extends Error {}

function guard(name: string, original: Call): Call {
  return (...args) => {
    // rmSync and cpSync are made of other calls.
    if (!fault || nested || isReading(name, args) !== countsReading(fault)) return original(...args)
    if (fault.kind === 'refuses' && !isBelow(fault, args)) return original(...args)
    if (fault.kind === 'dies' && trace.met) throw new Dead('it is dead')
    trace.calls += 1
    const here = trace.calls === fault.at || (trace.met && fault.kind === 'refuses' && fault.lasting)
    const spared = fault.kind === 'refuses' && fault.code === 'ENOSPC' && freeing.has(name)
    nested = true
    try {
      if (!here || spared) return original(...args)
      trace.met = true
      trace.call ||= `${name} ${typeof args[0] === 'string' ? args[0] : ''}`
      if (fault.kind === 'dies') {
        if (fault.half) halfOf(name, args)
        throw new Dead('it dies')
      }
      if (name === 'existsSync') return false
      if (fault.code === 'ENOSPC' && name === 'writeSync') return halfOf(name, args)
      throw Object.assign(new Error(`${fault.code}: refused, ${name}`), { code: fault.code })
    } finally {
      nested = false
    }
  }
}

export function hasHalf(call: string): boolean {
  return writers.has(call.split(' ')[0] ?? '')
}

function halfOf(name: string, args: unknown[]): unknown {
  const [target, content] = args
  if (name === 'rmSync') return removeFirst(String(target))
  if (name === 'cpSync') {
    if (!fs.statSync(String(target)).isFile()) return undefined
    return original('writeFileSync')(content, half(fs.readFileSync(String(target))))
  }
  if (name === 'writeSync') return original(name)(target, half(content))
  return original(name)(target, half(content), args[2])
}

function half(content: unknown): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(String(content))
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}

function removeFirst(path: string): void {
  if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const [first] = fs.readdirSync(path)
  if (first !== undefined) original('rmSync')(`${path}/${first}`, { recursive: true, force: true })
}

function original(name: string): Call {
  const call = originals.get(name)
  if (!call) throw new Error(`there is no ${name}`)
  return call
}

function isBelow({ below }: Refusal, [path]: unknown[]): boolean {
  return below === undefined || (typeof path === 'string' && path.startsWith(`${below}/`))
}

function isReading(name: string, [path, flags]: unknown[]): boolean {
  // What the system tells of processes is no part of the mailboxes.
  if (typeof path === 'string' && /^\/(?:proc|etc|sys)\//.test(path)) return false
  if (name !== 'openSync') return readers.includes(name) || name === 'realpathSync'
  if (flags === undefined || flags === 'r') return true
  return typeof flags === 'number' && (flags & 3) === fs.constants.O_RDONLY
}

function countsReading(wanted: Fault): boolean {
  return wanted.kind === 'refuses' && wanted.reading
}

for (const [name, call] of originals) table[name] = guard(name, call)
fs.realpathSync.native = guard('realpathSync', resolve as never) as never
syncBuiltinESMExports()
