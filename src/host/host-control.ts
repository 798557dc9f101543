/** The host of a home from outside: whether it runs, starting it on demand, stopping it. Loads nothing of the host itself. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { assertSocketPathFits, ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { type FileLock, readLockOwner, tryLockFile } from '../lib/lock-file.ts'
import { noRun } from '../lib/run-mark.ts'
import { hostLockPath } from './host-lock.ts'
import { isListening } from './server/is-listening.ts'

/** Milliseconds until a started host must answer: node and its modules take less than one second. */
const startTimeoutMs = 15_000
/** Milliseconds until a stopped host must be gone: its sessions have some seconds to end by themselves. */
const stopTimeoutMs = 15_000
/** Milliseconds between the taking of the lock and the writing of the owner's pid into it, at most. */
const raceMs = 250
/** Milliseconds between two looks at whether it has started or is gone. */
const pollMs = 25

export interface HostStatus {
  running: boolean
  socketPath: string
  /** Process id, while it runs. */
  pid: number | undefined
}

export interface StartHostOptions {
  home: Home
  /** The binary and the arguments with which it runs the host in the foreground, `[node, main, host, run]`. */
  command: readonly string[]
  env?: NodeJS.ProcessEnv
}

/**
 * Makes sure that the host of a home runs, in a process that outlives this one and its terminal; its log
 * goes to `logs/host.log`. When several start it at once, one of them does and all resolve.
 * @throws {OrchError} `terminal-unavailable` with the end of the log when it does not come up.
 */
export async function startHostDetached(options: StartHostOptions): Promise<HostStatus> {
  const { home } = options
  assertSocketPathFits(home.hostSocket)
  const deadline = Date.now() + startTimeoutMs
  let attempt: StartAttempt | undefined
  try {
    for (;;) {
      const status = await hostStatus(home)
      if (status.running) return status
      attempt ??= tryStart(options)
      if (attempt?.failed() || Date.now() > deadline) throw startFailed(home, attempt)
      await sleep(pollMs)
    }
  } finally {
    attempt?.lock.release()
  }
}

/** Stops the host of a home; its sessions are ended. False when none was running. */
export async function stopHost(home: Home): Promise<boolean> {
  const { running, pid } = await hostStatus(home)
  if (!running || pid === undefined) return false
  process.kill(pid, 'SIGTERM')
  const deadline = Date.now() + stopTimeoutMs
  while (isAlive(pid) && !isZombie(pid)) {
    if (Date.now() > deadline) {
      throw new OrchError(
        'timeout',
        `The host (pid ${pid}) did not stop within ${stopTimeoutMs / 1000} seconds`,
        {
          hint: `Look into ${hostLogPath(home)}; \`kill -9 ${pid}\` ends it at once, with all its sessions.`,
        },
      )
    }
    await sleep(pollMs)
  }
  return true
}

/** Whether the host of a home answers. The pid is the one of the lock's owner. */
export async function hostStatus(home: Home): Promise<HostStatus> {
  const running = await isListening(home.hostSocket)
  return {
    running,
    socketPath: home.hostSocket,
    pid: running ? readLockOwner(hostLockPath(home)) : undefined,
  }
}

export function hostLogPath(home: Home): string {
  return join(home.logs, 'host.log')
}

interface StartAttempt {
  lock: FileLock
  /** What became of the process, once it has ended. */
  end: string | undefined
  /** The process has ended, and no other one is about to be the host. */
  failed(): boolean
}

/** Undefined while another process starts the host. */
function tryStart({ home, command, env = process.env }: StartHostOptions): StartAttempt | undefined {
  ensurePrivateDirectory(home.run)
  ensurePrivateDirectory(home.logs)
  const lock = tryLockFile(join(home.run, 'host.start.lock'))
  if (!lock) return undefined
  const [program = process.execPath, ...args] = command
  const output = openSync(hostLogPath(home), 'a', 0o600)
  const child = spawn(program, args, {
    cwd: home.root,
    detached: true,
    env: { ...env, ...noRun, ITERM_ORCH_HOME: home.root },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  child.unref()
  const endTime = { at: Number.POSITIVE_INFINITY }
  const attempt: StartAttempt = {
    lock,
    end: undefined,
    // One that was run by hand may have been faster: it has the lock, or is about to say so.
    failed: () => Date.now() - endTime.at > raceMs && !isAlive(readLockOwner(hostLockPath(home))),
  }
  const ended = (how: string) => {
    attempt.end ??= how
    endTime.at = Date.now()
  }
  child.on('error', (error) => ended(errorMessage(error)))
  child.on('exit', (code, signal) =>
    ended(signal ? `it was ended by ${signal}` : `it ended with code ${code}`),
  )
  return attempt
}

function startFailed(home: Home, attempt: StartAttempt | undefined): OrchError {
  const why = attempt?.end ?? `no answer within ${startTimeoutMs / 1000} seconds`
  return new OrchError('terminal-unavailable', `The embedded host did not start: ${why}`, {
    hint: `${lastLogLine(home)} (${hostLogPath(home)})`,
  })
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Linux: the process has ended, and only its parent has not asked for its exit status yet. Under an init that
 * looks rarely, as in many containers, that takes seconds.
 */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z'
  } catch {
    return false
  }
}

function lastLogLine(home: Home): string {
  try {
    return readFileSync(hostLogPath(home), 'utf8').trim().split('\n').at(-1) ?? 'It has written nothing'
  } catch {
    return 'It has written no log'
  }
}
