import { connect } from 'node:net'

/** Longest wait for a local socket to accept. */
const timeoutMs = 2_000

/** Whether a process accepts connections at a unix socket. A file whose process died does not count. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const done = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(timeoutMs, () => done(false))
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}
