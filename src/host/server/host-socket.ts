/** The unix socket on which the host listens. */
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { WebSocket } from 'ws'
import type { Logger } from '../../lib/logger.ts'
import { checkUpgrade } from './check-upgrade.ts'
import type { Cookies } from './cookies.ts'
import { type ReadResult, readUpgradeRequest, requestTimeoutMs } from './upgrade-request.ts'
import { acceptWebSocket } from './websocket.ts'

export interface HostSocketOptions {
  path: string
  cookies: Cookies
  log: Logger
  /** @param socket the one below the WebSocket */
  accepted(webSocket: WebSocket, socket: Socket): void
  requestTimeoutMs?: number
}

export interface HostSocket {
  /** Lets clients find the socket; until then nobody can connect. */
  publish(): void
  /** Stops listening and cuts off clients that have not been accepted. */
  close(): void
}

/** Milliseconds for a refused client to take the refusal and hang up. */
const refusalMs = 1000

/** Clients that may wait at once to be accepted; a unix socket refuses the others. */
const backlog = 4096

const reasons = {
  400: 'Bad Request',
  401: 'Unauthorized',
  406: 'Not Acceptable - upgrade the library',
} as const

/**
 * Listens at `path`, replacing a stale socket: only for the holder of the host's lock. The peer's uid is
 * not asked for, since the kernel lets no other user in: the socket is 0600 in a directory of mode 0700.
 */
export async function openHostSocket(options: HostSocketOptions): Promise<HostSocket> {
  const waiting = new Set<Socket>()
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on('close', () => waiting.delete(socket))
    socket.on('error', (error) => options.log.debug({ err: error }, 'socket error'))
    void admit(socket, options).then(() => waiting.delete(socket))
  })
  // Under another name first: whoever finds the socket finds it private, and everything else in its place.
  const hidden = join(dirname(options.path), '.new')
  rmSync(hidden, { force: true })
  await listen(server, hidden)
  chmodSync(hidden, 0o600)
  server.on('error', (error) => options.log.error({ err: error }, 'the socket cannot take connections'))
  return {
    publish: () => renameSync(hidden, options.path),
    close() {
      server.close()
      rmSync(options.path, { force: true })
      for (const socket of waiting) socket.destroy()
    },
  }
}

async function admit(socket: Socket, options: HostSocketOptions): Promise<void> {
  const read = await readUpgradeRequest(socket, options.requestTimeoutMs ?? requestTimeoutMs)
  if (!read) socket.destroy()
  else decide(socket, read, options)
}

function decide(socket: Socket, { request, rest }: ReadResult, options: HostSocketOptions): void {
  const { cookies, log, accepted } = options
  if (!request) {
    log.info('refused: malformed HTTP')
    refuse(socket, 400)
    return
  }
  const verdict = checkUpgrade(request, (cookie) => cookies.accepts(cookie))
  if (verdict.status === 101) {
    log.debug({ client: verdict.client }, 'accepted')
    acceptWebSocket(socket, verdict, rest, (webSocket) => accepted(webSocket, socket))
    return
  }
  log.info({ status: verdict.status, reason: verdict.reason }, 'refused')
  refuse(socket, verdict.status)
}

/** No headers, no body. What the client still sends is read, or it would lose the refusal to a reset. */
function refuse(socket: Socket, status: keyof typeof reasons): void {
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\n\r\n`)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), refusalMs)
  socket.on('close', () => clearTimeout(timer))
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, backlog }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
