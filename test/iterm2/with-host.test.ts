// The objects on the embedded host: real PTYs, real programs, a real socket.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningHost, runHost } from '../../src/host/index.ts'
import {
  type App,
  Client,
  invocation,
  invokeFunction,
  openApp,
  type Screen,
  type ScreenStream,
  type Session,
  transaction,
  watchTerminations,
} from '../../src/iterm2/index.ts'
import { resolveHome } from '../../src/lib/home.ts'

const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'h-')) })
let host: RunningHost
let client: Client
let app: App

beforeAll(async () => {
  host = await runHost({ home, env: { ...process.env, SHELL: '/bin/sh' } })
  client = new Client({ socketPath: host.socketPath, cookie: readFileSync(host.cookiePath, 'utf8').trim() })
  await client.connect()
  app = await openApp(client)
})

afterAll(async () => {
  await client.close()
  await host.close()
  rmSync(home.root, { recursive: true, force: true })
})

/** Opens a window whose session runs a shell script. */
async function run(script: string): Promise<Session> {
  const tab = await app.createWindow({ command: `/bin/sh -c '${script}'` })
  const [session] = tab.sessions
  if (session === undefined) throw new Error('a tab without a session')
  return session
}

/** The first screen of the stream that shows the text. */
async function screenWith(stream: ScreenStream, text: string): Promise<Screen> {
  for await (const screen of stream) if (screen.text.includes(text)) return screen
  throw new Error(`the session ended without "${text}"`)
}

describe('on the embedded host', () => {
  it('a session is opened, typed into, read and closed', async () => {
    const session = await run('echo ready; read line; echo "got <$line>"; read rest')
    expect(app.session(session.id)).toBe(session)
    expect(app.buriedSessions).toEqual([])
    const stream = await session.streamScreen()
    await screenWith(stream, 'ready')
    await session.sendText('größe 漢字 😀\r')
    const screen = await screenWith(stream, 'got <größe 漢字 😀>')
    const line = screen.lines.find(({ text }) => text.startsWith('got'))
    expect(line?.cellAt(11)).toMatchObject({ text: '漢', width: 2 })
    expect(line?.cellAt(12)).toMatchObject({ text: '', width: 0 })
    expect(line?.cellAt(16)).toMatchObject({ text: '😀', width: 2 })
    const removed = new Promise<Session>((resolve) => app.once('session-removed', resolve))
    await session.close({ force: true })
    expect(await removed).toBe(session)
    for await (const _ of stream); // ends by itself
    expect(stream.ended).toBe(true)
  })

  it('colours, styles and links arrive', async () => {
    const session = await run(
      'printf "\\033[1;31mred\\033[0m \\033[38;2;1;2;3mrgb\\033[m \\033]8;id=i;https://a.b\\033\\\\link\\033]8;;\\033\\\\ end"; read x',
    )
    const stream = await session.streamScreen()
    const [line] = (await screenWith(stream, 'end')).lines
    expect(line?.text).toBe('red rgb link end')
    expect(line?.cellAt(0).style).toMatchObject({ bold: true, foreground: { kind: 'palette', index: 1 } })
    expect(line?.cellAt(4).style).toMatchObject({ foreground: { kind: 'rgb', red: 1, green: 2, blue: 3 } })
    expect(line?.cellAt(8).style.url?.url).toBe('https://a.b')
    expect(line?.cellAt(13).style.url).toBeUndefined()
    await stream.close()
    await session.close({ force: true })
  })

  it('history is read by absolute line numbers, and wrapped lines as one', async () => {
    const session = await run(
      'i=0; while [ $i -lt 200 ]; do echo "line $i"; i=$((i+1)); done; printf "%0200d done" 7; read x',
    )
    const stream = await session.streamScreen()
    const screen = await screenWith(stream, 'done')
    await stream.close()
    const joined = screen.logicalLines().find(({ text }) => text.endsWith('done'))
    expect(joined?.text).toBe(`${'7'.padStart(200, '0')} done`)
    expect(joined?.rows).toBe(3)
    const lines = await transaction(client, async () => {
      const { overflow, history, rows } = await session.readLineInfo()
      expect(screen.first).toBe(overflow + history)
      expect(screen.lines).toHaveLength(rows)
      return session.readLines(100, 3)
    })
    expect(lines.text).toBe('line 100\nline 101\nline 102')
    expect((await session.readTrailing(screen.lines.length + 2)).first).toBe(screen.first - 2)
    await session.close({ force: true })
  })

  it('panes are split, seen in the tree, and resized', async () => {
    const session = await run('read x')
    const right = await session.split({ vertical: true, command: '/bin/cat' })
    const tab = app.tabOf(session)
    expect(tab?.root.vertical).toBe(true)
    expect(tab?.sessions).toEqual([session, right])
    expect(right?.gridSize?.columns).toBeLessThan(80)
    await tab?.close({ force: true })
  })

  it('variables and names are set and watched', async () => {
    const session = await run('read x')
    const monitor = await session.watchVariable('user.task')
    expect((await monitor.next()).value).toEqual({ identifier: session.id, value: null })
    const value = { text: 'a "quoted" \\(text)', list: [1, true, null] }
    await session.setVariable('user.task', value)
    expect((await monitor.next()).value).toEqual({ identifier: session.id, value })
    expect(await session.getVariable('user.task')).toEqual(value)
    const name = 'nasty \\(id) "name" \n\\\\( 😀'
    await session.setName(name)
    expect(await session.getVariable('name')).toBe(name)
    await monitor.close()
    await session.close({ force: true })
  })

  it('the profile of a session is its own', async () => {
    const session = await run('read x')
    await session.setProfile({
      badgeText: 'mine',
      tabColor: { red: 1, green: 0, blue: 0, alpha: 1, space: 'sRGB' },
    })
    const profile = await session.readProfile()
    expect(profile.get('badgeText')).toBe('mine')
    expect(profile.get('tabColor')).toMatchObject({ red: 1, space: 'sRGB' })
    const other = await run('read x')
    expect((await other.readProfile()).get('badgeText')).not.toBe('mine')
    await session.close({ force: true })
    await other.close({ force: true })
  })

  it('a function of ours is called through the terminal', async () => {
    const stop = await client.registerFunction({ name: 'shout', arguments: ['text'] }, ({ text }) =>
      `${text}`.toUpperCase(),
    )
    const text = 'tricky \\(x) "text"\n'
    expect(await invokeFunction(client, 'app', invocation('shout', { text }))).toBe(text.toUpperCase())
    await stop()
  })

  it('the end of a program is told, and it can be started again', async () => {
    const ends = await watchTerminations(client)
    const session = await run('echo once; exit 3')
    for await (const id of ends) if (id === session.id) break
    await session.restart()
    await session.close({ force: true })
  })
})
