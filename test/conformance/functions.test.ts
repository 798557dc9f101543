import { describe, expect, it } from 'vitest'
import { type RPCRegistrationRequest, VariableScope } from '../../src/messages/iterm2.ts'
import { shellProgram } from './programs.ts'
import { RpcException } from './python-like-client.ts'
import { useHost } from './use-host.ts'
import { Collected } from './watching.ts'

const { connect, connectApp } = useHost()

function registration(
  name: string,
  args: string[],
  more: RPCRegistrationRequest = {},
): RPCRegistrationRequest {
  return { name, arguments: args.map((argument) => ({ name: argument })), timeout: 5, ...more }
}

describe('a registered function', () => {
  it('is called with its arguments and gives its result to the caller', async () => {
    const [script, caller] = [await connect(), await connect()]
    await script.register(registration('join_all', ['b', 'a']), ({ a, b }) => ({ joined: `${a}-${b}` }))
    const invocation = String.raw`join_all(a: "x \"quoted\" \u00fc", b: [1, 2.5, true, null])`
    expect(await caller.invoke(invocation)).toEqual({ joined: 'x "quoted" ü-1,2.5,true,' })
  })

  it('may be called by its own script while that waits for the answer', async () => {
    const script = await connect()
    await script.register(registration('double', ['n']), ({ n }) => Number(n) * 2)
    expect(await script.invoke('double(n: double(n: 4))')).toBe(16)
  })

  it('gets its defaults from the scope of the caller', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    const defaults = [
      { name: 'id', path: 'id' },
      { name: 'maybe', path: 'user.unset?' },
    ]
    await app.client.register(registration('who', ['id', 'maybe'], { defaults }), (args) => args)
    const context = { session: { sessionId: session.id } }
    expect(await app.client.invoke('who()', context)).toEqual({ id: session.id, maybe: null })
    expect(await app.client.invoke('who(id: "given")', context)).toEqual({ id: 'given', maybe: null })
  })

  it('that throws gives its reason to the caller', async () => {
    const client = await connect()
    await client.register(registration('fails', []), () => {
      throw new Error('no luck today')
    })
    await expect(client.invoke('fails()')).rejects.toThrow(/no luck today/)
  })

  it('that is gone with its connection fails for the caller, and its name is free again', async () => {
    const [script, caller] = [await connect(), await connect()]
    await script.register(registration('transient', []), () => 'first')
    await expect(caller.register(registration('transient', []), () => 'second')).rejects.toThrow('status 5')
    script.drop()
    await caller.call('listSessions', {})
    await expect
      .poll(() =>
        caller.register(registration('transient', []), () => 'second').then(() => 'registered', String),
      )
      .toBe('registered')
    expect(await caller.invoke('transient()')).toBe('second')
  })

  it('with the same name and other arguments is another function', async () => {
    const client = await connect()
    await client.register(registration('same', ['a']), () => 'one')
    await client.register(registration('same', ['a', 'b']), () => 'two')
    expect(await client.invoke('same(a: 1)')).toBe('one')
    expect(await client.invoke('same(b: 1, a: 1)')).toBe('two')
  })

  it('needs a name and unique arguments', async () => {
    const client = await connect()
    for (const bad of [registration('', []), registration('a b', []), registration('f', ['x', 'x'])]) {
      await expect(client.register(bad, () => null)).rejects.toThrow('status 2')
    }
  })
})

describe('an invocation', () => {
  it('reads variables of its scope, optional ones as null', async () => {
    const app = await connectApp()
    const { session, tab } = await app.create()
    await app.client.register(registration('give', ['v']), ({ v }) => v)
    const inSession = { session: { sessionId: session.id } }
    expect(await app.client.invoke('give(v: tab.id)', inSession)).toBe(tab.id)
    expect(await app.client.invoke('give(v: user.nope?)', inSession)).toBeNull()
    expect(await app.client.invoke(String.raw`give(v: "<\(id)>")`, inSession)).toBe(`<${session.id}>`)
    await expect(app.client.invoke('give(v: user.nope)', inSession)).rejects.toThrow(RpcException)
  })

  it.each([
    ['no_such_function()', 2],
    ['this is (not', 2],
  ])('%s fails with status %d and a reason', async (invocation, status) => {
    const client = await connect()
    const reply = await client.call('invokeFunction', { app: {}, invocation })
    expect(reply.error.status).toBe(status)
    expect(reply.error.errorReason).not.toBe('')
  })

  it('without context is malformed, with an unknown one has an invalid id', async () => {
    const client = await connect()
    const malformed = await client.call('invokeFunction', { invocation: 'iterm2.count(array: [])' })
    expect(malformed.error.status).toBe(3)
    const invalid = await client.call('invokeFunction', {
      session: { sessionId: 'nowhere' },
      invocation: 'iterm2.count(array: [])',
    })
    expect(invalid.error.status).toBe(4)
  })

  it('times out when the function does not answer', async () => {
    const [script, caller] = [await connect(), await connect()]
    // Registered behind the double's back, so that nothing answers the call.
    const rpcRegistrationRequest = registration('sleeps', [])
    await script.call('notification', {
      session: 'all',
      subscribe: true,
      notificationType: 10,
      rpcRegistrationRequest,
    })
    script.socket.removeAllListeners('message')
    const reply = await caller.call('invokeFunction', { app: {}, invocation: 'sleeps()', timeout: 0.2 })
    expect(reply.error.status).toBe(1)
  })

  it('of a built-in names a session, titles a tab and a window', async () => {
    const app = await connectApp()
    const { session, tab, window } = await app.create()
    const named = new Collected<unknown>()
    const variable = { scope: VariableScope.SESSION, identifier: session.id, name: 'name' }
    await app.client.monitorVariable(variable, named.add)
    const method = (receiver: string) => ({ method: { receiver } })
    expect(await app.client.invoke('iterm2.set_name(name: "worker 1")', method(session.id))).toBeNull()
    await named.first((name) => name === 'worker 1')
    await app.refresh()
    expect(app.session(session.id)?.title).toBe('worker 1')
    await app.client.invoke('iterm2.set_title(title: "a tab")', method(tab.id))
    await app.client.invoke('iterm2.set_title(title: "a window")', method(window.id))
    const tabTitle = await app.client.call('variable', { tabId: tab.id, get: ['titleOverride'] })
    expect(JSON.parse(tabTitle.values[0] ?? '')).toBe('a tab')
    const windowTitle = await app.client.call('variable', { windowId: window.id, get: ['titleOverride'] })
    expect(JSON.parse(windowTitle.values[0] ?? '')).toBe('a window')
  })

  it('of a built-in moves through panes', async () => {
    const app = await connectApp()
    const left = await app.create()
    const right = await app.split(left.session.id)
    const method = { method: { receiver: left.tab.id } }
    const go = (direction: string) =>
      app.client.invoke(`iterm2.select_pane_in_direction(direction: "${direction}")`, method)
    expect(await go('left')).toBe(left.session.id)
    expect(await go('right')).toBe(right.session.id)
    expect(await go('above')).toBeNull()
  })

  it('of a built-in moves a session to a tab and a window of its own', async () => {
    const app = await connectApp()
    const first = await app.create({ command: shellProgram('exec cat') })
    const second = await app.split(first.session.id)
    const id = second.session.id
    const tabId = await app.client.invoke(`iterm2.move_session_to_new_tab(session: "${id}")`)
    await app.refresh()
    expect(app.tabOf(id)?.id).toBe(tabId)
    expect(app.tabOf(id)?.id).not.toBe(first.tab.id)
    const third = await app.split(id)
    const windowId = await app.client.invoke(
      `iterm2.move_session_to_new_window(session: "${third.session.id}")`,
    )
    await app.refresh()
    expect(app.windows.some((window) => window.id === windowId)).toBe(true)
  })

  it('of what needs a GUI fails with a reason', async () => {
    const client = await connect()
    const invocation = 'iterm2.alert(title: "t", subtitle: "s", buttons: ["OK"], window_id: null)'
    await expect(client.invoke(invocation)).rejects.toThrow(/^2: .+/)
  })
})
