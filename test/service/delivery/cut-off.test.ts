// A service is killed between a text and its Enter: the next one looks at the screen before it presses anything.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Escalation } from '../../../src/escalation/escalation.ts'
import { commsAt } from '../../../src/mail/comms.ts'
import { mailboxAt } from '../../../src/mail/mailbox.ts'
import { takeMessage } from '../../../src/mail/taker.ts'
import type { Session } from '../../../src/sessions/session.ts'
import { setPolicy } from '../../support/escalation-scene.ts'
import { until, useFakeIterm2 } from '../../support/use-fake-iterm2.ts'

/** Each starts two services and loses a terminal, on machines that have other work, too. */
vi.setConfig({ testTimeout: 90_000 })

const world = useFakeIterm2()
const killed = (bytes: string) => {
  if (bytes === '\r') throw new Error('killed')
}

/** Asks on a line at the cursor, and says what it was answered. */
async function asks(question: string): Promise<{ session: Session; id: string }> {
  const script = `printf '${question} '; read answer; echo "got <$answer>"; sleep 600`
  const session = await world.launch(['/bin/sh', '-c', script])
  const { id } = await until(() => {
    const open = world.service.escalations.openOf(session.id)
    return open?.prompt && open
  })
  return { session, id }
}

/** What stands on the disk when the service is killed there. */
async function killedWhile(
  id: string,
  changes: Partial<Escalation['answers'][number]>,
  more: Partial<Escalation> = {},
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  await world.service.stop()
  await meanwhile()
  const path = join(world.home.escalations, `${id}.json`)
  const record: Escalation = JSON.parse(readFileSync(path, 'utf8'))
  const at = new Date().toISOString()
  const answer = { id: 'a1', from: 'human', via: 'cli' as const, at, verdict: 'delivering' as const }
  const answers = [{ ...answer, typedAt: at, ...changes }]
  writeFileSync(path, JSON.stringify({ ...record, ...more, answers }))
  await world.startService()
}

function change(path: string, how: (record: ReturnType<typeof JSON.parse>) => object): void {
  writeFileSync(path, JSON.stringify(how(JSON.parse(readFileSync(path, 'utf8')))))
}

async function screen(): Promise<string> {
  return (await world.service.sessions.find('worker').read(undefined, false)).lines.join('\n')
}

describe('an answer that stands there without its Enter', () => {
  it.each([
    ['QUESTION: which config?', { text: 'staging' }, 'staging', {}],
    ['PERMISSION: may I delete old.log? [y/n]', { choice: 'approve' }, 'y', {}],
    ['QUESTION: which one?', { text: 'staging' }, 'staging', { enteredAt: new Date().toISOString() }],
  ])('%s gets it, and is taken once', async (question, choice, typed, record) => {
    const { session, id } = await asks(question)
    const { fingerprint } = session.record.waitsFor?.prompt ?? {}
    await expect(session.answer({ ...choice, fingerprint, typing: killed })).rejects.toThrow('killed')
    await killedWhile(id, { choice, typed, ...record })
    await until(() => world.service.escalations.find(id).outcome)
    expect(world.service.escalations.find(id)).toMatchObject({
      outcome: 'answered',
      answers: [{ verdict: 'taken', typed, enteredAt: expect.any(String) }],
      deliveries: [{ why: expect.stringContaining('without its Enter') }],
    })
    expect((await screen()).match(/got <.*>/gu)).toEqual([`got <${typed}>`])
  })

  it('is taken when it had its Enter, however long the program then says nothing that can be read', async () => {
    const [asked, done] = [join(world.home.root, 'asked'), join(world.home.root, 'done')]
    // Prints what the terminal would echo, at a moment that the test chooses.
    const script = `printf 'QUESTION: which config? '; until [ -e '${asked}' ]; do sleep 0.05; done; echo staging; echo all is well; : > '${done}'; sleep 600`
    const session = await world.launch(['/bin/sh', '-c', script])
    const { id } = await until(
      () =>
        world.service.escalations.openOf(session.id)?.prompt && world.service.escalations.openOf(session.id),
    )
    const at = new Date().toISOString()
    await killedWhile(id, { choice: { text: 'staging' }, typed: 'staging', enteredAt: at }, {}, async () => {
      writeFileSync(asked, '')
      await until(() => existsSync(done))
    })
    await until(() => world.service.escalations.find(id).outcome)
    expect(world.service.escalations.find(id)).toMatchObject({
      outcome: 'answered',
      answers: [{ verdict: 'taken' }],
      deliveries: [{ why: expect.stringContaining('it had arrived') }],
    })
    await until(() => world.service.sessions.find(session.id).record.waitsFor === undefined)
    expect((await screen()).split('\n').filter((line) => line.includes('staging'))).toHaveLength(1)
  })

  it('is left to people when somebody has written more, and finished by the same answer when that is gone', async () => {
    const { session, id } = await asks('QUESTION: which config?')
    const choice = { text: 'staging' }
    const { fingerprint } = session.record.waitsFor?.prompt ?? {}
    await expect(session.answer({ ...choice, fingerprint, typing: killed })).rejects.toThrow('killed')
    await session.input('!')
    await killedWhile(id, { choice, typed: 'staging' })
    const failed = await until(() =>
      world.service.escalations.find(id).answers.find(({ verdict }) => verdict === 'failed'),
    )
    expect(failed.why).toContain('Look at the screen')
    const who = { from: 'human', via: 'cli' as const }
    await expect(world.service.escalations.answer(id, choice, who)).rejects.toMatchObject({
      code: 'prompt-changed',
    })
    expect(world.service.escalations.find(id).outcome).toBeUndefined()
    expect(await screen()).not.toContain('got <')
    await world.service.sessions.find('worker').input('\u007f')
    expect(await world.service.escalations.answer(id, choice, who)).toMatchObject({ already: false })
    expect((await screen()).match(/got <.*>/gu)).toEqual(['got <staging>'])
  })
})

describe('the answer of a rule of which the screen shows nothing', () => {
  it('goes up to somebody, and no rule types another, by the next service neither', async () => {
    const { id } = await asks('PERMISSION: may I delete old.log? [y/n]')
    setPolicy(world.home, '    - {name: go, action: approve, evidence: screen, match: {kind: permission}}')
    const rule = { from: 'go', via: 'policy' as const, rule: 'go' }
    const ladder = { level: 'policy' as const, ladder: ['policy' as const, 'desktop' as const] }
    await killedWhile(id, { ...rule, choice: { choice: 'approve' }, typed: 'y' }, ladder)
    await until(() => world.service.escalations.find(id).level === 'desktop')
    expect(world.service.escalations.find(id)).toMatchObject({
      answers: [{ verdict: 'failed', why: expect.stringContaining('not typed twice') }],
      raises: [{ from: 'policy', to: 'desktop', by: 'policy' }],
    })
    await world.service.stop()
    change(join(world.home.escalations, `${id}.json`), (record) => ({ ...record, ...ladder }))
    await world.startService()
    await until(() => world.service.escalations.find(id).level === 'desktop')
    expect(world.service.escalations.find(id)).toMatchObject({ answers: [{ verdict: 'failed' }] })
    expect(await screen()).not.toContain('got <')
  })
})

describe('an answer that waited in the mailbox, and stands there without its Enter', () => {
  it.each([
    ['when it was cut off while it was taken out of there', { stage: 'typing', typed: 'staging' }, {}],
    [
      'when it had been typed before it came there',
      {},
      { typed: 'staging', typedAt: '2026-01-01T00:00:00.000Z' },
    ],
  ])('gets it %s', async (_, waiting, record) => {
    const { session, id } = await asks('QUESTION: which config?')
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const who = { from: 'human', via: 'cli' as const }
    const { queued = '' } = await world.service.escalations.answer(id, { text: 'staging' }, who)
    await world.service.stop()
    change(join(world.home.state, 'deliveries', `${queued}.json`), (delivery) => ({
      ...delivery,
      ...waiting,
    }))
    change(join(world.home.escalations, `${id}.json`), ({ answers, ...escalation }) => {
      return { ...escalation, answers: [{ ...answers[0], ...record }] }
    })
    await world.iterm2.type(session.record.terminalSession ?? '', 'staging')
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await world.startService()
    await until(() => world.service.escalations.find(id).outcome)
    expect(world.service.escalations.find(id)).toMatchObject({
      outcome: 'answered',
      answers: [{ verdict: 'taken', typed: 'staging', enteredAt: expect.any(String) }],
    })
    expect((await screen()).match(/got <.*>/gu)).toEqual(['got <staging>'])
  })
})

describe('a text that waited, and stands in the input box without its Enter', () => {
  it.each([
    ['gets it', '', ['go on'], []],
    [
      'is given to the agent to decide when a draft stands next to it',
      ' and',
      [],
      [expect.stringContaining('go on')],
    ],
  ])('%s', async (_, more, submitted, given) => {
    const session = await world.launch('box')
    await until(() => session.info().state === 'idle')
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const text = { text: 'go on', submit: true, keys: [] }
    const { queued = '' } = await world.service.inject(session, text)
    await world.service.stop()
    const path = join(world.home.state, 'deliveries', `${queued}.json`)
    const comms = commsAt(world.home.comms)
    takeMessage(comms, mailboxAt(comms, session.info().mailbox), queued, 'terminal')
    const typing = { ...JSON.parse(readFileSync(path, 'utf8')), stage: 'typing', typed: 'go on' }
    writeFileSync(path, JSON.stringify(typing))
    await world.iterm2.type(session.record.terminalSession ?? '', `go on${more}`)
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await world.startService()
    await until(() => world.events.some(({ type }) => type === 'delivered'))
    expect(world.arrived().flatMap((line) => line.submitted ?? [])).toEqual(submitted)
    expect(world.inbox(world.service.sessions.find('worker'))).toEqual(given)
  })
})
