import { describe, expect, it } from 'vitest'
import { NotificationType, VariableScope } from '../../src/messages/iterm2.ts'
import { echoProgram, shellProgram } from './programs.ts'
import { getScreenContents } from './python-like-screen.ts'
import { useHost } from './use-host.ts'
import { Collected, untilScreen } from './watching.ts'

const { connect, connectApp } = useHost()

describe('a session', () => {
  it('restarts with a new process under the same id', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram('echo "run $$."; exec cat') })
    const first = await untilScreen(app.client, session.id, (text) => /run \d+\./.test(text))
    const firstPid = /run (\d+)/.exec(first.text)?.[1]
    expect((await app.client.call('restartSession', { sessionId: session.id })).status).toBe(0)
    await untilScreen(app.client, session.id, (text) => {
      const pid = /run (\d+)\./.exec(text)?.[1]
      return pid !== undefined && pid !== firstPid
    })
  })

  it('that runs is not restarted when only exited ones may be', async () => {
    const app = await connectApp()
    const running = await app.create({ command: shellProgram('exec cat') })
    const only = (sessionId: string) => app.client.call('restartSession', { sessionId, onlyIfExited: true })
    expect((await only(running.session.id)).status).toBe(2)
    expect((await only('nowhere')).status).toBe(1)
  })

  it('whose program has ended takes no text, keeps its screen, and can be restarted', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram('echo "last words $$."') })
    await app.until(({ terminated }) => terminated.includes(session.id))
    const { text } = await untilScreen(app.client, session.id, (shown) => shown.includes('last words'))
    expect((await app.client.call('sendText', { session: session.id, text: 'x' })).status).toBe(1)
    const reply = await app.client.call('restartSession', { sessionId: session.id, onlyIfExited: true })
    expect(reply.status).toBe(0)
    await untilScreen(app.client, session.id, (shown) => shown.includes('last words') && shown !== text)
  })

  it('is resized with its grid, and the program is told by SIGWINCH', async () => {
    const app = await connectApp()
    const script = `trap 'echo "now $(stty size)"' WINCH; echo ready; while :; do sleep 0.05; done`
    const { session } = await app.create({ command: shellProgram(script) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    const reply = await app.client.call('setProperty', {
      sessionId: session.id,
      name: 'grid_size',
      jsonValue: JSON.stringify({ width: 71, height: 19 }),
    })
    expect(reply.status).toBe(0)
    await untilScreen(app.client, session.id, (text) => text.includes('now 19 71'))
    await app.refresh()
    expect(app.session(session.id)).toMatchObject({ columns: 71, rows: 19 })
  })

  it('is buried, keeps running, and comes back when it is activated', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram(echoProgram) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    const bury = { sessionId: session.id, name: 'buried', jsonValue: 'true' }
    expect((await app.client.call('setProperty', bury)).status).toBe(0)
    await app.until(({ buried }) => buried.some(({ id }) => id === session.id))
    await app.client.call('sendText', { session: session.id, text: 'below\r' })
    await untilScreen(app.client, session.id, (text) => text.includes('[below]'))
    const property = await app.client.call('getProperty', { sessionId: session.id, name: 'buried' })
    expect(Number(JSON.parse(property.jsonValue))).toBe(1)
    await app.client.call('activate', { sessionId: session.id, selectTab: true, selectSession: true })
    await app.until(() => app.tabOf(session.id) !== undefined)
  })
})

describe('a transaction', () => {
  it('holds the screen still until it ends', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram(echoProgram) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    expect((await app.client.call('transaction', { begin: true })).status).toBe(0)
    const before = await getScreenContents(app.client, session.id)
    await app.client.call('sendText', { session: session.id, text: 'while frozen\r' })
    for (let round = 0; round < 20; round += 1) {
      expect((await getScreenContents(app.client, session.id)).text).toBe(before.text)
    }
    expect((await app.client.call('transaction', { begin: false })).status).toBe(0)
    await untilScreen(app.client, session.id, (text) => text.includes('[while frozen]'))
  })

  it('makes the requests of others wait, and runs them in order afterwards', async () => {
    const [owner, other] = [await connect(), await connect()]
    const order: string[] = []
    await owner.call('transaction', { begin: true })
    const first = other.call('listSessions', {}).then(() => order.push('other 1'))
    const second = other.call('focus', {}).then(() => order.push('other 2'))
    await owner.call('listSessions', {}).then(() => order.push('owner'))
    await owner.call('transaction', { begin: false })
    await Promise.all([first, second])
    expect(order).toEqual(['owner', 'other 1', 'other 2'])
  })

  it('is neither nested nor ended twice', async () => {
    const client = await connect()
    expect((await client.call('transaction', { begin: false })).status).toBe(1)
    await client.call('transaction', { begin: true })
    expect((await client.call('transaction', { begin: true })).status).toBe(2)
    expect((await client.call('transaction', { begin: false })).status).toBe(0)
  })

  it('ends with the connection that began it', async () => {
    const [owner, other] = [await connect(), await connect()]
    await owner.call('transaction', { begin: true })
    const waiting = other.call('listSessions', {})
    owner.drop()
    await waiting
  })
})

describe('special ids', () => {
  it('active is the session in front', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram(echoProgram) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    await app.client.call('sendText', { session: 'active', text: 'to active\r' })
    await untilScreen(app.client, session.id, (text) => text.includes('[to active]'))
    const reply = await app.client.call('variable', { sessionId: 'active', get: ['id'] })
    expect(JSON.parse(reply.values[0] ?? '')).toBe(session.id)
  })

  it('all is every session, for text, profile properties and variables', async () => {
    const app = await connectApp()
    const ids: string[] = []
    for (let count = 0; count < 2; count += 1) {
      const { session } = await app.create({ command: shellProgram(echoProgram) })
      await untilScreen(app.client, session.id, (text) => text.includes('ready'))
      ids.push(session.id)
    }
    expect((await app.client.call('sendText', { session: 'all', text: 'to all\r' })).status).toBe(0)
    for (const id of ids) await untilScreen(app.client, id, (text) => text.includes('[to all]'))
    const set = [{ name: 'user.everywhere', value: '1' }]
    expect((await app.client.call('variable', { sessionId: 'all', set })).status).toBe(0)
    for (const sessionId of ids) {
      const reply = await app.client.call('variable', { sessionId, get: ['user.everywhere'] })
      expect(reply.values).toEqual(['1'])
    }
  })
})

describe('subscriptions', () => {
  it('answer ALREADY_SUBSCRIBED the second time, except for all sessions', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    const ask = async (about: string, subscribe: boolean) =>
      (
        await app.client.call('notification', {
          session: about,
          subscribe,
          notificationType: NotificationType.NOTIFY_ON_SCREEN_UPDATE,
        })
      ).status
    expect(await ask(session.id, true)).toBe(0)
    expect(await ask(session.id, true)).toBe(4)
    expect(await ask(session.id, false)).toBe(0)
    expect(await ask(session.id, false)).toBe(3)
    expect(await ask('all', true)).toBe(0)
    expect(await ask('all', true)).toBe(0)
    expect(await ask('all', false)).toBe(0)
    expect(await ask('nowhere', true)).toBe(1)
  })

  it('of all sessions end although the arguments are left out', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram('exec cat') })
    const seen = new Collected<string>()
    const stop = await app.client.subscribe(NotificationType.NOTIFY_ON_KEYSTROKE, () => seen.add('key'), {
      args: { keystrokeMonitorRequest: { advanced: true } },
    })
    await stop()
    const again = await app.client.call('notification', {
      session: 'all',
      subscribe: false,
      notificationType: NotificationType.NOTIFY_ON_KEYSTROKE,
    })
    expect(again.status).toBe(3)
    await app.client.call('sendText', { session: session.id, text: 'x' })
    expect(seen.items).toEqual([])
  })

  it('need to say whether they begin or end, and a variable that exists', async () => {
    const client = await connect()
    const notificationType = NotificationType.NOTIFY_ON_NEW_SESSION
    expect((await client.call('notification', { session: 'all', notificationType })).status).toBe(2)
    const monitor = { name: 'user.x', scope: VariableScope.TAB, identifier: 'all' }
    const refused = await client.call('notification', {
      session: 'all',
      subscribe: true,
      notificationType: NotificationType.NOTIFY_ON_VARIABLE_CHANGE,
      variableMonitorRequest: monitor,
    })
    expect(refused.status).toBe(6)
  })

  it('belong to their connection and go with it', async () => {
    const [gone, stays] = [await connect(), await connect()]
    const seen = new Collected<string>()
    await gone.subscribe(NotificationType.NOTIFY_ON_NEW_SESSION, () => seen.add('gone'))
    await stays.subscribe(NotificationType.NOTIFY_ON_NEW_SESSION, () => seen.add('stays'))
    gone.drop()
    await gone.closed
    await stays.call('createTab', {})
    await seen.first((who) => who === 'stays')
    expect(seen.items).toEqual(['stays'])
  })
})
