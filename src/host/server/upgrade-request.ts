/** Reads the HTTP request that opens a connection, with the limits of the reference (section 1.2). */
import type { Socket } from 'node:net'

export interface UpgradeRequest {
  method: string
  path: string
  protocol: string
  /** By lower-case name; of repeated headers the last value. */
  headers: Map<string, string>
}

/** The request, and what the client sent behind it; `undefined` in place of a request that is malformed. */
export interface ReadResult {
  request: UpgradeRequest | undefined
  rest: Buffer
}

/** Milliseconds for the whole request. */
export const requestTimeoutMs = 30_000
/** Bytes of a line, its end not counted. */
export const maxLineBytes = 4096
/** One less than this many distinct headers are taken. */
export const maxHeaders = 100
/** Bytes of the whole request: as many lines of full length as there may be headers. */
const maxRequestBytes = maxLineBytes * maxHeaders

/**
 * Reads up to the empty line. Resolves with no request when a limit is passed, the time is over or the
 * text is malformed, and with undefined when the client went away.
 */
export function readUpgradeRequest(socket: Socket, timeoutMs: number): Promise<ReadResult | undefined> {
  const parser = new RequestParser()
  return new Promise((resolve) => {
    const finish = (result: ReadResult | undefined) => {
      clearTimeout(timer)
      socket.off('data', read)
      socket.off('close', leave)
      socket.off('end', leave)
      socket.pause()
      resolve(result)
    }
    const read = (chunk: Buffer) => {
      const result = parser.add(chunk)
      if (result) finish(result)
    }
    const leave = () => finish(undefined)
    const timer = setTimeout(() => finish(malformed), timeoutMs)
    socket.on('data', read)
    socket.on('close', leave)
    socket.on('end', leave)
  })
}

const malformed: ReadResult = { request: undefined, rest: Buffer.alloc(0) }

class RequestParser {
  #bytes: Buffer = Buffer.alloc(0)
  #taken = 0
  #request: UpgradeRequest | undefined

  /** Undefined as long as the request is incomplete. */
  add(chunk: Buffer): ReadResult | undefined {
    this.#taken += chunk.length
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    for (;;) {
      const end = this.#bytes.indexOf('\n')
      const length = end === -1 ? this.#bytes.length : end
      // One more for the carriage return.
      if (length > maxLineBytes + 1) return malformed
      if (end === -1) return this.#taken > maxRequestBytes ? malformed : undefined
      const line = this.#bytes.toString('latin1', 0, end).replace(/\r$/, '')
      this.#bytes = this.#bytes.subarray(end + 1)
      if (line.length > maxLineBytes) return malformed
      if (line === '') return this.#request ? { request: this.#request, rest: this.#bytes } : malformed
      if (!this.#addLine(line)) return malformed
    }
  }

  #addLine(line: string): boolean {
    if (!this.#request) {
      this.#request = parseRequestLine(line)
      return this.#request !== undefined
    }
    const header = /^([^:]+):(.+)$/.exec(line)
    const name = header?.[1]?.trim().toLowerCase()
    const value = header?.[2]?.trim()
    if (!name || value === undefined) return false
    this.#request.headers.set(name, value)
    return this.#request.headers.size < maxHeaders
  }
}

function parseRequestLine(line: string): UpgradeRequest | undefined {
  const [method, path, protocol, ...more] = line.split(' ')
  if (!method || !path || !protocol || more.length > 0) return undefined
  return { method, path, protocol, headers: new Map() }
}
