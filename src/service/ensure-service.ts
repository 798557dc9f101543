/** Starts the service when it does not run: one per home, safe when many commands try at once. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../lib/errors.ts'
import { assertSocketPathFits, ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { type FileLock, isLocked, readLockOwner, tryLockFile } from '../lib/lock-file.ts'
import { noRun } from '../lib/run-mark.ts'
import type { Health } from './api.ts'
import { ServiceClient } from './client.ts'
import { ownCommand } from './own-command.ts'
import { readStartFailure } from './start-failure.ts'
import { onItsOwn } from './supervised.ts'

/** A start on a loaded machine takes seconds; beyond this something is wrong. */
const startTimeoutMs = 20_000
const stopTimeoutMs = 10_000
/** One that does not even answer gets less time to end by itself: nothing is lost when it is killed. */
const hungStopTimeoutMs = 2_000
/** A service that listens may let this many questions go unanswered, each for this long. */
const patientProbes = 2
const usualAnswerMs = 3_000
const pollMs = 25

export interface ServicePaths {
  /** Held by the running service as long as it lives. */
  lock: string
  /** Held by the command that is starting one. */
  startLock: string
  log: string
}

export function servicePaths(home: Home): ServicePaths {
  return {
    lock: join(home.run, 'service.lock'),
    startLock: join(home.run, 'service-start.lock'),
    log: join(home.logs, 'service.log'),
  }
}

/**
 * A client of the running service, which is started when there is none.
 *
 * @param command what to run to become the service. When absent, the supervisor starts it where it is installed;
 *   else `iterm-orch service run` of this package.
 * @param answerMs how long a service that listens may take to answer
 * @throws {OrchError} what the service said when it could not run, such as `invalid-config`; otherwise
 *   `service-unavailable` with the end of its log when it does not come up; `socket-path-too-long`.
 */
export async function ensureService(
  home: Home,
  command?: string[],
  answerMs = usualAnswerMs,
): Promise<{ client: ServiceClient; health: Health; started: boolean }> {
  const client = new ServiceClient(home.serviceSocket)
  const running = await probe(client, home, answerMs)
  if (running) return { client, health: running, started: false }
  assertSocketPathFits(home.serviceSocket)
  ensurePrivateDirectory(home.run)
  ensurePrivateDirectory(home.logs)
  const deadline = Date.now() + startTimeoutMs
  const logStart = logSize(home)
  let starter: Starter | undefined
  try {
    while (Date.now() < deadline) {
      const health = await probe(client, home, answerMs)
      if (health) return { client, health, started: starter?.child !== undefined }
      starter ??= tryBecomeStarter(home)
      if (starter && !starter.child) starter.child = await start(home, command)
      if (starter?.child?.failed()) break
      await delay(pollMs)
    }
  } finally {
    starter?.lock.release()
  }
  throw startError(readLogFrom(home, logStart))
}

/**
 * Ends the service; the sessions go on. False when none was running.
 *
 * @throws {OrchError} `timeout` when it does not end.
 */
export async function stopService(home: Home, answerMs = usualAnswerMs): Promise<boolean> {
  const client = new ServiceClient(home.serviceSocket)
  const health = await client.health(answerMs).catch(() => undefined)
  const pid = health?.pid ?? lockHolder(home)
  if (pid === undefined) return false
  if (health) await client.shutdown().catch(() => signalQuietly(pid, 'SIGTERM'))
  else signalQuietly(pid, 'SIGTERM')
  if (await gone(home, pid, health ? stopTimeoutMs : hungStopTimeoutMs)) return true
  signalQuietly(pid, 'SIGKILL')
  if (await gone(home, pid, stopTimeoutMs)) return true
  throw new OrchError('timeout', `The service (pid ${pid}) does not end.`)
}

/** Pid of the process that holds the service's lock, whether it answers or not. */
export function lockHolder(home: Home): number | undefined {
  const { lock } = servicePaths(home)
  return isLocked(lock) ? readLockOwner(lock) : undefined
}

interface Starter {
  lock: FileLock
  child?: { failed(): boolean }
}

/** Only the holder of the start lock spawns; the others wait for its service, or take over if it dies. */
function tryBecomeStarter(home: Home): Starter | undefined {
  const lock = tryLockFile(servicePaths(home).startLock)
  return lock && { lock }
}

/** By the supervisor that it is installed with; where that refuses, as a process of its own. */
async function start(home: Home, given?: string[]): Promise<{ failed(): boolean }> {
  const command = given ?? serviceCommand()
  if (given !== undefined) return spawnService(home, command)
  const { findInstalled } = await import('./installation/installed.ts')
  const installed = findInstalled(home)
  if (!installed) return spawnService(home, command)
  let instead: { failed(): boolean } | undefined
  installed.supervisor.start().catch(() => {
    instead = spawnService(home, command)
  })
  return { failed: () => instead?.failed() ?? false }
}

/** As a process of its own, which nobody starts again. */
export function spawnService(home: Home, command = serviceCommand()): { failed(): boolean } {
  const [program = process.execPath, ...args] = command
  const log = openSync(servicePaths(home).log, 'a', 0o600)
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: home.root,
    env: { ...process.env, ...noRun, ITERM_ORCH_HOME: home.root, [onItsOwn]: '1' },
  })
  closeSync(log)
  let failed = false
  child.once('error', () => {
    failed = true
  })
  // Status 0 means that another service was there first: go on waiting for that one.
  child.once('exit', (code) => {
    failed = code !== 0
  })
  child.unref()
  return { failed: () => failed }
}

function serviceCommand(): string[] {
  return [...ownCommand(), 'service', 'run']
}

/** Also when another command has started the next one by then. */
async function gone(home: Home, pid: number, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(pollMs)) {
    if (lockHolder(home) !== pid) return true
  }
  return false
}

/**
 * Undefined when none listens.
 *
 * @throws {OrchError} `service-unavailable` when one listens and says nothing.
 */
async function probe(client: ServiceClient, home: Home, answerMs: number): Promise<Health | undefined> {
  for (let left = patientProbes; left > 0; left--) {
    try {
      return await client.health(answerMs)
    } catch (error) {
      if (!(error instanceof OrchError) || error.code !== 'timeout') return undefined
    }
  }
  const pid = lockHolder(home) ?? 'unknown'
  throw new OrchError('service-unavailable', `The service (pid ${pid}) runs but does not answer.`, {
    hint: 'Run `iterm-orch service restart`: it starts it anew, and the sessions go on.',
  })
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself.
  }
}

/** Bytes in the log: what comes behind them was written by the start that is now tried. */
export function logSize(home: Home): number {
  return statSync(servicePaths(home).log, { throwIfNoEntry: false })?.size ?? 0
}

function readLogFrom(home: Home, start: number): string[] {
  try {
    const bytes = readFileSync(servicePaths(home).log)
    // A shorter one was begun meanwhile.
    const news = bytes.subarray(bytes.length < start ? 0 : start)
    return news.toString('utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** What a service that could not run said in its log behind `start`; undefined when it said nothing. */
export function saidReason(home: Home, start: number): OrchError | undefined {
  return reasonIn(readLogFrom(home, start))
}

function reasonIn(log: readonly string[]): OrchError | undefined {
  for (const line of log.toReversed()) {
    const reason = readStartFailure(line)
    if (reason) return new OrchError(reason.code, reason.error, reason.hint ? { hint: reason.hint } : {})
  }
  return undefined
}

function startError(log: readonly string[]): OrchError {
  const reason = reasonIn(log)
  if (reason) return reason
  const tail = log.slice(-10).join('\n')
  return new OrchError('service-unavailable', `The service did not start.${tail && ` Its log:\n${tail}`}`, {
    hint: 'Run `iterm-orch service run` in the foreground to see why.',
  })
}
