/** Stands between a hook and its service: a home of its own for the hook, with the state of the real one. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Home, resolveHome } from '../../src/lib/home.ts'

/**
 * @param root of the hook's home, which is made
 * @param onTaken called when the hook says that it has its answer; the service never hears it
 */
export function answerProxy(real: Home, root: string, onTaken: () => void): Home {
  const home = resolveHome({ ITERM_ORCH_HOME: root })
  mkdirSync(home.run, { recursive: true })
  symlinkSync(real.state, home.state)
  const sockets = new Set<Socket>()
  const server = createServer((hook) => {
    const service = connect(real.serviceSocket)
    for (const socket of [hook, service]) {
      sockets.add(socket)
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    }
    service.pipe(hook)
    hook.on('data', (piece) => {
      if (/^POST \S+\/taken /u.test(piece.toString('latin1'))) {
        onTaken()
        hook.destroy()
      } else service.write(piece)
    })
    hook.once('close', () => service.end())
  }).listen(home.serviceSocket)
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return home
}
