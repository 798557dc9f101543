/** One whole try to connect: find the socket, get credentials, shake hands, once more after a 401. */
import { existsSync } from 'node:fs'
import { systemErrorCode } from '../lib/errors.ts'
import type { LocationOptions } from './client-types.ts'
import { errorOf } from './connection-state.ts'
import type { CredentialSource } from './credentials.ts'
import { Iterm2Error } from './errors.ts'
import { probeIterm2 } from './probe.ts'
import { defaultSocketPath } from './socket-location.ts'
import { type OpenSocket, openSocket } from './transport.ts'

export interface ConnectOptions extends LocationOptions {
  name: string
  credentials: CredentialSource
  signal: AbortSignal
}

/** @throws {Iterm2Error} whose code tells the state that the connection is in. */
export async function connect(options: ConnectOptions): Promise<OpenSocket> {
  const { env = process.env, name, signal, credentials } = options
  const socketPath = options.socketPath ?? defaultSocketPath(env)
  // A cookie is asked for only when there is somebody to show it to.
  if (!existsSync(socketPath)) throw await explain(options, nothingAt(socketPath))
  const grant = await credentials.obtain(signal)
  try {
    return await openSocket({ socketPath, name, signal, credentials: grant.credentials })
  } catch (error) {
    if (isNobodyListening(error)) throw await explain(options, error)
    if (!(error instanceof Iterm2Error) || error.code !== 'unauthorized') throw error
    const fresh = await credentials.obtainAfterRefusal(grant, signal)
    if (fresh === undefined) throw error
    return openSocket({ socketPath, name, signal, credentials: fresh.credentials })
  }
}

/** What the probe finds is clearer than a system error; unless it finds that all is well. */
async function explain(options: LocationOptions, error: Iterm2Error): Promise<Iterm2Error> {
  const report = await probeIterm2(options)
  return report.state === 'disconnected' ? error : errorOf(report, error)
}

function isNobodyListening(error: unknown): error is Iterm2Error {
  if (!(error instanceof Iterm2Error)) return false
  const code = systemErrorCode(error.cause)
  return code === 'ECONNREFUSED' || code === 'ENOENT'
}

function nothingAt(socketPath: string): Iterm2Error {
  return new Iterm2Error('connect-failed', `There is no API socket at ${socketPath}.`)
}
