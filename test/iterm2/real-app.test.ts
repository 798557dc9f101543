// The same steps as on the embedded host, on the real iTerm2. Runs on a Mac when ITERM_ORCH_REAL_ITERM2 is
// set; see docs/verified-on-macos.md.
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, Client, openApp, type Session } from '../../src/iterm2/index.ts'

const wanted = process.platform === 'darwin' && process.env['ITERM_ORCH_REAL_ITERM2'] !== undefined

describe.runIf(wanted)('on the real iTerm2', () => {
  // The home of the tests is an empty one; iTerm2 listens in the person's own.
  const socketPath = join(userInfo().homedir, 'Library/Application Support/iTerm2/private/socket')
  const client = new Client({ socketPath, name: 'iterm-orch tests' })
  let app: App

  beforeAll(async () => {
    await client.connect()
    app = await openApp(client)
  })
  afterAll(() => client.close())

  async function run(script: string): Promise<Session> {
    const tab = await app.createWindow({ command: `/bin/sh -c '${script}'` })
    const [session] = tab.sessions
    if (session === undefined) throw new Error('a tab without a session')
    return session
  }

  async function untilShown(session: Session, text: string): Promise<void> {
    const stream = await session.streamScreen()
    for await (const screen of stream) if (screen.text.includes(text)) return
    throw new Error(`the session ended without "${text}"`)
  }

  it('a session is opened, typed into, read and closed', async () => {
    const session = await run('echo ready; read line; echo "got <$line>"; read rest')
    await untilShown(session, 'ready')
    await session.sendText('größe 漢字 😀\r')
    await untilShown(session, 'got <größe 漢字 😀>')
    await session.close({ force: true })
  })

  it('a variable is set and read', async () => {
    const session = await run('read rest')
    await session.setVariable('user.iterm_orch_test', { a: [1, true, 'x'] })
    expect(await session.getVariable('user.iterm_orch_test')).toEqual({ a: [1, true, 'x'] })
    await session.close({ force: true })
  })
})
