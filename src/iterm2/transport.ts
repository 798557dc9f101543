/** The WebSocket handshake of the iTerm2 API (protocol reference, sections 1.2 and 1.3). */
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { createConnection } from 'node:net'
import { WebSocket } from 'ws'
import type { ProtocolVersion } from './api-types.ts'
import type { Credentials } from './client-types.ts'
import { Iterm2Error } from './errors.ts'

/** Name and version of this library towards the terminal: two tokens, the second a decimal number. */
const libraryVersion = 'iterm-orch 1.0'
const subprotocol = 'api.iterm2.com'

/** Milliseconds; with the consent dialog switched off the terminal answers at once. */
const handshakeTimeoutMs = 10_000

/**
 * Bytes. The protocol knows no limit; a GetBuffer reply of a million styled lines, the most that the
 * terminal gives, stays below this.
 */
const maxReplyBytes = 2 ** 30

export interface HandshakeOptions {
  socketPath: string
  /** Shown to the user; never an identity. */
  name: string
  credentials: Credentials | undefined
  signal: AbortSignal
  /** Milliseconds; {@link handshakeTimeoutMs}. */
  timeoutMs?: number
}

export interface OpenSocket {
  /** Paused: nothing is lost between the handshake and the first listener. */
  webSocket: WebSocket
  protocolVersion: ProtocolVersion
}

/**
 * Connects to the unix socket and upgrades it.
 * @throws {Iterm2Error} `bad-handshake` (400), `unauthorized` (401), `client-too-old` (406), `aborted`,
 * or `connect-failed` for everything else, with the system's error as `cause`.
 */
export async function openSocket(options: HandshakeOptions): Promise<OpenSocket> {
  const { socketPath, signal, timeoutMs: timeout = handshakeTimeoutMs } = options
  if (signal.aborted) throw new Iterm2Error('aborted', 'The connection was given up.')
  // A connection of our own instead of a ws+unix: URL, which cannot carry the space in the path.
  const webSocket = new WebSocket('ws://localhost/', subprotocol, {
    createConnection: () => createConnection({ path: socketPath, timeout }),
    headers: handshakeHeaders(options),
    origin: 'ws://localhost/',
    perMessageDeflate: false,
    handshakeTimeout: timeout,
    maxPayload: maxReplyBytes,
  })
  let protocolVersion: ProtocolVersion = { major: 0, minor: 0 }
  webSocket.on('upgrade', (response) => {
    protocolVersion = parseProtocolVersion(response.headers['x-iterm2-protocol-version'])
  })
  const giveUp = () => webSocket.terminate()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await opened(webSocket, socketPath)
  } catch (error) {
    throw signal.aborted ? new Iterm2Error('aborted', 'The connection was given up.') : error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
  return { webSocket, protocolVersion }
}

/** `major.minor` as two numbers; 0.0 when it is missing or not of that form. */
export function parseProtocolVersion(value: string | string[] | undefined): ProtocolVersion {
  const match = typeof value === 'string' ? /^(\d{1,9})\.(\d{1,9})$/.exec(value.trim()) : null
  return { major: Number(match?.[1] ?? 0), minor: Number(match?.[2] ?? 0) }
}

function handshakeHeaders({ name, credentials }: HandshakeOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'x-iterm2-library-version': libraryVersion,
    'x-iterm2-advisory-name': headerText(name),
    // A refusal that says so is better than a dialog that nobody may be there to see.
    'x-iterm2-disable-auth-ui': 'true',
  }
  if (credentials !== undefined) headers['x-iterm2-cookie'] = headerText(credentials.cookie)
  if (credentials?.key !== undefined) headers['x-iterm2-key'] = headerText(credentials.key)
  return headers
}

/** What may stand in a header; an empty value would make the whole request malformed. */
function headerText(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?').trim()
  return printable === '' ? '?' : printable
}

function opened(webSocket: WebSocket, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    webSocket.once('open', () => {
      webSocket.pause()
      resolve()
    })
    webSocket.once('unexpected-response', (request, response) => {
      reject(refusal(response))
      request.destroy()
    })
    // Stays on: after a refusal the dying request may still report an error.
    webSocket.on('error', (cause) => {
      const message = `Could not connect to ${socketPath}: ${cause.message}`
      reject(new Iterm2Error('connect-failed', message, { cause }))
    })
  })
}

function refusal(response: IncomingMessage): Iterm2Error {
  const status = response.statusCode ?? 0
  const said = `${status} ${response.statusMessage || STATUS_CODES[status] || ''}`.trim()
  if (status === 400) {
    return new Iterm2Error('bad-handshake', `The terminal did not understand the handshake (${said}).`, {
      hint: 'Update iterm-orch; this terminal speaks another version of the protocol.',
      status: '400',
    })
  }
  if (status === 401) {
    return new Iterm2Error('unauthorized', `The terminal refused the connection (${said}).`, {
      hint: 'Check that the Python API is enabled (Settings > General > Magic) and that Automation permission for iTerm2 is granted.',
      status: '401',
    })
  }
  if (status === 406) {
    return new Iterm2Error('client-too-old', `The terminal wants a newer client (${said}).`, {
      hint: 'Update iterm-orch.',
      status: '406',
    })
  }
  return new Iterm2Error('connect-failed', `The terminal answered the handshake with ${said}.`, {
    status: String(status),
  })
}
