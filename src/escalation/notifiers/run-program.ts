/** Runs a program to its end, or ends it: with what it started, when its time is over. */
import { spawn } from 'node:child_process'
import { systemErrorCode } from '../../lib/errors.ts'
import { plainText } from '../../lib/plain-text.ts'
import { redactLines } from '../../lib/redact.ts'

export interface ProgramRun {
  argv: readonly string[]
  env: NodeJS.ProcessEnv
  /** Written to its standard input. */
  input?: string
  timeoutMs: number
  signal: AbortSignal
}

export type ProgramResult =
  /** There is no such program. */
  | { state: 'missing'; code: undefined; ending: string; output: string }
  | { state: 'timeout' | 'ended'; code: number | undefined; ending: string; output: string }

/** So much of what it prints is kept, redacted, in bytes and lines. */
const longestOutput = 8_192
const mostLines = 8
const longestLine = 300

/** Between asking it to end and ending it. */
const graceMs = 1_000

export function runProgram({ argv, env, input, timeoutMs, signal }: ProgramRun): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = argv
    // A process group of its own, so that what it starts ends with it.
    const child = spawn(file, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    let bytes = 0
    let late = false
    const kill = (how: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how)
      } catch {
        // It has ended meanwhile.
      }
    }
    const stop = () => {
      late = true
      kill('SIGTERM')
      setTimeout(() => kill('SIGKILL'), graceMs).unref()
      // What holds its output open any longer is not waited for.
      setTimeout(() => done('timeout', undefined, 'it did not end in time'), 2 * graceMs).unref()
    }
    const timer = setTimeout(stop, timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    const done = (state: 'missing' | 'timeout' | 'ended', code: number | undefined, ending: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      const result = { ending, output: readable(Buffer.concat(output)) }
      if (state === 'missing') resolve({ state, code: undefined, ...result })
      else resolve({ state, code, ...result })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        if (bytes < longestOutput) output.push(chunk.subarray(0, longestOutput - bytes))
        bytes += chunk.length
      })
    }
    child.on('error', (error) => {
      clearTimeout(timer)
      if (systemErrorCode(error) === 'ENOENT') done('missing', undefined, 'there is no such program')
      else reject(error)
    })
    child.on('close', (code, killed) => {
      const ending = killed === null ? `exit code ${code}` : `ended by ${killed}`
      done(late ? 'timeout' : 'ended', code ?? undefined, ending)
    })
    // It need not read it.
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    if (signal.aborted) stop()
  })
}

function readable(output: Buffer): string {
  const lines = redactLines(output.toString('utf8').split('\n'))
  return lines
    .map((line) => plainText(line, longestLine).trim())
    .filter((line) => line !== '')
    .slice(0, mostLines)
    .join('; ')
}
