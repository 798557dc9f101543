/**
 * The least of RFC 6455 that a client needs, over a plain unix socket, written without the WebSocket
 * library that our own client and host share. It is strict about what a server of the iTerm2 API may send:
 * unmasked, unfragmented, uncompressed frames.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createConnection, type Socket } from 'node:net'
import { EventEmitter } from 'eventemitter3'

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface Reply {
  status: number
  reason: string
  headers: Map<string, string>
  /** Whatever came after the headers. */
  rest: Buffer
}

/** The server answered the upgrade with something other than 101. */
export class HandshakeRefused extends Error {
  override name = 'HandshakeRefused'
  constructor(readonly reply: Reply) {
    super(`${reply.status} ${reply.reason}`)
  }
}

interface Events {
  message: [payload: Buffer]
  pong: [payload: Buffer]
  /** The server's close frame, with its payload. */
  'close-frame': [payload: Buffer]
  /** The server sent what it may not send. */
  violation: [what: string]
  close: []
}

export class RawWebSocket extends EventEmitter<Events> {
  #pending: Buffer[] = []
  #pendingLength = 0
  /** Bytes that must be there before it is worth looking again. */
  #needed = 2

  private constructor(
    readonly socket: Socket,
    readonly headers: Map<string, string>,
    rest: Buffer,
  ) {
    super()
    socket.on('close', () => this.emit('close'))
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    // Frames that came with the headers wait until the caller had a chance to listen.
    setImmediate(() => this.#take(rest))
  }

  /** @throws {HandshakeRefused} when the server refuses; an Error when it drops the connection. */
  static async connect(socketPath: string, headers: [string, string][]): Promise<RawWebSocket> {
    const socket = await openSocket(socketPath)
    const key = randomBytes(16).toString('base64')
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.write(`GET / HTTP/1.1\r\n${lines}Sec-WebSocket-Key: ${key}\r\n\r\n`)
    const reply = await readReply(socket)
    if (reply.status !== 101) {
      socket.destroy()
      throw new HandshakeRefused(reply)
    }
    const expected = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    if (reply.headers.get('sec-websocket-accept') !== expected) throw new Error('wrong Sec-WebSocket-Accept')
    return new RawWebSocket(socket, reply.headers, reply.rest)
  }

  /** Sends one binary message as one frame. */
  send(payload: Uint8Array): void {
    this.socket.write(frame(Opcode.binary, payload))
  }

  /** Ends the connection without a closing handshake. */
  drop(): void {
    this.socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#pending.push(chunk)
    this.#pendingLength += chunk.length
    while (this.#pendingLength >= this.#needed && this.#takeFrame());
  }

  #takeFrame(): boolean {
    const buffer = Buffer.concat(this.#pending)
    this.#pending = [buffer]
    const first = buffer[0] ?? 0
    const second = buffer[1] ?? 0
    if ((first & 0x80) === 0) this.emit('violation', 'a fragmented message')
    if ((first & 0x70) !== 0) this.emit('violation', 'reserved bits, so perhaps compression')
    if ((second & 0x80) !== 0) this.emit('violation', 'a masked frame')
    const short = second & 0x7f
    const start = short === 127 ? 10 : short === 126 ? 4 : 2
    this.#needed = start
    if (buffer.length < start) return false
    const length =
      short === 127 ? Number(buffer.readBigUInt64BE(2)) : short === 126 ? buffer.readUInt16BE(2) : short
    this.#needed = start + length
    if (buffer.length < this.#needed) return false
    const rest = buffer.subarray(this.#needed)
    const payload = buffer.subarray(start, this.#needed)
    this.#pending = [rest]
    this.#pendingLength = rest.length
    this.#needed = 2
    this.#dispatch(first & 0x0f, payload)
    return true
  }

  #dispatch(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.binary) this.emit('message', payload)
    else if (opcode === Opcode.pong) this.emit('pong', payload)
    else if (opcode === Opcode.close) this.emit('close-frame', payload)
    else this.emit('violation', `a frame with opcode ${opcode}`)
  }
}

/** One client frame, masked as the standard demands; `fin` false makes it the first of several. */
export function frame(opcode: number, payload: Uint8Array, options: { fin?: boolean } = {}): Buffer {
  const first = (options.fin === false ? 0 : 0x80) | opcode
  const mask = randomBytes(4)
  const masked = Buffer.from(payload)
  for (let index = 0; index < masked.length; index += 1) {
    masked[index] = (masked[index] ?? 0) ^ (mask[index & 3] ?? 0)
  }
  return Buffer.concat([Buffer.from([first]), lengthOf(payload.length), mask, masked])
}

export function openSocket(socketPath: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      // A reset while writing shows as the close that follows it.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

/** Reads one HTTP reply head. @throws when the connection ends before it is complete. */
export function readReply(socket: Socket): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\r\n\r\n')
      if (end === -1) return
      stop()
      resolve(parseReply(received.subarray(0, end).toString('latin1'), received.subarray(end + 4)))
    }
    const onClose = (): void => {
      stop()
      reject(new Error(`connection closed after ${JSON.stringify(received.toString('latin1'))}`))
    }
    const stop = (): void => {
      socket.off('data', onData)
      socket.off('close', onClose)
    }
    socket.on('data', onData)
    socket.on('close', onClose)
  })
}

function parseReply(head: string, rest: Buffer): Reply {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const [, status = '', reason = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(statusLine) ?? []
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  return { status: Number(status), reason, headers, rest }
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length])
  const extended = Buffer.alloc(length < 65_536 ? 3 : 9)
  extended[0] = 0x80 | (length < 65_536 ? 126 : 127)
  if (length < 65_536) extended.writeUInt16BE(length, 1)
  else extended.writeBigUInt64BE(BigInt(length), 1)
  return extended
}
