/** The embedded host in this process: sessions, API and socket, one per home. */
import { chmodSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import { assertSocketPathFits, ensurePrivateDirectory, type Home } from '../lib/home.ts'
import { newUuid } from '../lib/ids.ts'
import { type FileLock, readLockOwner, tryLockFile } from '../lib/lock-file.ts'
import { type Logger, silentLogger } from '../lib/logger.ts'
import { Host } from './host.ts'
import { hostLockPath } from './host-lock.ts'
import { openProfileStore } from './profiles/profile-store.ts'
import { SessionProfiles } from './profiles/session-profiles.ts'
import { createScripting } from './scripting/scripting.ts'
import { requestAnswerer } from './server/answer-request.ts'
import { ClientConnection } from './server/client-connection.ts'
import { composeHandlers } from './server/compose-handlers.ts'
import { Cookies } from './server/cookies.ts'
import { openHostSocket } from './server/host-socket.ts'
import { isListening } from './server/is-listening.ts'
import { startNotifier } from './server/notifier.ts'
import { Subscriptions } from './server/subscriptions.ts'
import { Transactions } from './server/transactions.ts'
import { createHostSession } from './session/session.ts'
import type { CreateHostSession } from './session-types.ts'

export interface RunHostOptions {
  home: Home
  /** Where to listen instead of `home.hostSocket`; its directory must be for this user alone. */
  socketPath?: string
  /** Environment from which the one of the sessions is made; this process's by default. */
  env?: NodeJS.ProcessEnv
  /** Gives every session `ITERM2_COOKIE` and `ITERM2_KEY`, so that its programs may use the API. */
  childCookies?: boolean
  log?: Logger
  createSession?: CreateHostSession
  /** Milliseconds; for tests. */
  requestTimeoutMs?: number
  transactionTimeoutMs?: number
}

export interface RunningHost {
  readonly socketPath: string
  readonly cookiePath: string
  /** Ends every session and connection, and leaves nothing behind but the log. */
  close(): Promise<void>
}

/**
 * Starts the host of a home in this process.
 * @throws {OrchError} `already-running` when the home has one, `socket-path-too-long`.
 */
export async function runHost(options: RunHostOptions): Promise<RunningHost> {
  const { home } = options
  const socketPath = options.socketPath ?? home.hostSocket
  assertSocketPathFits(socketPath)
  ensurePrivateDirectory(home.run)
  chmodSync(home.run, 0o700)
  preparePrivateParent(socketPath)
  const lock = takeLock(home)
  try {
    await assertNobodyListens(socketPath)
    return await start(options, socketPath, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function start(options: RunHostOptions, path: string, lock: FileLock): Promise<RunningHost> {
  const { home, log = silentLogger(), env = process.env, createSession = createHostSession } = options
  const cookies = new Cookies()
  const { host, scripting, profiles } = assemble(options, { log, env, createSession, cookies })
  const transactions = new Transactions(
    {
      freeze: () => host.sessions.map((session) => session.freeze()),
      thaw: () => host.sessions.map((session) => session.thaw()),
      timedOut: ({ id }) => log.warn({ connection: id }, 'a transaction took too long and was ended'),
    },
    options.transactionTimeoutMs,
  )
  host.on('new-session', (session) => {
    if (transactions.active) session.freeze()
  })
  const subscriptions = new Subscriptions((id) => host.find(id)?.id)
  startNotifier(subscriptions, { host, broadcast: scripting.broadcast, titleOf: scripting.titleOf })
  const handlers = composeHandlers({ host, scripting, profiles, subscriptions, transactions, log })
  const answer = requestAnswerer(handlers, transactions, log)

  const connections = new Set<ClientConnection>()
  let lastConnection = 0
  const socket = await openHostSocket({
    path,
    cookies,
    log,
    accepted(webSocket, below) {
      lastConnection += 1
      const connection = new ClientConnection(lastConnection, webSocket, below, answer, log)
      connections.add(connection)
      connection.onClose(() => connections.delete(connection))
    },
    ...(options.requestTimeoutMs !== undefined && { requestTimeoutMs: options.requestTimeoutMs }),
  })
  writeFileAtomic(home.hostCookie, `${cookies.issue()}\n`)
  socket.publish()
  log.info({ socket: path }, 'listening')

  return {
    socketPath: path,
    cookiePath: home.hostCookie,
    async close() {
      socket.close()
      rmSync(home.hostCookie, { force: true })
      await host.close()
      await closeConnections(connections)
      lock.release()
      log.info('stopped')
    },
  }
}

interface Parts {
  log: Logger
  env: NodeJS.ProcessEnv
  createSession: CreateHostSession
  cookies: Cookies
}

function assemble({ home, childCookies }: RunHostOptions, { log, env, createSession, cookies }: Parts) {
  const profiles = openProfileStore(join(home.state, 'host-profiles.json'), log)
  const sessionProfiles = new SessionProfiles(profiles)
  const host: Host = new Host({
    createSession,
    profiles: sessionProfiles,
    interpolate: (template) => scripting.interpolate(template),
    env,
    ...(childCookies && { credentials: (id: string) => credentialsFor(id, host, cookies) }),
    log,
  })
  const scripting = createScripting({ host, profiles, sessionProfiles, stateDirectory: home.state, log })
  return { host, scripting, profiles }
}

/** A cookie that serves every program of the session, as often as they like, until it is closed. */
function credentialsFor(id: string, host: Host, cookies: Cookies): Record<string, string> {
  const cookie = cookies.issue()
  const revoke = (closed: string) => {
    if (closed !== id) return
    cookies.revoke(cookie)
    host.off('session-closed', revoke)
  }
  host.on('session-closed', revoke)
  return { ITERM2_COOKIE: cookie, ITERM2_KEY: newUuid() }
}

function takeLock(home: Home): FileLock {
  const path = hostLockPath(home)
  const lock = tryLockFile(path)
  if (lock) return lock
  const pid = readLockOwner(path)
  throw new OrchError(
    'already-running',
    `The host of ${home.root} is running already (pid ${pid ?? 'unknown'})`,
    {
      hint: 'Use it, or stop it with `iterm-orch host stop`.',
      details: { pid },
    },
  )
}

/** Only with a path of its own can a host meet the one of another home. */
async function assertNobodyListens(socketPath: string): Promise<void> {
  if (!(await isListening(socketPath))) return
  throw new OrchError('already-running', `Another host listens at ${socketPath}`, {
    hint: 'Choose another path for the socket.',
  })
}

/** Whoever can reach the socket's directory could replace the socket. */
function preparePrivateParent(socketPath: string): void {
  const parent = dirname(socketPath)
  ensurePrivateDirectory(parent)
  if ((statSync(parent).mode & 0o077) === 0) return
  throw new OrchError('failed', `The directory of the socket is open to other users: ${parent}`, {
    hint: `Run \`chmod 700 '${parent}'\`, or choose another directory.`,
  })
}

/** Milliseconds for clients to take the goodbye. */
const goodbyeMs = 500

async function closeConnections(connections: Set<ClientConnection>): Promise<void> {
  const open = [...connections]
  const gone = Promise.all(open.map((connection) => new Promise<void>((done) => connection.onClose(done))))
  for (const connection of open) connection.close()
  const timer = setTimeout(() => {
    for (const connection of open) connection.terminate()
  }, goodbyeMs)
  await gone
  clearTimeout(timer)
}
