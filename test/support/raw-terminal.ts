// The server side below HTTP and WebSocket: a unix socket whose bytes a test writes and reads itself.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface RawServer {
  path: string
  close(): Promise<void>
}

export async function startRawServer(onConnection: (socket: Socket) => void): Promise<RawServer> {
  const path = join(mkdtempSync(join(homedir(), 'r-')), 'socket')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(path)
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { path, close }
}

/** Shakes hands with a client by hand, then calls back with the socket and each chunk that follows. */
export function shakeHands(socket: Socket, opened: () => void, received: (chunk: Buffer) => void): void {
  let head = ''
  socket.on('data', (chunk) => {
    if (head.endsWith('\r\n\r\n')) {
      received(chunk)
      return
    }
    head += chunk.toString('latin1')
    if (!head.endsWith('\r\n\r\n')) return
    const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? ''
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${createHash('sha1').update(`${key}${webSocketGuid}`).digest('base64')}`,
      'Sec-WebSocket-Protocol: api.iterm2.com',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    opened()
  })
}

/** RFC 6455, section 1.3. */
const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
