import { describe, expect, it } from 'vitest'
import { NotificationType } from '../../src/messages/iterm2.ts'
import { echoProgram, shellProgram } from './programs.ts'
import { getBuffer, getContents, getScreenContents } from './python-like-screen.ts'
import { useHost } from './use-host.ts'
import { Collected, untilScreen } from './watching.ts'

const { connect, connectApp } = useHost()

/** A session that shows what the script prints, and stays. */
async function showing(script: string, until: (text: string) => boolean) {
  const app = await connectApp()
  const { session } = await app.create({ command: shellProgram(`${script}\nexec cat`) })
  const screen = await untilScreen(app.client, session.id, until)
  return { app, client: app.client, session, screen }
}

describe('text', () => {
  it('sent reaches the program as it is, and the answer reaches the screen', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram(echoProgram) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    expect((await app.client.call('sendText', { session: session.id, text: 'grüße 漢字 🙂\r' })).status).toBe(
      0,
    )
    await untilScreen(app.client, session.id, (text) => text.includes('[grüße 漢字 🙂]'))
  })

  it('for a domain goes to all its members, unless broadcasting is suppressed', async () => {
    const app = await connectApp()
    const left = await app.create({ command: shellProgram(echoProgram) })
    const right = await app.split(left.session.id, { command: shellProgram(echoProgram) })
    const ids = [left.session.id, right.session.id]
    for (const id of ids) await untilScreen(app.client, id, (text) => text.includes('ready'))
    const domains = { broadcastDomains: [{ sessionIds: ids }] }
    expect((await app.client.call('setBroadcastDomains', domains)).status).toBe(0)
    await app.client.call('sendText', { session: left.session.id, text: 'alone\r', suppressBroadcast: true })
    await app.client.call('sendText', { session: left.session.id, text: 'both\r' })
    for (const id of ids) await untilScreen(app.client, id, (text) => text.includes('[both]'))
    expect((await getScreenContents(app.client, right.session.id)).text).not.toContain('alone')
    const read = await app.client.call('getBroadcastDomains', {})
    expect(read.broadcastDomains.map(({ sessionIds }) => sessionIds.toSorted())).toEqual([ids.toSorted()])
  })

  it('injected is parsed as output of the program', async () => {
    const { client, session } = await showing('echo start', (text) => text.includes('start'))
    const data = Buffer.from('\x1b[1mbold\x1b[m')
    const reply = await client.call('inject', { sessionId: [session.id, 'nowhere'], data })
    expect(reply.status).toEqual([0, 1])
    const { lines } = await untilScreen(client, session.id, (text) => text.includes('bold'))
    const row = lines.findIndex((line) => line.string.includes('bold'))
    expect(lines[row]?.styleAt(0)?.bold).toBe(true)
  })
})

describe('a screen', () => {
  it('has all rows, the cursor, and styles one to one with the cells', async () => {
    const { screen, session } = await showing(
      String.raw`printf '\033[31;1mred\033[0m \033[38;2;1;2;3mrgb\033[0m end'`,
      (text) => text.includes('end'),
    )
    const [line] = screen.lines
    expect(screen.lines).toHaveLength(session.rows)
    expect(screen.cursor).toMatchObject({ x: 11, y: 0 })
    expect(line?.styleAt(0)).toMatchObject({ fgStandard: 1, bold: true })
    expect(line?.styleAt(3)).toMatchObject({ fgAlternate: 0, bold: false })
    expect(line?.styleAt(4)?.fgRgb).toMatchObject({ red: 1, green: 2, blue: 3 })
    expect(line?.styleAt(line.cellCount - 1)).toBeDefined()
    expect(line?.styleAt(line.cellCount)).toBeUndefined()
  })

  it('read by code points gives every cell its text, emoji and combining marks included', async () => {
    const { screen } = await showing(`printf 'a🙂b漢e\u0301c'`, (text) => text.includes('c'))
    const cells = Array.from({ length: 8 }, (_, x) => screen.lines[0]?.stringAt(x))
    expect(cells).toEqual(['a', '🙂', '', 'b', '漢', '', 'e\u0301', 'c'])
  })

  it('shows cells that were never written as U+0000, and drops them at the end', async () => {
    const { screen } = await showing(String.raw`printf 'a\033[4Gb'`, (text) => text.includes('b'))
    expect(screen.lines[0]?.string).toBe('a\0\0b')
    expect(screen.lines[1]?.string).toBe('')
    expect(screen.lines[1]?.cellCount).toBe(0)
  })

  it('marks a wrapped line as soft, an ended one as hard', async () => {
    const { screen, session } = await showing(`printf '%0200d\\nend' 7`, (text) => text.includes('end'))
    expect(session.columns).toBeLessThan(200)
    expect(screen.lines[0]?.hardEol).toBe(false)
    const lastOfLong = Math.ceil(200 / session.columns) - 1
    expect(screen.lines[lastOfLong]?.hardEol).toBe(true)
    expect(screen.text).toBe(`${'0'.repeat(199)}7\nend`)
  })

  it('is the alternate one while it is shown', async () => {
    const { client, screen, session } = await showing(
      String.raw`echo main; printf '\033[?1049h\033[Hother'`,
      (text) => text.includes('other'),
    )
    expect(screen.text).not.toContain('main')
    const reply = await client.call('variable', { sessionId: session.id, get: ['showingAlternateScreen'] })
    expect(Number(JSON.parse(reply.values[0] ?? 'null'))).toBe(1)
  })

  it('carries the links of OSC 8', async () => {
    const { screen } = await showing(
      String.raw`printf '\033]8;id=x1;https://example.org/a\033\\link\033]8;;\033\\ end'`,
      (text) => text.includes('end'),
    )
    expect(screen.lines[0]?.styleAt(0)?.url).toMatchObject({ url: 'https://example.org/a', identifier: 'x1' })
    expect(screen.lines[0]?.styleAt(5)?.url.url).toBe('')
  })
})

describe('a stream', () => {
  it('announces the last change, however many there were', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram(echoProgram) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    const watcher = await connect()
    const updates = new Collected<number>()
    await watcher.subscribe(NotificationType.NOTIFY_ON_SCREEN_UPDATE, () => updates.add(Date.now()), {
      session: session.id,
    })
    const started = Date.now()
    for (let line = 1; line <= 200; line += 1) {
      void app.client.call('sendText', { session: session.id, text: `line ${line}\r` })
    }
    await untilScreen(watcher, session.id, (text) => text.includes('[line 200]'))
    const frames = (Date.now() - started) / (1000 / 60)
    expect(updates.items.length).toBeLessThanOrEqual(Math.ceil(frames) + 2)
  })

  it('of all sessions includes those that are created later', async () => {
    const watcher = await connect()
    const seen = new Collected<string>()
    await watcher.subscribe(NotificationType.NOTIFY_ON_SCREEN_UPDATE, (notification) =>
      seen.add(notification.screenUpdateNotification.session),
    )
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram('sleep 0.2; echo x; exec cat') })
    await seen.first((id) => id === session.id)
  })
})

describe('the history', () => {
  const thousand = 'i=0; while [ $i -lt 1000 ]; do echo "line $i"; i=$((i+1)); done; printf end'

  it('is read by absolute line numbers', async () => {
    const { client, session } = await showing(thousand, (text) => text.includes('end'))
    const { lines, response } = await getContents(client, session.id, 500, 3)
    expect(lines.map((line) => line.string)).toEqual(['line 500', 'line 501', 'line 502'])
    const { start, end } = response.windowedCoordRange.coordRange
    expect([start.y, end.y]).toEqual([500, 503])
  })

  it('ends with the trailing lines', async () => {
    const { client, session } = await showing(thousand, (text) => text.includes('end'))
    const { lines } = await getBuffer(client, session.id, { trailingLines: 3 })
    expect(lines.map((line) => line.string)).toEqual(['line 998', 'line 999', 'end'])
  })

  it('adds up: overflow, history and grid of number_of_lines', async () => {
    const { client, session, screen } = await showing(thousand, (text) => text.includes('end'))
    const reply = await client.call('getProperty', { sessionId: session.id, name: 'number_of_lines' })
    const info = JSON.parse(reply.jsonValue) as Record<string, number>
    expect(Object.keys(info).toSorted()).toEqual(['first_visible', 'grid', 'history', 'overflow'])
    expect(info).toMatchObject({ overflow: 0, grid: session.rows, history: 1001 - session.rows })
    expect(screen.cursor.y).toBe(1000)
    expect(screen.response.windowedCoordRange.coordRange.start.y).toBe(1001 - session.rows)
  })

  it('keeps its numbers when lines are lost, and skips the lost ones', async () => {
    const app = await connectApp()
    const reply = await app.client.call('createTab', {
      customProfileProperties: [
        { key: 'Custom Command', jsonValue: '"Yes"' },
        { key: 'Command', jsonValue: JSON.stringify(shellProgram(`${thousand}; exec cat`)) },
        { key: 'Scrollback Lines', jsonValue: '100' },
        { key: 'Unlimited Scrollback', jsonValue: 'false' },
      ],
    })
    const session = reply.sessionId
    await untilScreen(app.client, session, (text) => text.includes('end'))
    const property = await app.client.call('getProperty', { sessionId: session, name: 'number_of_lines' })
    const { overflow, history, grid } = JSON.parse(property.jsonValue) as Record<string, number>
    expect(history).toBe(100)
    expect((overflow ?? 0) + 100 + (grid ?? 0)).toBe(1001)
    const { lines } = await getContents(app.client, session, (overflow ?? 0) - 2, 4)
    expect(lines.map((line) => line.string)).toEqual([`line ${overflow}`, `line ${(overflow ?? 0) + 1}`])
  })

  it('is cut by columns and by the end of the range', async () => {
    const { client, session } = await showing(`echo 0123456789; printf end`, (text) => text.includes('end'))
    const columns = await getBuffer(client, session.id, {
      windowedCoordRange: {
        coordRange: { start: { x: 0, y: 0 }, end: { x: 0, y: 1 } },
        columns: { location: 2, length: 3 },
      },
    })
    expect(columns.lines.map((line) => line.string)).toEqual(['234'])
    const range = await getBuffer(client, session.id, {
      windowedCoordRange: { coordRange: { start: { x: 3, y: 0 }, end: { x: 2, y: 1 } } },
    })
    expect(range.lines.map((line) => line.string)).toEqual(['3456789', 'en'])
  })
})
