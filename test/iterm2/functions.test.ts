import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../src/iterm2/json.ts'
import {
  NotificationResponseStatus,
  RPCRegistrationRequestRole,
  type ServerOriginatedRPCResultRequest,
} from '../../src/messages/iterm2.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

/** Calls a function as the terminal does and waits for the result. */
async function call(
  terminal: FakeTerminal,
  name: string,
  args: Record<string, string | undefined> = {},
): Promise<ServerOriginatedRPCResultRequest> {
  terminal.respond('serverOriginatedRpcResult', () => ({}))
  const results = () => terminal.requests('serverOriginatedRpcResult')
  const count = results().length
  const sorted = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))
  terminal.notify({
    serverOriginatedRpcNotification: {
      requestId: `rpc-${count}`,
      rpc: { name, arguments: sorted.map(([argument, jsonValue]) => ({ name: argument, jsonValue })) },
    },
  })
  await terminal.until(() => results().length > count)
  const result = results().at(-1) ?? {}
  expect(result.requestId).toBe(`rpc-${count}`)
  return result
}

describe('a registered function', () => {
  it('is registered with its arguments, defaults, timeout and role', async () => {
    const { terminal, client } = await connected()
    await client.registerFunction(
      {
        name: 'title',
        arguments: ['session', 'auto_name'],
        defaults: { session: 'id', auto_name: 'autoName?' },
        timeout: 2.5,
        role: RPCRegistrationRequestRole.SESSION_TITLE,
        sessionTitleAttributes: { displayName: 'Mine', uniqueIdentifier: 'a.b' },
      },
      () => '',
    )
    expect(terminal.subscriptions[0]?.rpcRegistrationRequest).toMatchObject({
      name: 'title',
      arguments: [{ name: 'session' }, { name: 'auto_name' }],
      defaults: [
        { name: 'session', path: 'id' },
        { name: 'auto_name', path: 'autoName?' },
      ],
      timeout: 2.5,
      role: RPCRegistrationRequestRole.SESSION_TITLE,
      sessionTitleAttributes: { displayName: 'Mine', uniqueIdentifier: 'a.b' },
    })
  })

  it('gets its arguments by name and answers with JSON', async () => {
    const { terminal, client } = await connected()
    const calls: unknown[] = []
    await client.registerFunction({ name: 'add', arguments: ['b', 'a', 'c'] }, async (args) => {
      calls.push(args)
      return { sum: Number(args['a']) + Number(args['b']) }
    })
    expect(await call(terminal, 'add', { a: '1', b: '2', c: undefined })).toMatchObject({
      jsonValue: '{"sum":3}',
    })
    expect(calls).toEqual([{ a: 1, b: 2, c: null }])
  })

  it('answers null when it gives nothing', async () => {
    const { terminal, client } = await connected()
    await client.registerFunction({ name: 'quiet' }, () => undefined)
    expect(await call(terminal, 'quiet')).toMatchObject({ jsonValue: 'null' })
  })

  it('is told from another one of its name by the arguments', async () => {
    const { terminal, client } = await connected()
    const answer = (text: JsonValue) => () => text
    await client.registerFunction({ name: 'f' }, answer('none'))
    await client.registerFunction({ name: 'f', arguments: ['x'] }, answer('one'))
    expect(await call(terminal, 'f')).toMatchObject({ jsonValue: '"none"' })
    expect(await call(terminal, 'f', { x: '1' })).toMatchObject({ jsonValue: '"one"' })
  })

  it('that fails answers with the reason', async () => {
    const { terminal, client } = await connected()
    await client.registerFunction({ name: 'fail' }, () => {
      throw new Error('no such luck')
    })
    const { jsonException, jsonValue } = await call(terminal, 'fail')
    expect(jsonValue).toBeUndefined()
    const exception: unknown = JSON.parse(jsonException ?? '')
    expect(exception).toEqual({ reason: 'no such luck', traceback: expect.stringContaining('no such luck') })
  })

  it('that gets no JSON answers with an exception and goes on', async () => {
    const { terminal, client } = await connected()
    await client.registerFunction({ name: 'f', arguments: ['x'] }, ({ x }) => x ?? null)
    expect((await call(terminal, 'f', { x: '{' })).jsonException).toContain('reason')
    expect(await call(terminal, 'f', { x: '{}' })).toMatchObject({ jsonValue: '{}' })
  })

  it('can be taken back, and calls of unknown ones are refused at once', async () => {
    const { terminal, client } = await connected()
    const takeBack = await client.registerFunction({ name: 'f' }, () => 1)
    await takeBack()
    expect(terminal.subscriptions.map(({ subscribe }) => subscribe)).toEqual([true, false])
    expect((await call(terminal, 'f')).jsonException).toContain('There is no function f()')
    await client.registerFunction({ name: 'f' }, () => 2)
    expect(await call(terminal, 'f')).toMatchObject({ jsonValue: '2' })
  })

  it('is answered again after a reconnect', async () => {
    const { terminal, client } = await connected({ reconnect: { sleep: async () => {} } })
    await client.registerFunction({ name: 'f' }, () => 1)
    const back = new Promise<void>((resolve) => client.once('reconnected', resolve))
    terminal.drop()
    await back
    expect(await call(terminal, 'f')).toMatchObject({ jsonValue: '1' })
  })

  it('cannot be registered twice, here or by two clients', async () => {
    const { terminal, client } = await connected()
    await client.registerFunction({ name: 'f', arguments: ['a', 'b'] }, () => 1)
    const twice = client.registerFunction({ name: 'f', arguments: ['b', 'a'] }, () => 2)
    await expect(twice).rejects.toMatchObject({ code: 'invalid-argument' })
    terminal.respond('notification', () => ({
      status: NotificationResponseStatus.DUPLICATE_SERVER_ORIGINATED_RPC,
    }))
    const taken = client.registerFunction({ name: 'g' }, () => 1)
    await expect(taken).rejects.toMatchObject({ status: 'DUPLICATE_SERVER_ORIGINATED_RPC' })
  })

  it.each([
    { name: '' },
    { name: 'a-b' },
    { name: 'f', arguments: ['ä'] },
    { name: 'f', arguments: ['x', 'x'] },
  ])('is refused before it is sent when its names are not allowed: %j', async (definition) => {
    const { terminal, client } = await connected()
    const registration = client.registerFunction(definition, () => 1)
    await expect(registration).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(terminal.received).toEqual([])
  })
})
