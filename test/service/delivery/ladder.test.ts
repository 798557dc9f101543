// iTerm2 is lost and comes back between a question and its answer: every step of the delivery, with real PTYs.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commsAt } from '../../../src/mail/comms.ts'
import { mailboxAt } from '../../../src/mail/mailbox.ts'
import { takeMessage } from '../../../src/mail/taker.ts'
import { createApp } from '../../../src/service/routes.ts'
import type { Session } from '../../../src/sessions/session.ts'
import { until, useFakeIterm2 } from '../../support/use-fake-iterm2.ts'

const world = useFakeIterm2()
const question = { question: 'Which one?', options: ['the first', 'the second'] }

async function asked(): Promise<Session> {
  const session = await world.launch('dialogs', { dialogs: [question] })
  await until(() => world.service.escalations.openOf(session.id)?.prompt)
  return session
}

describe('an answer, when the API of iTerm2 is gone', { timeout: 60_000 }, () => {
  it('is typed through AppleScript while its very prompt is on the screen, and seen to be taken there', async () => {
    const session = await asked()
    await world.lost(session)
    const { id = '' } = world.service.escalations.openOf(session.id) ?? {}
    const { step, escalation } = await world.service.escalations.answer(
      id,
      { choice: '2' },
      { from: 'human', via: 'cli' },
    )
    expect(step).toBe('applescript')
    expect(world.arrived().filter(({ chose }) => chose)).toMatchObject([{ chose: 'the second' }])
    expect(escalation).toMatchObject({
      outcome: 'answered',
      deliveries: [
        { step: 'api', confirmed: false, why: expect.stringContaining('cannot be reached') },
        { step: 'applescript', confirmed: true, why: expect.stringContaining('left the screen') },
      ],
    })
    expect(world.iterm2.scripted).toEqual(['2'])
  })

  it('is not typed through AppleScript into another prompt', async () => {
    const session = await world.launch('dialogs', {
      dialogs: [
        { ...question, swapMs: 3_000 },
        { question: 'Delete everything?', options: ['Yes', 'No'] },
      ],
    })
    const { id } = await until(() => world.service.escalations.openOf(session.id))
    await until(() => world.service.escalations.openOf(session.id)?.prompt)
    await world.lost(session)
    await new Promise((resolve) => setTimeout(resolve, 3_200))
    const answered = world.service.escalations.answer(id, { choice: '1' }, { from: 'human', via: 'cli' })
    await expect(answered).rejects.toMatchObject({ code: 'prompt-changed' })
    expect(world.iterm2.scripted).toEqual([])
    expect(world.arrived().filter(({ got }) => got)).toEqual([])
  })

  it('waits in the mailbox when AppleScript is refused too, and is typed once when the API is back', async () => {
    const session = await asked()
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const { id = '' } = world.service.escalations.openOf(session.id) ?? {}
    const taken = await world.service.escalations.answer(id, { choice: '2' }, { from: 'human', via: 'cli' })
    expect(taken).toMatchObject({ step: 'mailbox', queued: expect.any(String) })
    expect(world.service.escalations.find(id).deliveries.map(({ step, why }) => [step, why])).toEqual([
      ['api', expect.stringContaining('cannot be reached')],
      ['applescript', expect.stringContaining('macOS does not let this program control iTerm2')],
      ['mailbox', expect.stringContaining(taken.queued ?? '')],
    ])
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await until(() => world.service.escalations.find(id).outcome)
    expect(world.service.escalations.find(id)).toMatchObject({ outcome: 'answered' })
    expect(world.arrived().filter(({ chose }) => chose)).toHaveLength(1)
    expect(world.inbox(session)).toEqual([])
  })

  it('that waits is answered with 202 over HTTP, and so is a text', async () => {
    const session = await asked()
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const post = async (path: string, body: object) => {
      const answer = await createApp(world.service, () => undefined).request(path, {
        ...{ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      })
      return { status: answer.status, body: await answer.json() }
    }
    const { id = '' } = world.service.escalations.openOf(session.id) ?? {}
    const waits = {
      status: 202,
      body: { confirmed: false, delivered: 'mailbox', queued: expect.any(String) },
    }
    expect(await post(`/escalations/${id}/answer`, { choice: '2' })).toMatchObject(waits)
    expect(await post('/sessions/worker/inject', { text: 'go on' })).toMatchObject(waits)
    expect(await post('/sessions/worker/answer', { choice: '1' })).toMatchObject({
      status: 409,
      body: { error: { code: 'already-answered' } },
    })
  })

  it('that waits is not typed any more when the agent has read it', async () => {
    const session = await asked()
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const { id = '' } = world.service.escalations.openOf(session.id) ?? {}
    await world.service.escalations.answer(id, { choice: '2' }, { from: 'human', via: 'cli' })
    expect(world.inbox(session)).toEqual(['2'])
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    const { deliveries } = await until(() => {
      const escalation = world.service.escalations.find(id)
      return escalation.outcome && escalation
    })
    expect(deliveries.at(-1)).toMatchObject({ step: 'mailbox', confirmed: true })
    expect(world.arrived().filter(({ got }) => got)).toEqual([])
  })

  it('that waits outlives the service', async () => {
    const session = await asked()
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const { id = '' } = world.service.escalations.openOf(session.id) ?? {}
    await world.service.escalations.answer(id, { choice: 'the second' }, { from: 'human', via: 'cli' })
    await world.service.stop()
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await world.startService()
    await until(() => world.service.escalations.find(id).outcome)
    expect(world.service.escalations.find(id)).toMatchObject({ outcome: 'answered' })
    expect(world.arrived().filter(({ chose }) => chose)).toMatchObject([{ chose: 'the second' }])
  })
})

describe('a text, when the API of iTerm2 is gone', { timeout: 60_000 }, () => {
  const say = (text: string, more: object = {}) => ({ text, submit: true, keys: [], ...more })

  it('is typed through AppleScript, as one paste and then Enter', async () => {
    const session = await world.launch('box', {})
    await until(() => session.info().state === 'idle')
    await world.lost(session)
    const result = await world.service.inject(session, say('go on'))
    expect(result).toMatchObject({ confirmed: true, delivered: 'applescript' })
    expect(world.arrived().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
    expect(world.iterm2.scripted).toEqual(['\u001b[200~go on\u001b[201~', '\r'])
  })

  it('waits in the mailbox, and is typed when the API is back; keys and secrets wait nowhere', async () => {
    const session = await world.launch('box', {})
    await until(() => session.info().state === 'idle')
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const keys = world.service.inject(session, { submit: false, keys: ['enter'] })
    await expect(keys).rejects.toMatchObject({ code: 'terminal-unavailable' })
    const secret = world.service.inject(session, say('use ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6'))
    await expect(secret).rejects.toMatchObject({ code: 'terminal-unavailable' })
    const { queued, confirmed } = await world.service.inject(session, say('go on'))
    expect(confirmed).toBe(false)
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await until(() => world.events.find((event) => event.type === 'delivered' && event.confirmed))
    expect(world.arrived().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
    expect(world.inbox(session)).toEqual([])
    const told = world.events.flatMap((event) => (event.type === 'delivered' ? [event] : []))
    expect(told.map(({ step, message }) => [step, message])).toEqual(
      ['api', 'applescript', 'mailbox', 'api'].map((step) => [step, queued]),
    )
    expect(readFileSync(world.home.events, 'utf8')).not.toContain('ghp_')
  })

  it('that may have been typed when the service was killed is given to the agent to decide', async () => {
    const session = await world.launch('box', {})
    await until(() => session.info().state === 'idle')
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const { queued = '' } = await world.service.inject(session, say('go on'))
    await world.service.stop()
    const path = join(world.home.state, 'deliveries', `${queued}.json`)
    const comms = commsAt(world.home.comms)
    takeMessage(comms, mailboxAt(comms, session.info().mailbox), queued, 'terminal')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"waiting"', '"typing"'))
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await world.startService()
    const [text] = await until(() => {
      const read = world.inbox(world.service.sessions.find('worker'))
      return read.length > 0 && read
    })
    expect(text).toMatch(/may have been typed .*\ngo on$/)
    expect(world.arrived().filter(({ submitted }) => submitted)).toEqual([])
  })
})
