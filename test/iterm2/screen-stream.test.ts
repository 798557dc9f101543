import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Coalesced } from '../../src/iterm2/coalesce.ts'
import type { Iterm2Error } from '../../src/iterm2/errors.ts'
import { readLines, readScreen } from '../../src/iterm2/screen/read.ts'
import type { Screen } from '../../src/iterm2/screen/screen.ts'
import { type ScreenStream, streamScreen } from '../../src/iterm2/screen/stream.ts'
import type { GetBufferResponse } from '../../src/messages/iterm2.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()
const session = 'S'

function screenOf(...texts: string[]): GetBufferResponse {
  return {
    contents: texts.map((text) => ({
      text,
      codePointsPerCell: [{ numCodePoints: 1, repeats: text.length }],
    })),
    cursor: { x: 1, y: 40 },
    windowedCoordRange: { coordRange: { start: { x: 0, y: 40 }, end: { x: 0, y: 40 + texts.length } } },
  }
}

/** A session whose screen is `text`; replies can be held back. */
function serveScreen(terminal: FakeTerminal) {
  const state = { text: 'first', inFlight: 0, maxInFlight: 0, gate: Promise.resolve() }
  terminal.respond('getBuffer', async () => {
    state.maxInFlight = Math.max(state.maxInFlight, ++state.inFlight)
    await state.gate
    state.inFlight--
    return screenOf(state.text)
  })
  const change = (text: string) => {
    state.text = text
    terminal.notify({ screenUpdateNotification: { session } })
  }
  return { state, change }
}

function nextScreen(stream: ScreenStream): Promise<Screen> {
  return new Promise((resolve) => stream.once('screen', resolve))
}

describe('a screen stream', () => {
  it('begins with the present screen and goes on with every newer one', async () => {
    const { terminal, client } = await connected()
    const { change } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const screens = stream[Symbol.asyncIterator]()
    expect((await screens.next()).value?.text).toBe('first')
    change('second')
    expect((await screens.next()).value?.text).toBe('second')
    change('third')
    const third = await screens.next()
    expect(third.value?.text).toBe('third')
    expect(third.value?.first).toBe(40)
    expect(third.value?.cursorRow).toBe(0)
    await stream.close()
    expect(await screens.next()).toEqual({ done: true, value: undefined })
    expect(terminal.subscriptions.filter(({ subscribe }) => subscribe === false)).toHaveLength(2)
  })

  it('has one reading in flight at most, and one more after a flood of notifications', async () => {
    const { terminal, client } = await connected()
    const { state, change } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    let open = () => {}
    state.gate = new Promise((resolve) => {
      open = resolve
    })
    for (let index = 0; index < 50; index++) change(`change ${index}`)
    await terminal.until(() => terminal.requests('getBuffer').length === 2)
    const seen = nextScreen(stream)
    change('last')
    open()
    await seen
    await stream.refresh()
    expect(stream.latest?.text).toBe('last')
    expect(state.maxInFlight).toBe(1)
    // The first, the one under way, the one for all that came meanwhile, and the refresh at most.
    expect(terminal.requests('getBuffer').length).toBeLessThanOrEqual(4)
    await stream.close()
  })

  it('gives a slow reader the newest screen only', async () => {
    const { terminal, client } = await connected()
    const { change } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const screens = stream[Symbol.asyncIterator]()
    for (const text of ['one', 'two', 'three']) {
      change(text)
      await stream.refresh()
    }
    expect((await screens.next()).value?.text).toBe('three')
    await stream.close()
  })

  it('reads a change when its pacing says so', async () => {
    const { terminal, client } = await connected()
    const { change } = serveScreen(terminal)
    let told = (_read: () => void) => {}
    const stream = await streamScreen(client, session, (read) => told(read))
    const look = await new Promise<() => void>((resolve) => {
      told = resolve
      change('second')
    })
    expect(terminal.requests('getBuffer')).toHaveLength(1)
    const seen = nextScreen(stream)
    look()
    expect((await seen).text).toBe('second')
    await stream.close()
  })

  it('shares the rows that stayed as they were', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getBuffer', () => screenOf('stays', 'before'))
    const before = await readScreen(client, session)
    terminal.respond('getBuffer', () => screenOf('stays', 'after'))
    const after = await readScreen(client, session, before)
    expect(after.lines[0]).toBe(before.lines[0])
    expect(after.text).toBe('stays\nafter')
  })

  it('is quiet when a notification changed nothing', async () => {
    const { terminal, client } = await connected()
    const { change } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const texts: string[] = []
    stream.on('screen', (screen) => texts.push(screen.text))
    change('first')
    await terminal.until(() => terminal.requests('getBuffer').length === 2)
    await stream.refresh()
    change('other')
    await nextScreen(stream)
    expect(texts).toEqual(['other'])
    await stream.close()
  })

  it('reads on demand, without notifications, while a poll is asked for', async () => {
    const { terminal, client } = await connected()
    const { state } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const stop = stream.poll(5)
    state.text = 'unannounced'
    const screen = await nextScreen(stream)
    expect(screen.text).toBe('unannounced')
    stop()
    await stream.refresh()
    const readings = terminal.requests('getBuffer').length
    await delay(30)
    expect(terminal.requests('getBuffer')).toHaveLength(readings)
    await stream.close()
  })

  it('reads again after the connection was lost', async () => {
    const { terminal, client } = await connected({ reconnect: { firstDelayMs: 1, maxDelayMs: 5 } })
    const { state } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    state.text = 'changed in between'
    const seen = nextScreen(stream)
    terminal.drop()
    const screen = await seen
    expect(screen.text).toBe('changed in between')
    await stream.close()
  })

  it('ends with the session, after its last screen', async () => {
    const { terminal, client } = await connected()
    const { state } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const screens: string[] = []
    state.text = 'last words'
    const exit = new Promise<void>((resolve) => stream.once('exit', resolve))
    terminal.notify({ terminateSessionNotification: { sessionId: session } })
    await exit
    terminal.respond('getBuffer', () => ({ status: 1 }))
    terminal.notify({ terminateSessionNotification: { sessionId: session } })
    for await (const screen of stream) screens.push(screen.text)
    expect(screens).toEqual(['last words'])
    expect(stream.ended).toBe(true)
  })

  it('tries again when a reading failed', async () => {
    const { terminal, client } = await connected()
    const { change } = serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const failed = new Promise<Iterm2Error>((resolve) => stream.once('error', resolve))
    terminal.respond('getBuffer', () => {
      serveScreen(terminal).state.text = 'after the failure'
      return { status: 2 }
    })
    change('x')
    expect(await failed).toMatchObject({ status: 'INVALID_LINE_RANGE' })
    const screen = await nextScreen(stream)
    expect(screen.text).toBe('after the failure')
    await stream.close()
  })

  it('does not begin for a session that does not exist', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getBuffer', () => ({ status: 1 }))
    await expect(streamScreen(client, session)).rejects.toMatchObject({ status: 'SESSION_NOT_FOUND' })
    expect(terminal.subscriptions.filter(({ subscribe }) => subscribe === false)).toHaveLength(2)
  })

  it('ends when the client is closed', async () => {
    const { terminal, client } = await connected()
    serveScreen(terminal)
    const stream = await streamScreen(client, session)
    const rest: string[] = []
    await client.close()
    for await (const screen of stream) rest.push(screen.text)
    expect(rest).toEqual(['first'].slice(0, rest.length))
    expect(stream.ended).toBe(true)
  })
})

describe('coalesced work', () => {
  it('never overlaps, and ends with a run that began after the last request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('ask', 'turn'), { maxLength: 30 }), async (steps) => {
        let running = 0
        let begun = 0
        const work = new Coalesced(async () => {
          begun++
          expect(++running).toBe(1)
          await Promise.resolve()
          await Promise.resolve()
          running--
        })
        const asked: Promise<void>[] = []
        for (const step of steps) {
          if (step === 'turn') await Promise.resolve()
          else {
            const before = begun
            asked.push(work.request().then(() => expect(begun).toBeGreaterThan(before)))
          }
        }
        await Promise.all(asked)
        expect(work.busy).toBe(false)
      }),
    )
  })
})

describe('reading lines', () => {
  it('numbers them right when the oldest are forgotten while it reads', async () => {
    const { terminal, client } = await connected()
    let overflow = 0
    terminal.respond('getProperty', () => ({
      jsonValue: JSON.stringify({ overflow, grid: 10, history: 10, first_visible: overflow }),
    }))
    terminal.respond('getBuffer', ({ lineRange }) => {
      overflow = Math.max(overflow, 5)
      const range = lineRange?.windowedCoordRange?.coordRange
      const first = Math.max(overflow, range?.start?.y ?? 0)
      const end = range?.end?.y ?? 0
      return screenOf(...Array.from({ length: end - first }, (_, index) => `line ${first + index}`))
    })
    const lines = await readLines(client, session, 2, 6)
    expect(lines.first).toBe(5)
    expect(lines.text).toBe('line 5\nline 6\nline 7')
    expect(terminal.requests('getBuffer')[0]).toMatchObject({
      includeStyles: true,
      lineRange: {
        windowedCoordRange: {
          coordRange: { start: { x: 0, y: 2 }, end: { x: 0, y: 8 } },
          columns: { location: 0, length: 0 },
        },
      },
    })
  })

  it('takes a refusal for a failure, never for an empty screen', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getBuffer', () => ({ status: 2 }))
    await expect(readScreen(client, session)).rejects.toMatchObject({
      code: 'rejected',
      status: 'INVALID_LINE_RANGE',
    })
  })
})
