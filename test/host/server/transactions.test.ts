import { beforeEach, describe, expect, it, vi } from 'vitest'
import { TransactionResponseStatus as Status } from '../../../src/messages/iterm2.ts'
import { connect, type RawClient, type ServedHost, serve } from './serve.ts'

let host: ServedHost
let owner: RawClient
let other: RawClient

beforeEach(async () => {
  host = await serve()
  owner = await connect(host)
  other = await connect(host)
})

const begin = (client: RawClient) => client.call({ transactionRequest: { begin: true } })
const end = (client: RawClient) => client.call({ transactionRequest: { begin: false } })

describe('a transaction', () => {
  it('lets its owner through and keeps the others waiting, in order', async () => {
    expect((await begin(owner)).transactionResponse?.status).toBe(Status.OK)
    const ids = [other.send({ focusRequest: {} }), other.send({ listSessionsRequest: {} }), other.send({})]
    await owner.call({ focusRequest: {} })
    expect(other.received).toEqual([])
    expect((await end(owner)).transactionResponse?.status).toBe(Status.OK)
    await other.reply(ids[2] ?? 0)
    expect(other.received.map((message) => message.id)).toEqual(ids)
  })

  it('is neither nested nor ended twice', async () => {
    await begin(owner)
    expect((await begin(owner)).transactionResponse?.status).toBe(Status.ALREADY_IN_TRANSACTION)
    await end(owner)
    expect((await end(owner)).transactionResponse?.status).toBe(Status.NO_TRANSACTION)
  })

  it('of one who waited begins when its turn comes, and the rest wait for that one', async () => {
    const third = await connect(host)
    await begin(owner)
    const began = other.send({ transactionRequest: { begin: true } })
    await owner.call({ focusRequest: {} })
    const asked = third.send({ focusRequest: {} })
    await owner.call({ focusRequest: {} })
    await end(owner)
    expect((await other.reply(began)).transactionResponse?.status).toBe(Status.OK)
    await other.call({ focusRequest: {} })
    expect(third.received).toEqual([])
    await end(other)
    await third.reply(asked)
  })

  it('ends with its owner', async () => {
    await begin(owner)
    const first = other.send({ focusRequest: {} })
    owner.webSocket.drop()
    await other.reply(first)
  })

  it('ends when its time is over, and its owner is told at the end', async () => {
    const impatient = await serve({ transactionTimeoutMs: 50 })
    const [slow, waiting] = [await connect(impatient), await connect(impatient)]
    await begin(slow)
    await waiting.call({ focusRequest: {} })
    expect((await end(slow)).transactionResponse?.status).toBe(Status.NO_TRANSACTION)
  })

  it('freezes every session, the ones opened in it too, and thaws them', async () => {
    await owner.call({ createTabRequest: {} })
    const calls: string[] = []
    const [session] = host.sessions
    if (!session) throw new Error('no session')
    vi.spyOn(session, 'freeze').mockImplementation(() => calls.push('freeze'))
    vi.spyOn(session, 'thaw').mockImplementation(() => calls.push('thaw'))
    await begin(owner)
    expect(calls).toEqual(['freeze'])
    await end(owner)
    expect(calls).toEqual(['freeze', 'thaw'])
  })

  it('leaves a client that floods in it without more memory than 256 requests', async () => {
    await begin(owner)
    const ids = Array.from({ length: 2000 }, () => other.send({ focusRequest: {} }))
    await owner.call({ focusRequest: {} })
    await end(owner)
    await other.reply(ids.at(-1) ?? 0)
    expect(other.received.map((message) => message.id)).toEqual(ids)
  })
})
