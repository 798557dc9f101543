/** What is taken from inside @lydell/node-pty (pinned to 1.1.0), and nowhere else. */
import type { Socket } from 'node:net'
import type { IPty } from '@lydell/node-pty'
import { OrchError } from '../errors.ts'

interface PtyInternals {
  /** The PTY as a stream. Its `write` is not used: libuv writes to the master side in a busy loop. */
  readonly socket: Socket
  /** Descriptor of the master side, non-blocking. Another file's after the socket was destroyed. */
  readonly fd: number
  /** Name of the terminal device. */
  readonly tty: string
  /** Starts and stops reading from the kernel; nothing is lost or kept in between. */
  setReading(on: boolean): void
}

/**
 * Also takes over the end of the PTY: by itself the library destroys the socket 200 ms after the program
 * ended, even when output is still in the kernel; with `_emittedClose` set it only tells the exit status.
 */
export function ptyInternals(pty: IPty): PtyInternals {
  const socket: unknown = Reflect.get(pty, '_socket')
  const fd: unknown = Reflect.get(pty, 'fd')
  const tty: unknown = Reflect.get(pty, 'ptsName')
  const ownsClose = Reflect.get(pty, '_emittedClose') === false
  if (!isSocket(socket) || typeof fd !== 'number' || typeof tty !== 'string' || !ownsClose) {
    throw new OrchError(
      'failed',
      '@lydell/node-pty has changed inside: _socket, fd, ptsName or _emittedClose',
      {
        hint: 'Install the version that package.json names: npm ci',
      },
    )
  }
  Reflect.set(pty, '_emittedClose', true)
  stopDecoding(socket)
  return { socket, fd, tty, setReading: (on) => setReading(socket, on) }
}

/**
 * Asked for UTF-8 the library also sets IUTF8, as iTerm2 does, so that the terminal erases whole characters. Its
 * decoding of the output is not wanted: what is read here is bytes.
 */
function stopDecoding(socket: Socket): void {
  const state: unknown = Reflect.get(socket, '_readableState')
  if (typeof state !== 'object' || state === null) return
  Reflect.set(state, 'decoder', null)
  Reflect.set(state, 'encoding', null)
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'destroyed' in value && 'resume' in value
}

/**
 * Stops at the handle, below the stream. A paused stream would still hold what was read, and throw it away
 * when the terminal ends with EIO before it flows again.
 */
function setReading(socket: Socket, on: boolean): void {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (socket.destroyed || typeof handle !== 'object' || handle === null) return
  const method: unknown = Reflect.get(handle, on ? 'readStart' : 'readStop')
  if (typeof method !== 'function') return
  Reflect.set(handle, 'reading', on)
  method.call(handle)
}
