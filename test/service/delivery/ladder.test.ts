// iTerm2 is lost and comes back between a question and its answer: every step of the delivery, with real PTYs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Home, resolveHome } from '../../../src/lib/home.ts'
import { silentLogger } from '../../../src/lib/logger.ts'
import { commsAt } from '../../../src/mail/comms.ts'
import { Inbox } from '../../../src/mail/inbox.ts'
import { mailboxAt } from '../../../src/mail/mailbox.ts'
import type { OrchEvent } from '../../../src/service/api.ts'
import { createApp } from '../../../src/service/routes.ts'
import { Service } from '../../../src/service/service.ts'
import type { Session } from '../../../src/sessions/session.ts'
import { FakeIterm2 } from '../../support/fake-iterm2.ts'
import { parseArrived } from '../../support/stand-in-session.ts'

let iterm2: FakeIterm2
let home: Home
let service: Service
let events: OrchEvent[]
let work: string

const question = { question: 'Which one?', options: ['the first', 'the second'] }

beforeEach(async () => {
  process.env['ITERM_ORCH_TERMINAL'] = 'iterm2'
  iterm2 = await FakeIterm2.start()
  work = mkdtempSync(join(homedir(), 'w-'))
  home = resolveHome({ ITERM_ORCH_HOME: join(work, 'h') })
  service = await startService()
})

afterEach(async () => {
  await service.stop()
  await iterm2.close()
  rmSync(work, { recursive: true, force: true })
})

async function startService(): Promise<Service> {
  const started = new Service({
    home,
    log: silentLogger(),
    startHost: () => Promise.reject(new Error('no host is wanted')),
    platform: 'darwin',
  })
  events = []
  started.journal.on('event', (event) => events.push(event))
  await started.start()
  return started
}

async function launch(program: 'box' | 'dialogs', options: object): Promise<Session> {
  const file = fileURLToPath(new URL(`../../support/stand-ins/${program}.mjs`, import.meta.url))
  await service.launch({
    ...{ task: 'tidy', name: 'worker', agent: 'claude', cwd: work, args: [], layout: 'tabs', count: 1 },
    command: [process.execPath, file, join(work, 'log'), JSON.stringify(options)],
    env: { PATH: process.env['PATH'] ?? '' },
    ...{ tap: false, trust: false },
    brief: 'none',
  })
  const session = service.sessions.find('worker')
  return session
}

async function asked(): Promise<Session> {
  const session = await launch('dialogs', { dialogs: [question] })
  await until(() => service.escalations.openOf(session.id)?.prompt)
  return session
}

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function lost(session: Session): Promise<void> {
  await iterm2.apiOff()
  await until(() => session.terminal === undefined)
}

function arrived() {
  return parseArrived(join(work, 'log'))
}

function inbox(session: Session): string[] {
  const comms = commsAt(home.comms)
  const inbox = new Inbox(comms, mailboxAt(comms, session.info().mailbox))
  const unread = inbox.look()
  inbox.acknowledge(unread)
  return unread.threads.flatMap(({ messages }) => messages.map(({ text }) => text))
}

describe('an answer, when the API of iTerm2 is gone', () => {
  it('is typed through AppleScript while its very prompt is on the screen, and seen to be taken there', async () => {
    const session = await asked()
    await lost(session)
    const { id = '' } = service.escalations.openOf(session.id) ?? {}
    const { step, escalation } = await service.escalations.answer(
      id,
      { choice: '2' },
      { from: 'human', via: 'cli' },
    )
    expect(step).toBe('applescript')
    expect(arrived().filter(({ chose }) => chose)).toMatchObject([{ chose: 'the second' }])
    expect(escalation).toMatchObject({
      outcome: 'answered',
      deliveries: [
        { step: 'api', confirmed: false, why: expect.stringContaining('cannot be reached') },
        { step: 'applescript', confirmed: true, why: expect.stringContaining('left the screen') },
      ],
    })
    expect(iterm2.scripted).toEqual(['2'])
  })

  it('is not typed through AppleScript into another prompt', async () => {
    const session = await launch('dialogs', {
      dialogs: [
        { ...question, swapMs: 3_000 },
        { question: 'Delete everything?', options: ['Yes', 'No'] },
      ],
    })
    const { id } = await until(() => service.escalations.openOf(session.id))
    await until(() => service.escalations.openOf(session.id)?.prompt)
    await lost(session)
    await new Promise((resolve) => setTimeout(resolve, 3_200))
    const answered = service.escalations.answer(id, { choice: '1' }, { from: 'human', via: 'cli' })
    await expect(answered).rejects.toMatchObject({ code: 'prompt-changed' })
    expect(iterm2.scripted).toEqual([])
    expect(arrived().filter(({ got }) => got)).toEqual([])
  })

  it('waits in the mailbox when AppleScript is refused too, and is typed once when the API is back', async () => {
    const session = await asked()
    iterm2.automation = 'denied'
    await lost(session)
    const { id = '' } = service.escalations.openOf(session.id) ?? {}
    const taken = await service.escalations.answer(id, { choice: '2' }, { from: 'human', via: 'cli' })
    expect(taken).toMatchObject({ step: 'mailbox', queued: expect.any(String) })
    expect(service.escalations.find(id).deliveries.map(({ step, why }) => [step, why])).toEqual([
      ['api', expect.stringContaining('cannot be reached')],
      ['applescript', expect.stringContaining('macOS does not let this program control iTerm2')],
      ['mailbox', expect.stringContaining(taken.queued ?? '')],
    ])
    iterm2.automation = 'allowed'
    await iterm2.apiOn()
    await until(() => service.escalations.find(id).outcome)
    expect(service.escalations.find(id)).toMatchObject({ outcome: 'answered' })
    expect(arrived().filter(({ chose }) => chose)).toHaveLength(1)
    expect(inbox(session)).toEqual([])
  })

  it('that waits is answered with 202 over HTTP, and so is a text', async () => {
    const session = await asked()
    iterm2.automation = 'denied'
    await lost(session)
    const post = async (path: string, body: object) => {
      const answer = await createApp(service, () => undefined).request(path, {
        ...{ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      })
      return { status: answer.status, body: await answer.json() }
    }
    const { id = '' } = service.escalations.openOf(session.id) ?? {}
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
    iterm2.automation = 'denied'
    await lost(session)
    const { id = '' } = service.escalations.openOf(session.id) ?? {}
    await service.escalations.answer(id, { choice: '2' }, { from: 'human', via: 'cli' })
    expect(inbox(session)).toEqual(['2'])
    iterm2.automation = 'allowed'
    await iterm2.apiOn()
    const { deliveries } = await until(() => {
      const escalation = service.escalations.find(id)
      return escalation.outcome && escalation
    })
    expect(deliveries.at(-1)).toMatchObject({ step: 'mailbox', confirmed: true })
    expect(arrived().filter(({ got }) => got)).toEqual([])
  })

  it('that waits outlives the service', async () => {
    const session = await asked()
    iterm2.automation = 'denied'
    await lost(session)
    const { id = '' } = service.escalations.openOf(session.id) ?? {}
    await service.escalations.answer(id, { choice: 'the second' }, { from: 'human', via: 'cli' })
    await service.stop()
    iterm2.automation = 'allowed'
    await iterm2.apiOn()
    service = await startService()
    await until(() => service.escalations.find(id).outcome)
    expect(service.escalations.find(id)).toMatchObject({ outcome: 'answered' })
    expect(arrived().filter(({ chose }) => chose)).toMatchObject([{ chose: 'the second' }])
  })
})

describe('a text, when the API of iTerm2 is gone', () => {
  const say = (text: string, more: object = {}) => ({ text, submit: true, keys: [], ...more })

  it('is typed through AppleScript, as one paste and then Enter', async () => {
    const session = await launch('box', {})
    await until(() => session.info().state === 'idle')
    await lost(session)
    const result = await service.inject(session, say('go on'))
    expect(result).toMatchObject({ confirmed: true, delivered: 'applescript' })
    expect(arrived().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
    expect(iterm2.scripted).toEqual(['\u001b[200~go on\u001b[201~', '\r'])
  })

  it('waits in the mailbox, and is typed when the API is back; keys and secrets wait nowhere', async () => {
    const session = await launch('box', {})
    await until(() => session.info().state === 'idle')
    iterm2.automation = 'denied'
    await lost(session)
    const keys = service.inject(session, { submit: false, keys: ['enter'] })
    await expect(keys).rejects.toMatchObject({ code: 'terminal-unavailable' })
    const secret = service.inject(session, say('use ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6'))
    await expect(secret).rejects.toMatchObject({ code: 'terminal-unavailable' })
    const { queued, confirmed } = await service.inject(session, say('go on'))
    expect(confirmed).toBe(false)
    iterm2.automation = 'allowed'
    await iterm2.apiOn()
    await until(() => events.find((event) => event.type === 'delivered' && event.confirmed))
    expect(arrived().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
    expect(inbox(session)).toEqual([])
    const told = events.flatMap((event) => (event.type === 'delivered' ? [event] : []))
    expect(told.map(({ step, message }) => [step, message])).toEqual(
      ['api', 'applescript', 'mailbox', 'api'].map((step) => [step, queued]),
    )
    expect(readFileSync(home.events, 'utf8')).not.toContain('ghp_')
  })

  it('that may have been typed when the service was killed is given to the agent to decide', async () => {
    const session = await launch('box', {})
    await until(() => session.info().state === 'idle')
    iterm2.automation = 'denied'
    await lost(session)
    const { queued = '' } = await service.inject(session, say('go on'))
    await service.stop()
    const path = join(home.state, 'deliveries', `${queued}.json`)
    const { writeFileSync } = await import('node:fs')
    const { takeMessage } = await import('../../../src/mail/taker.ts')
    const comms = commsAt(home.comms)
    takeMessage(comms, mailboxAt(comms, session.info().mailbox), queued, 'terminal')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"waiting"', '"typing"'))
    iterm2.automation = 'allowed'
    await iterm2.apiOn()
    service = await startService()
    const [text] = await until(() => {
      const read = inbox(service.sessions.find('worker'))
      return read.length > 0 && read
    })
    expect(text).toMatch(/may have been typed .*\ngo on$/)
    expect(arrived().filter(({ submitted }) => submitted)).toEqual([])
  })
})
