/** The WebSocket side of a connection: ws, with the manners of iTerm2's server. */
import { createHash } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { subprotocol } from './check-upgrade.ts'

/**
 * Version of the protocol that is promised to clients, see docs/host.md: 1.17 would promise screenshots,
 * which there cannot be without a window; everything up to 1.16 that makes sense without one is there.
 */
export const protocolVersion = '1.16'

/** Bytes of the largest message that is taken: no request comes near it, and it bounds the memory. */
export const maxMessageBytes = 64 * 1024 * 1024

/** ws takes the options that its types do not know yet from an object that is not a literal. */
const webSocketOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: maxMessageBytes,
  /** Answers to pings that the client has not taken; with more it is cut off, as by iTerm2. */
  maxPendingAutoPongs: 256,
}

/** RFC 6455, section 1.3. */
const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface Upgrade {
  key: string
  /** The client speaks a later version of WebSocket than ours. */
  newerVersion: boolean
}

/** Answers 101 and takes the socket over. `rest` is what the client sent behind its request. */
export function acceptWebSocket(
  socket: Socket,
  upgrade: Upgrade,
  rest: Buffer,
  accepted: (webSocket: WebSocket) => void,
): void {
  const server = new WebSocketServer({ ...webSocketOptions, WebSocket: PlainWebSocket })
  server.on('headers', (lines) => lines.splice(0, lines.length, ...responseLines(upgrade)))
  server.handleUpgrade(checkedRequest(socket), socket, rest, (webSocket) => {
    accepted(webSocket)
    socket.resume()
  })
}

/** Close frames carry neither code nor reason. */
class PlainWebSocket extends WebSocket {
  override close(): void {
    super.close()
  }
}

/** The client's request was checked by our own rules; ws gets one that satisfies its own. */
function checkedRequest(socket: Socket): IncomingMessage {
  const request = new IncomingMessage(socket)
  request.method = 'GET'
  request.url = '/'
  request.headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-version': '13',
  }
  return request
}

function responseLines({ key, newerVersion }: Upgrade): string[] {
  const accept = createHash('sha1')
    .update(key + acceptGuid, 'latin1')
    .digest('base64')
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    `X-iTerm2-Protocol-Version: ${protocolVersion}`,
    ...(newerVersion ? ['Sec-Websocket-Version: 13'] : []),
  ]
}
