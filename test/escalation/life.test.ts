import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Escalation } from '../../src/escalation/escalation.ts'
import { EscalationWorld, permission, question } from '../support/escalation-world.ts'

const person = { from: 'human', via: 'cli' as const }
const minute = 60_000

describe('an escalation', () => {
  it('is on record before anyone is told, and told once however often it is heard of', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    expect(world.lines()).toMatchObject([
      { id, type: 'permission_request', options: ['1. Yes', '2. Yes, always', '3. No'] },
    ])
    for (let again = 0; again < 3; again++) await world.restart()
    expect(world.lines()).toHaveLength(1)
    expect(world.escalations.open()).toMatchObject([{ id, told: [{ to: 'claude', state: 'told' }] }])
  })

  it('gives way to the one of another prompt', () => {
    const world = new EscalationWorld()
    const session = world.session()
    const first = world.ask(session, 'permission', permission('f1'))
    const second = world.ask(session, 'permission', permission('f2'))
    expect(world.escalations.find(first.id).outcome).toBe('superseded')
    expect(world.escalations.open().map(({ id }) => id)).toEqual([second.id])
    expect(world.lines().map(({ type }) => type)).toEqual([
      'permission_request',
      'withdrawn',
      'permission_request',
    ])
  })

  it('learns its prompt, and from then on only those are asked who may grant it', async () => {
    const world = new EscalationWorld({ orchestrator: 'claude_cli_orch_7' })
    const session = world.session()
    const { id } = world.ask(session, 'question', undefined, 'it waits for you')
    expect(world.escalations.find(id).level).toBe('orchestrator')
    world.learn(session, permission('f1'))
    expect(world.escalations.find(id).prompt?.fingerprint).toBe('f1')
    expect(world.lines('claude_cli_orch_7')).toMatchObject([{ id }, { reply_to: id, fingerprint: 'f1' }])
  })

  it('that goes away and comes back at once was never away', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    world.gone(session)
    expect(world.escalations.find(id).outcome).toBe('withdrawn')
    world.clock.pass(1_000)
    world.ask(session, 'permission', permission('f1'))
    expect(world.escalations.open().map((one) => one.id)).toEqual([id])
    world.clock.pass(10_000)
    expect(world.lines()).toHaveLength(1)
    await world.escalations.answer(id, { choice: 'approve' }, person)
    expect(world.escalations.find(id).outcome).toBe('answered')
  })

  it('that goes away is taken back in its thread after a moment, also when the service stops before', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    world.ask(session, 'permission', permission('f1'))
    world.gone(session)
    expect(world.lines()).toHaveLength(1)
    await world.restart()
    expect(world.lines().map(({ type }) => type)).toEqual(['permission_request', 'withdrawn'])
    expect(world.files()).toEqual([])
    const other = world.ask(session, 'permission', permission('f1'))
    expect(world.escalations.open().map(({ id }) => id)).toEqual([other.id])
    world.gone(session)
    world.clock.pass(3_000)
    expect(world.lines().map(({ type }) => type)).toEqual([
      ...['permission_request', 'withdrawn', 'permission_request', 'withdrawn'],
    ])
  })

  it('of an answered prompt that is asked again at once is a new one, which is really answered', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const first = world.ask(session, 'permission', permission('f1'))
    await world.escalations.answer(first.id, { choice: 'approve' }, person)
    world.gone(session)
    world.clock.pass(500)
    const second = world.ask(session, 'permission', permission('f1'))
    expect(world.escalations.open().map(({ id }) => id)).toEqual([second.id])
    await world.escalations.answer(second.id, { choice: 'deny' }, person)
    expect(session.typed).toEqual(['approve', 'deny'])
  })

  it('is opened for a prompt that was asked again too fast for the watching to see it go', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const first = world.ask(session, 'permission', permission('f1'))
    await world.escalations.answer(first.id, { choice: 'approve' }, person)
    world.clock.pass(2_000)
    await vi.waitFor(() => expect(world.escalations.open()).toHaveLength(1))
    const [second] = world.escalations.open() as [Escalation]
    expect(second.id).not.toBe(first.id)
    await world.escalations.answer(second.id, { choice: 'approve' }, person)
    world.gone(session)
    world.clock.pass(60_000)
    expect(session.typed).toEqual(['approve', 'approve'])
    expect(world.escalations.open()).toEqual([])
  })

  it('of an error without a prompt is answered with words', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'error', undefined, 'API Error: 500')
    await expect(world.escalations.answer(id, { choice: 'approve' }, person)).rejects.toMatchObject({
      code: 'no-prompt',
    })
    expect(world.escalations.find(id).outcome).toBeUndefined()
    await world.escalations.answer(id, { text: 'try again' }, person)
    expect(session.typed).toEqual(['try again'])
    expect(world.escalations.find(id)).toMatchObject({ outcome: 'answered' })
  })

  it('of a session that is gone is closed with the reason', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    world.sessions.clear()
    await world.restart()
    expect(world.escalations.find(id)).toMatchObject({ outcome: 'withdrawn', closing: 'the session is gone' })
  })

  it('of a program that ends is expired where nobody had answered, and failed where an answer was lost', async () => {
    const world = new EscalationWorld()
    const [unanswered, answered, restarted] = [world.session(), world.session(), world.session()]
    const ids = [unanswered, answered, restarted].map(
      (session) => world.ask(session, 'permission', permission(`f-${session.id}`)).id,
    )
    for (const session of [answered, restarted])
      session.onAnswer = async () => {
        throw new Error('it did not leave the screen')
      }
    for (const id of ids.slice(1))
      await expect(world.escalations.answer(id, { choice: 'approve' }, person)).rejects.toThrow('leave')
    expect(ids.map((id) => world.escalations.find(id).outcome)).toEqual([undefined, undefined, undefined])
    world.ended(unanswered)
    world.ended(answered)
    const exit = { reason: 'killed', at: new Date(world.clock.now()).toISOString(), lastScreen: [] }
    restarted.record = { ...restarted.record, waitsFor: undefined, exit }
    await world.restart()
    expect(ids.map((id) => world.escalations.find(id))).toMatchObject([
      { outcome: 'expired', closing: 'the program has ended, and nobody had answered' },
      { outcome: 'failed', closing: expect.stringContaining('before the answer of human got there') },
      { outcome: 'failed', closing: expect.stringContaining('(killed) before the answer of human') },
    ])
    expect(world.lines().filter(({ type }) => type === 'withdrawn')).toHaveLength(3)
  })

  it('stays open while its terminal cannot be asked', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    session.record = { ...session.record, waitsFor: undefined }
    session.terminal = undefined
    await world.restart()
    world.clock.pass(minute)
    await settled()
    expect(world.escalations.find(id).outcome).toBeUndefined()
    session.terminal = {}
    world.clock.pass(5_000)
    await vi.waitFor(() => expect(world.escalations.find(id).outcome).toBe('withdrawn'))
  })

  it('goes up the ladder, stands while somebody is on it, and rings people once a level', async () => {
    const world = new EscalationWorld({ people: [{ name: 'desktop', to: 'this computer' }] })
    const session = world.session()
    const { id } = world.ask(session, 'question', question('f1'))
    await settled()
    world.escalations.acknowledge(id, 'desktop', 20 * minute)
    world.clock.pass(19 * minute)
    expect(world.rung).toEqual([])
    world.clock.pass(minute)
    await vi.waitFor(() => expect(world.rung).toHaveLength(1))
    await settled()
    world.clock.pass(10 * minute)
    await vi.waitFor(() => expect(world.rung.map(({ repeat }) => repeat)).toEqual([0, 1]))
    expect(world.escalations.find(id).level).toBe('human')
  })
})

describe('an answer', () => {
  it('is typed once: the first counts, the others are told whose it was', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    const answers = ['approve', 'deny', 'approve', 'deny'].map((choice, index) =>
      world.escalations.answer(id, { choice }, { ...person, from: index < 2 ? 'human' : 'desktop' }),
    )
    const results = await Promise.allSettled(answers)
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
    expect(results[1]).toMatchObject({ reason: { code: 'already-answered' } })
    expect(session.typed).toEqual(['approve'])
    const again = await world.escalations.answer(id, { choice: 'approve' }, person)
    expect(again.already).toBe(true)
    expect(world.escalations.find(id).answers.map(({ verdict }) => verdict)).toEqual([
      'taken',
      'late',
      'late',
      'late',
    ])
  })

  it('is refused when another prompt is in front, which is shown', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    session.inFront = permission('f2', 'May I delete everything?')
    await expect(world.escalations.answer(id, { choice: 'approve' }, person)).rejects.toThrow(
      'May I delete everything?',
    )
    expect(session.typed).toEqual([])
    expect(world.escalations.find(id).answers).toMatchObject([{ verdict: 'refused' }])
  })

  it('closes its own escalation, also when the next question is there before it is proven', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const first = world.ask(session, 'permission', permission('f1'))
    session.onAnswer = async () => {
      world.gone(session)
      world.ask(session, 'permission', permission('f2'))
    }
    await world.escalations.answer(first.id, { choice: 'approve' }, person)
    expect(world.escalations.find(first.id).outcome).toBe('answered')
    expect(world.escalations.open()).toMatchObject([{ prompt: { fingerprint: 'f2' } }])
  })

  it('is taken from a line that somebody appends, and from no line of the session', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    world.write({ from: 'claude_cli_played_1', type: 'permission_grant', text: 'y', reply_to: id })
    world.write({ from: `session_${session.id}`, type: 'permission_grant', text: 'y', reply_to: id })
    await vi.waitFor(() => expect(world.escalations.find(id).answers).toMatchObject([{ verdict: 'refused' }]))
    expect(world.lines().at(-1)).toMatchObject({ reply_to: expect.stringMatching(/^x/) })
    world.write({ from: 'desktop', text: 'n' })
    await vi.waitFor(() => expect(world.escalations.find(id).outcome).toBe('answered'))
    expect(session.typed).toEqual(['deny'])
    world.write({ from: 'desktop', text: 'y', reply_to: id })
    await vi.waitFor(() =>
      expect(world.lines().at(-1)?.['text']).toMatch(/^Nothing was typed: desktop has answered/),
    )
  })

  it('is told that it came too late also by the next service', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    await world.escalations.answer(id, { choice: 'deny' }, person)
    world.gone(session)
    await world.escalations.stop()
    world.write({ from: 'desktop', text: 'y', reply_to: id })
    world.clock.pass(0)
    await world.restart()
    await vi.waitFor(() => expect(world.lines().at(-1)?.['text']).toMatch(/^Nothing was typed/))
    expect(session.typed).toEqual(['deny'])
  })

  it('that holds a secret is on no disk', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(
      session,
      'credential',
      { ...permission('f1'), kind: 'credential', options: [] },
      'Password:',
    )
    await world.escalations.answer(id, { text: 'hunter2-hunter2' }, { ...person, secret: true })
    expect(session.typed).toEqual(['hunter2-hunter2'])
    const record = readFileSync(join(world.directory, 'closed', `${id}.json`), 'utf8')
    expect(`${record}${JSON.stringify(world.events)}${JSON.stringify(world.lines())}`).not.toContain(
      'hunter2',
    )
  })
})

describe('a service that was killed while it typed', () => {
  it.each([
    ['before the first key: types it', false, true, ['approve'], 'answered', 'taken'],
    ['before the first key, and the prompt is gone: types nothing', false, false, [], 'withdrawn', 'failed'],
    ['after the first key, and the prompt is gone: it was taken', true, false, [], 'answered', 'taken'],
    ['after the first key, and the prompt is there: asks again', true, true, [], undefined, 'failed'],
  ])('%s', async (_when, typed, inFront, keys, outcome, verdict) => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    await world.escalations.stop()
    killedWhileDelivering(world, id, typed)
    if (!inFront) session.inFront = undefined
    if (!inFront) session.record = { ...session.record, waitsFor: undefined }
    await world.restart()
    await vi.waitFor(() => expect(world.escalations.find(id).answers).toMatchObject([{ verdict }]), 10_000)
    expect(world.escalations.find(id).outcome).toBe(outcome)
    expect(session.typed).toEqual(keys)
  })

  it('believes the record of the session, when it says that this answer was taken', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    await world.escalations.stop()
    killedWhileDelivering(world, id, true)
    const at = new Date(world.clock.now() + 1_000).toISOString()
    session.record = { ...session.record, lastAnswer: { fingerprint: 'f1', chosen: 'Yes', at } }
    await world.restart()
    await vi.waitFor(() => expect(world.escalations.find(id).outcome).toBe('answered'))
    expect(session.typed).toEqual([])
  })
})

describe('a record that cannot be read', () => {
  it('is never overwritten; its blocker gets another one', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    const { id } = world.ask(session, 'permission', permission('f1'))
    await world.escalations.stop()
    const path = join(world.directory, `${id}.json`)
    writeFileSync(path, '{"version":2,"something":"else"}')
    await world.restart()
    expect(readFileSync(path, 'utf8')).toBe('{"version":2,"something":"else"}')
    const [other] = world.escalations.open() as [Escalation]
    expect(other).toMatchObject({ blocker: id, prompt: { fingerprint: 'f1' } })
    await world.restart()
    expect(world.escalations.open().map((one) => one.id)).toEqual([other.id])
    await world.escalations.answer(other.id, { choice: 'approve' }, person)
    expect(world.escalations.all().unreadable).toMatchObject([{ path }])
  })
})

describe('a full disk', () => {
  it('costs no blocker: it is escalated as soon as there is room, and told once', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    rmSync(world.directory, { recursive: true })
    writeFileSync(world.directory, 'in the way')
    const { id } = world.ask(session, 'permission', permission('f1'))
    expect(session.record.waitsFor?.id).toBe(id)
    expect(world.escalations.open()).toEqual([])
    world.clock.pass(5_000)
    rmSync(world.directory)
    await settled()
    world.clock.pass(5_000)
    await vi.waitFor(() => expect(world.escalations.open()).toMatchObject([{ id }]))
    await vi.waitFor(() => expect(world.lines()).toHaveLength(1))
  })

  it('where mail cannot be written is told when it can', async () => {
    const world = new EscalationWorld()
    const session = world.session()
    rmSync(world.comms, { recursive: true })
    writeFileSync(world.comms, 'in the way')
    const { id } = world.ask(session, 'permission', permission('f1'))
    await settled()
    expect(world.escalations.find(id).told).toMatchObject([{ state: 'failed' }])
    rmSync(world.comms)
    mkdirSync(world.comms)
    world.clock.pass(5_000)
    await vi.waitFor(() => expect(world.lines()).toMatchObject([{ id, type: 'permission_request' }]))
    expect(world.escalations.find(id)).toMatchObject({ level: 'desktop' })
  })
})

/** The record as it is between two steps of the delivery. */
function killedWhileDelivering(world: EscalationWorld, id: string, typed: boolean): void {
  const path = join(world.directory, `${id}.json`)
  const at = new Date(world.clock.now()).toISOString()
  const escalation = JSON.parse(readFileSync(path, 'utf8'))
  const answer = { id: 'a', ...person, at, choice: { choice: 'approve' }, verdict: 'delivering' }
  const answers = [{ ...answer, ...(typed && { typedAt: at }) }]
  writeFileSync(path, JSON.stringify({ ...escalation, answers }))
}

/** What follows from what was done is done by then. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
