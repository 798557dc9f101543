import { beforeEach, describe, expect, it } from 'vitest'
import {
  type InvokeFunctionRequest,
  InvokeFunctionResponseStatus as InvokeStatus,
  NotificationType,
  RPCRegistrationRequestRole as Role,
  type RPCRegistrationRequest,
  NotificationResponseStatus as Status,
} from '../../../src/messages/iterm2.ts'
import {
  type MemoryHost,
  type MemorySession,
  nextTurn,
  startMemoryHost,
  TestConnection,
} from '../memory-host.ts'

let host: MemoryHost
let session: MemorySession
let script: TestConnection

beforeEach(async () => {
  host = startMemoryHost()
  session = await host.open()
  script = new TestConnection()
})

async function invoke(invocation: string, context: InvokeFunctionRequest = { app: {} }) {
  const { success, error } = await host.handlers.invokeFunction({ ...context, invocation }, host.connection)
  return success ? JSON.parse(success.jsonResult ?? '') : error
}

function register(rpcRegistrationRequest: RPCRegistrationRequest, subscribe = true, to = script) {
  const notificationType = NotificationType.NOTIFY_ON_SERVER_ORIGINATED_RPC
  return host.subscribe({ subscribe, notificationType, rpcRegistrationRequest }, to)
}

/** Waits for the next call and answers it. */
async function answer(index: number, reply: { jsonValue?: string; jsonException?: string }, from = script) {
  const { requestId = '', rpc } =
    (await script.expect(index + 1))[index]?.serverOriginatedRpcNotification ?? {}
  await host.handlers.serverOriginatedRpcResult({ requestId, ...reply }, from)
  return rpc
}

const argumentsNamed = (...names: string[]) => names.map((name) => ({ name }))
const failed = (reason: string) => ({
  status: InvokeStatus.FAILED,
  errorReason: expect.stringContaining(reason),
})

describe('an invocation', () => {
  it('is evaluated in the scope of its context', async () => {
    const inSession = { session: { sessionId: 'active' } }
    expect(await invoke('iterm2.count(array: [id, tab.id, user.x?])', inSession)).toBe(3)
    expect(
      await invoke('iterm2.urlEncode(string: "\\(id)/é")', { tab: { tabId: host.tabOf(session.id) } }),
    ).toBe(`${host.tabOf(session.id)}%2F%C3%A9`)
    const inWindow = { window: { windowId: host.windowOf(session.id) } }
    expect(await invoke('iterm2.urlEncode(string: currentTab.currentSession.id)', inWindow)).toBe(session.id)
    expect(
      await invoke('iterm2.get_profile_property(key: "Name")', { method: { receiver: session.id } }),
    ).toBe('Default')
    expect(await invoke('iterm2.get_profile_property(key: "toString")', inSession)).toBe(null)
  })

  it('fails with a reason', async () => {
    expect(await invoke('nothing(a: 1)')).toEqual(failed('no function nothing'))
    expect(await invoke('iterm2.count(list: [1])')).toEqual(failed('takes (array)'))
    expect(await invoke('iterm2.count(array: 1)')).toEqual(failed('must be a list'))
    expect(await invoke('iterm2.count(array: [user.x])')).toEqual(failed('user.x is not set'))
    expect(await invoke('iterm2.count(array: [1]')).toEqual(failed('at position'))
    expect(await invoke('iterm2.set_name(name: "x")')).toEqual(failed('belongs to a session'))
    expect(await invoke('iterm2.alert(title: "", subtitle: "", buttons: ["OK"], window_id: null)')).toEqual(
      failed('not supported'),
    )
  })

  it('needs an object that is there', async () => {
    const unknown = 'iterm2.count(array: [])'
    expect(await invoke(unknown, {})).toMatchObject({ status: InvokeStatus.REQUEST_MALFORMED })
    expect(await invoke(unknown, { method: {} })).toMatchObject({ status: InvokeStatus.REQUEST_MALFORMED })
    expect(await invoke(unknown, { session: { sessionId: 'X' } })).toMatchObject({
      status: InvokeStatus.INVALID_ID,
    })
    expect(await invoke(unknown, { tab: { tabId: 'X' } })).toMatchObject({ status: InvokeStatus.INVALID_ID })
    expect(await invoke(unknown, { window: {} })).toMatchObject({ status: InvokeStatus.INVALID_ID })
    expect(await invoke(unknown, { method: { receiver: 'X' } })).toEqual(failed('no object X'))
  })

  it('ends with its time, and makes no further call then', async () => {
    register({ name: 'slow' })
    register({ name: 'next' })
    expect(await invoke('slow(); next()', { app: {}, timeout: 0.01 })).toEqual({
      status: InvokeStatus.TIMEOUT,
    })
    await answer(0, { jsonValue: '1' })
    await nextTurn()
    expect(script.received).toHaveLength(1)
  })
})

describe('a registered function', () => {
  it('is called with its arguments sorted, defaults from the scope of the caller', async () => {
    const status = register({
      name: 'greet',
      arguments: argumentsNamed('who', 'from', 'extra'),
      defaults: [
        { name: 'from', path: 'session.id' },
        { name: 'extra', path: 'user.extra?' },
      ],
    })
    expect(status).toBe(Status.OK)
    const result = invoke('greet(who: ["a", true])', { session: { sessionId: session.id } })
    expect(await answer(0, { jsonValue: '{"ok":true}' })).toEqual({
      name: 'greet',
      arguments: [
        { name: 'extra' },
        { name: 'from', jsonValue: JSON.stringify(session.id) },
        { name: 'who', jsonValue: '["a",true]' },
      ],
    })
    expect(script.received[0]?.serverOriginatedRpcNotification?.requestId).toMatch(/^rpc-\d+$/)
    expect(await result).toEqual({ ok: true })
    expect(await invoke('greet(who: 1)')).toEqual(failed('session.id is not set'))
    expect(await invoke('greet(who: 1, nobody: 2)')).toEqual(failed('but greet(extra,from,who)'))
    expect(await invoke('greet(from: 1)')).toEqual(failed('There is no greet(from)'))
  })

  it('may fail, be late, or end with its script', async () => {
    register({ name: 'f', timeout: 0.05 })
    const exception = invoke('f()')
    await answer(0, { jsonException: '{"reason":"no such luck","traceback":"…"}' })
    expect(await exception).toEqual(failed('no such luck'))
    expect(await invoke('f()')).toEqual(failed('Timeout'))
    await answer(1, { jsonValue: '1' })
    const nonsense = invoke('f()')
    await answer(2, { jsonValue: 'nonsense' })
    expect(await nonsense).toEqual(failed('not JSON'))
    const nothing = invoke('f()')
    await answer(3, {})
    expect(await nothing).toBe(null)
    const ended = invoke('f()')
    await script.expect(5)
    script.close()
    expect(await ended).toEqual(failed('has ended'))
    expect(await invoke('f()')).toEqual(failed('no function f'))
  })

  it('is answered only by the connection that registered it', async () => {
    register({ name: 'f' })
    const result = invoke('f()')
    await answer(0, { jsonValue: '"forged"' }, new TestConnection())
    await answer(0, { jsonValue: '"true"' })
    expect(await result).toBe('true')
  })

  it('is known by its name and its arguments in any order', () => {
    const other = new TestConnection()
    expect(register({ name: 'f', arguments: argumentsNamed('a', 'b') })).toBe(Status.OK)
    expect(register({ name: 'f', arguments: argumentsNamed('b', 'a') }, true, other)).toBe(
      Status.DUPLICATE_SERVER_ORIGINATED_RPC,
    )
    expect(register({ name: 'f', arguments: argumentsNamed('a') }, true, other)).toBe(Status.OK)
    expect(register({ name: 'f', arguments: argumentsNamed('a', 'b') }, false, other)).toBe(
      Status.NOT_SUBSCRIBED,
    )
    expect(register({ name: 'f', arguments: argumentsNamed('a', 'b') }, false)).toBe(Status.OK)
    expect(register({ name: 'f', arguments: argumentsNamed('a', 'b') }, true, other)).toBe(Status.OK)
    other.close()
    expect(register({ name: 'f', arguments: argumentsNamed('a') })).toBe(Status.OK)
  })

  it.each<[string, RPCRegistrationRequest]>([
    ['no name', {}],
    ['a dotted name', { name: 'a.b' }],
    ['a letter beyond ASCII', { name: 'é' }],
    ['an argument twice', { name: 'f', arguments: argumentsNamed('a', 'a') }],
    ['an empty argument', { name: 'f', arguments: argumentsNamed('') }],
    ['a default for no argument', { name: 'f', defaults: [{ name: 'x', path: 'id' }] }],
    ['a role without its identifier', { name: 'f', role: Role.SESSION_TITLE }],
  ])('with %s is malformed', (_, registration) => {
    expect(register(registration)).toBe(Status.REQUEST_MALFORMED)
  })

  it('makes the title of sessions whose profile says so', async () => {
    host.sessionProfiles.change(session.id, {
      'Title Components': 16,
      'Title Function': ['My title', 'com.example.my-title'],
    })
    const status = register({
      name: 'title',
      arguments: argumentsNamed('name'),
      defaults: [{ name: 'name', path: 'session.user.x?' }],
      role: Role.SESSION_TITLE,
      sessionTitleAttributes: { displayName: 'My title', uniqueIdentifier: 'com.example.my-title' },
    })
    expect(status).toBe(Status.OK)
    expect(await answer(0, { jsonValue: '"first"' })).toEqual({
      name: 'title',
      arguments: [{ name: 'name' }],
    })
    await nextTurn()
    const read = () =>
      invoke('iterm2.urlEncode(string: presentationName)', { session: { sessionId: session.id } })
    expect(await read()).toBe('first')
    session.set('user.x', 'changed')
    expect(await answer(1, { jsonValue: '"second"' })).toMatchObject({
      arguments: [{ jsonValue: '"changed"' }],
    })
    await nextTurn()
    expect(await read()).toBe('second')
    script.close()
    expect(await read()).toBe('Default')
  })
})
