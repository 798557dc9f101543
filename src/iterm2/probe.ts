import { stat } from 'node:fs/promises'
import { errorMessage, systemErrorCode } from '../lib/errors.ts'
import { type ApplicationStatus, applicationStatus } from './application.ts'
import type { LocationOptions } from './client-types.ts'
import { type ConnectionReport, describeState } from './connection-state.ts'
import { defaultSocketPath } from './socket-location.ts'

/**
 * Finds the connection state without connecting and without starting iTerm2. `disconnected` means that
 * everything needed is in place; whether the cookie is accepted shows only in a connect.
 */
export async function probeIterm2(options: LocationOptions = {}): Promise<ConnectionReport> {
  const { env = process.env, platform = process.platform } = options
  const socketPath = options.socketPath ?? defaultSocketPath(env)
  const socket = await lookAtSocket(socketPath)
  if (socket.kind === 'unreadable') {
    return describeState('connect-failed', `Could not look at ${socketPath}: ${socket.why}`)
  }
  const isThere = socket.kind === 'there'
  if (options.socketPath !== undefined) return isThere ? ready(socketPath) : nobodyListens(socketPath)
  if (platform !== 'darwin') return isThere ? ready(socketPath) : describeState('unsupported-platform')
  return probeApplication(env, socketPath, isThere)
}

type SocketFact = { kind: 'there' } | { kind: 'missing' } | { kind: 'unreadable'; why: string }

async function lookAtSocket(path: string): Promise<SocketFact> {
  try {
    return (await stat(path)).isSocket() ? { kind: 'there' } : { kind: 'missing' }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' }
    return { kind: 'unreadable', why: errorMessage(error) }
  }
}

async function probeApplication(
  env: NodeJS.ProcessEnv,
  socketPath: string,
  socketIsThere: boolean,
): Promise<ConnectionReport> {
  let status: ApplicationStatus
  try {
    status = await applicationStatus(env)
  } catch (error) {
    if (socketIsThere) return ready(socketPath)
    return describeState('connect-failed', `Could not ask macOS whether iTerm2 runs: ${errorMessage(error)}`)
  }
  if (status !== 'running') return describeState(status)
  return socketIsThere ? ready(socketPath) : describeState('api-disabled')
}

function ready(socketPath: string): ConnectionReport {
  return describeState('disconnected', `The API socket is there: ${socketPath}`, 'Connect.')
}

function nobodyListens(socketPath: string): ConnectionReport {
  return describeState(
    'not-running',
    `There is no API socket at ${socketPath}`,
    'Start the terminal that listens there: iTerm2, or the embedded host.',
  )
}
