/** Runs a program that has something to say and ends: no longer than it may, and no more of its output than is wanted. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { afterAwake } from '../../lib/awake-time.ts'
import { systemClock } from '../../lib/clock.ts'
import { systemErrorCode } from '../../lib/errors.ts'

export interface BriefOrder {
  cwd: string
  env: NodeJS.ProcessEnv
  timeoutMs: number
  /** More output than this ends it. */
  mostBytes: number
  /** A descriptor that it has as long as it lives, such as that of a lock. */
  held?: number | undefined
}

export interface BriefEnd {
  /** Undefined: it did not end by itself. */
  code: number | undefined
  stdout: Buffer
  stderr: string
  /** It said more than was wanted. */
  cut: boolean
  /** Why it did not end by itself, or could not even be started. */
  problem?: string
  /** There is no such program. */
  missing?: true
}

/** Never rejects. */
export function runBriefly(program: string, args: readonly string[], order: BriefOrder): Promise<BriefEnd> {
  const { cwd, env, timeoutMs, mostBytes, held } = order
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let stderr = ''
    let cut = false
    const end = (facts: Pick<BriefEnd, 'code'> & Partial<BriefEnd>) => {
      cancel()
      resolve({ stdout: Buffer.concat(chunks), stderr, cut, ...facts })
    }
    // A group of its own: what it started is ended with it.
    const child = spawn(program, args, {
      ...{ cwd, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe', held ?? 'ignore'],
    }) as ChildProcessByStdio<null, Readable, Readable>
    const cancel = afterAwake(systemClock, timeoutMs, () => {
      killGroup(child)
      // What has left the group may hold them open for as long as it likes.
      child.stdout.destroy()
      child.stderr.destroy()
      end({ code: undefined, problem: `it took longer than ${timeoutMs / 1_000} s` })
    })
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, mostBytes - bytes))
      bytes += chunk.length
      if (bytes <= mostBytes || cut) return
      cut = true
      killGroup(child)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < mostBytes) stderr += chunk.toString()
    })
    child.once('error', (error) => {
      const code = systemErrorCode(error)
      end({
        code: undefined,
        problem: `it cannot be started (${code ?? error.message})`,
        ...(code === 'ENOENT' && { missing: true }),
      })
    })
    child.once('close', (code, signal) => {
      if (code !== null) return end({ code })
      end({ code: undefined, problem: cut ? 'it said too much' : `${signal} ended it` })
    })
  })
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
