/** The service as a process: one per home, on a unix socket that only its owner may use. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { type Clock, systemClock } from '../lib/clock.ts'
import { OrchError } from '../lib/errors.ts'
import { assertSocketPathFits, ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { tryLockFile, waitForLock } from '../lib/lock-file.ts'
import type { Logger } from '../lib/logger.ts'
import { servicePaths, spawnService } from './ensure-service.ts'
import { bringUpToDate } from './home-layout.ts'
import { watchMemory } from './memory-watch.ts'
import { ownCommand } from './own-command.ts'
import { createApp } from './routes.ts'
import { Service, type ServiceOptions } from './service.ts'
import { serviceLogger } from './service-logger.ts'
import { startFailure } from './start-failure.ts'
import { answerSupervisor, type SupervisedBy } from './supervised.ts'
import { sweepHome } from './sweep-home.ts'

/** A command may look at the lock for an instant; only a service holds it for longer. */
const lockPatienceMs = 1_000
/** Streams that are still open are cut after this time. */
const closeGraceMs = 500

export interface RunServiceOptions {
  /** Starts the embedded host; by default `iterm-orch host start` of this package. */
  startHost?: ServiceOptions['startHost']
  platform?: NodeJS.Platform
  log?: Logger
  /** By which the memory of this process is watched; the standard ones when absent. */
  memory?: { clock: Clock; used(): number }
}

/**
 * Runs the service until it is asked to stop (`/shutdown`, SIGTERM, SIGINT). Gives `already-running` when
 * the home has a service; that is no error: whoever wanted one can use that one. `too-large` when it has ended because
 * of its memory, and is to be started again by whoever started it.
 *
 * @throws {OrchError} `invalid-config`, `socket-path-too-long`.
 */
export async function runService(
  home: Home,
  options: RunServiceOptions = {},
): Promise<'stopped' | 'already-running' | 'too-large'> {
  assertSocketPathFits(home.serviceSocket)
  for (const directory of [home.root, home.run, home.logs]) ensurePrivateDirectory(directory)
  chmodSync(home.run, 0o700)
  const lock = await waitForLock(lockPatienceMs, () => tryLockFile(servicePaths(home).lock))
  if (!lock) return 'already-running'
  const log = options.log ?? serviceLogger(home)
  const supervisor = answerSupervisor()
  let end: 'stopped' | 'too-large'
  try {
    end = await serve(home, options, log, supervisor)
  } catch (error) {
    log.fatal(startFailure(error), 'the service cannot run')
    throw error
  } finally {
    lock.release()
  }
  if (end === 'stopped' || !supervisor.onItsOwn) return end
  spawnService(home)
  return 'stopped'
}

async function serve(
  home: Home,
  options: RunServiceOptions,
  log: Logger,
  supervisor: SupervisedBy,
): Promise<'stopped' | 'too-large'> {
  bringUpToDate(home)
  const { startHost = () => startOwnHost(home), platform } = options
  const service = new Service({ home, log, startHost, ...(platform === undefined ? {} : { platform }) })
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  const app = createApp(service, stop)
  // Sessions are found again before the first command is answered.
  await service.start()
  sweepHome(home, log)
  const server = await listen(app.fetch, home.serviceSocket)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  // One fault that nobody foresaw must not take the watching of all sessions with it.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'an error that nobody handled'))
  log.info({ socket: home.serviceSocket, pid: process.pid }, 'listening')
  supervisor.ready()
  let end: 'stopped' | 'too-large' = 'stopped'
  const { clock, used } = options.memory ?? ownMemory
  const leaveMemory = watchMemory({
    ...{ clock, used, limit: () => service.memoryLimit },
    tooMuch(bytes) {
      const { heapUsed, external } = process.memoryUsage()
      const numbers = { bytes, limit: service.memoryLimit, heapUsed, external }
      log.warn(numbers, 'more memory than `service.memory_limit` allows; the service begins anew')
      end = 'too-large'
      stop()
    },
  })
  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.off(signal, stop)
  supervisor.stopping()
  leaveMemory()
  await close(server, home.serviceSocket)
  await service.stop()
  log.info('stopped')
  return end
}

const ownMemory = { clock: systemClock, used: () => process.memoryUsage.rss() }

/** The lock is ours, so a socket file that is there belongs to nobody any more. */
async function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'],
  path: string,
): Promise<Server> {
  rmSync(path, { force: true })
  const server = createAdaptorServer({ fetch }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return server
}

async function close(server: Server, path: string): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  rmSync(path, { force: true })
  await Promise.race([closed, delay(closeGraceMs)])
  server.closeAllConnections()
}

/** Runs `iterm-orch host start`, which returns when the host listens. */
function startOwnHost(home: Home): Promise<void> {
  const [program = process.execPath, ...args] = ownCommand()
  const child = spawn(program, [...args, 'host', 'start'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ITERM_ORCH_HOME: home.root },
  })
  return ended(child)
}

function ended(child: ChildProcess): Promise<void> {
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // `exit`, not `close`: the detached host may have inherited the pipe.
    child.once('exit', (code) => {
      child.stderr?.destroy()
      if (code === 0) resolve()
      else
        reject(new OrchError('terminal-unavailable', `The embedded host did not start. ${complaint.trim()}`))
    })
  })
}
