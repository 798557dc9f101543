/** Runs the command of a step, or of a probe, and ends it with all that it started. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { systemErrorCode } from '../lib/errors.ts'
import { runMark, stepMark } from '../lib/run-mark.ts'
import { killProcesses, waitForProcesses } from './end-processes.ts'
import { findProcesses, type RunProcesses, signalProcesses } from './processes-of-run.ts'
import type { Task } from './task.ts'

export interface CommandOrder {
  /** A line for the shell, or a program with its arguments. */
  run: string | readonly string[]
  /** A file that it reads as its standard input. */
  stdin?: string | undefined
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** The run, and the step, as which it and its children are marked. */
  mark: { run: string; step: string; since?: string | undefined }
  stop: Task['stop']
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void
  onStart?(pid: number): void
  /** All of the output has come. */
  onEnd?(): void
}

export interface CommandEnd {
  exitCode?: number
  signal?: string
  /** It could not even be started. */
  problem?: string
}

/** Output that comes after the command has ended is waited for so long, and longer while it goes on coming. */
const quietMs = 50
const drainMs = 2_000

/**
 * Runs it to its end. When `until` aborts, it and all that it started get the stop signal, and SIGKILL after the
 * grace time.
 */
export async function runCommand(order: CommandOrder, until: AbortSignal): Promise<CommandEnd> {
  const problem = directoryProblem(order.cwd)
  if (problem !== undefined) return { problem }
  if (until.aborted) return { problem: 'it was not started any more' }
  let child: Child
  try {
    child = start(order)
    await once(child, 'spawn')
  } catch (error) {
    return { problem: startProblem(order, error) }
  }
  if (child.pid !== undefined) order.onStart?.(child.pid)
  const drained = readOutput(child, order)
  const stopping = stopWhen(until, order, child)
  const end = await exitOf(child)
  await stopping.done()
  await drained()
  order.onEnd?.()
  return end
}

type Child = ChildProcessByStdio<null, Readable, Readable>

function start({ run, stdin, cwd, env, mark }: CommandOrder): Child {
  const [program = '', ...args] = typeof run === 'string' ? ['/bin/sh', '-c', run] : run
  const input = openSync(stdin ?? '/dev/null', 'r')
  try {
    // Of the group of the task process: what is sent to that reaches it.
    return spawn(program, args, {
      cwd,
      env: { ...env, [runMark]: mark.run, [stepMark]: mark.step },
      stdio: [input, 'pipe', 'pipe'],
    }) as Child
  } finally {
    closeSync(input)
  }
}

/** A child whose pipes are held open by what it left behind is over all the same. */
function readOutput(child: Child, { onOutput }: CommandOrder): () => Promise<void> {
  let lastAt = performance.now()
  let open = 2
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      lastAt = performance.now()
      onOutput(name, chunk)
    })
    child[name].once('close', () => {
      open--
    })
    child[name].on('error', () => {})
  }
  return async () => {
    const deadline = performance.now() + drainMs
    while (open > 0 && performance.now() < deadline) {
      await delay(quietMs / 5)
      if (performance.now() - lastAt > quietMs) break
    }
  }
}

async function exitOf(child: Child): Promise<CommandEnd> {
  const [code, signal]: [number | null, string | null] =
    child.exitCode !== null || child.signalCode !== null
      ? [child.exitCode, child.signalCode]
      : ((await once(child, 'exit')) as [number | null, string | null])
  return { ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) }
}

/** Begins to end it when the signal aborts; `done` waits until that is finished, if it was begun. */
function stopWhen(until: AbortSignal, { mark, stop }: CommandOrder, child: Child): { done(): Promise<void> } {
  const { run, step, since } = mark
  const also = child.pid === undefined ? [] : [child.pid]
  // From then on the number may belong to another process.
  child.once('exit', () => also.splice(0))
  let ending: Promise<unknown> | undefined
  const end = () => {
    ending ??= endProcesses({ run, step, also, ...(since === undefined ? {} : { since }) }, stop)
  }
  if (until.aborted) end()
  else until.addEventListener('abort', end)
  return {
    done: async () => {
      until.removeEventListener('abort', end)
      await ending
    },
  }
}

/** The stop signal, the grace time, SIGKILL. */
export async function endProcesses(
  family: RunProcesses,
  { signal, graceMs }: Task['stop'],
): Promise<number[]> {
  const found = findProcesses(family)
  if (found.length === 0) return []
  signalProcesses(found, signal)
  signalProcesses(found, 'SIGCONT')
  if (await waitForProcesses(family, graceMs)) return []
  return killProcesses(family)
}

function directoryProblem(cwd: string): string | undefined {
  const found = statSync(cwd, { throwIfNoEntry: false })
  if (found?.isDirectory()) return undefined
  return `its directory ${cwd} ${found ? 'is no directory' : 'does not exist'}`
}

function startProblem({ run, stdin }: CommandOrder, error: unknown): string {
  const program = typeof run === 'string' ? '/bin/sh' : run[0]
  const code = systemErrorCode(error)
  if (stdin !== undefined && error instanceof Error && 'path' in error && error.path === stdin)
    return `its input ${stdin} cannot be read (${code ?? String(error)})`
  if (code === 'ENOENT') return `the program ${program} was not found`
  return `${program} cannot be started (${code ?? String(error)})`
}
