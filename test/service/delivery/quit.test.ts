// Somebody quits iTerm2, switches its API off or takes a permission back while an agent waits, and undoes it later.
import { describe, expect, it } from 'vitest'
import type { AnswerTaken } from '../../../src/escalation/answer-desk.ts'
import type { Session } from '../../../src/sessions/session.ts'
import { until, useFakeIterm2 } from '../../support/use-fake-iterm2.ts'

const world = useFakeIterm2()
const person = { from: 'human', via: 'cli' } as const
const question = { question: 'Which one?', options: ['the first', 'the second'] }

async function asked(): Promise<{ session: Session; id: string }> {
  const session = await world.launch('dialogs', { dialogs: [question] })
  const { id } = await until(() => {
    const open = world.service.escalations.openOf(session.id)
    return open?.prompt && open
  })
  return { session, id }
}

function answer(id: string): Promise<AnswerTaken> {
  return world.service.escalations.answer(id, { choice: '2' }, person)
}

/** The steps on record, with their reasons. */
function steps(id: string): [step: string, confirmed: boolean, why: string][] {
  const { deliveries } = world.service.escalations.find(id)
  return deliveries.map(({ step, confirmed, why }) => [step, confirmed, why])
}

async function over(id: string) {
  await until(() => world.service.escalations.find(id).outcome)
  return world.service.escalations.find(id)
}

const chosen = () => world.arrived().flatMap((line) => line.chose ?? [])
const refused = ['applescript', false, expect.stringContaining('does not let this program control iTerm2')]

/** What is said of a session that cannot be reached; it says why when that is known. */
function unreachable(session: Session, why: string): Promise<unknown> {
  return until(() => session.terminal === undefined && session.info().reason.includes(why))
}

describe('an answer that is given while iTerm2 is quit', { timeout: 60_000 }, () => {
  const notReached = ['api', false, expect.stringContaining('cannot be reached')]
  const notRunning = ['applescript', false, expect.stringContaining('iTerm2 is not running')]

  it('waits in the mailbox, and is typed once when iTerm2 is back', async () => {
    const { session, id } = await asked()
    await world.quit(session)
    const { queued = '' } = await answer(id)
    const waits = ['mailbox', false, expect.stringContaining(queued)]
    expect(steps(id)).toEqual([notReached, notRunning, waits])
    await expect(answer(id)).resolves.toMatchObject({ already: true })
    await world.iterm2.open()
    expect(await over(id)).toMatchObject({ outcome: 'answered', answers: [{ verdict: 'taken' }] })
    expect(steps(id).slice(3)).toEqual([['api', true, expect.any(String)]])
    expect(chosen()).toEqual(['the second'])
    expect(world.inbox(session)).toEqual([])
    expect(world.iterm2.scripted).toEqual([])
  })

  it('is not typed when the agent has read it first', async () => {
    const { session, id } = await asked()
    await world.quit(session)
    await answer(id)
    expect(world.inbox(session)).toEqual(['2'])
    await world.iterm2.open()
    expect(await over(id)).toMatchObject({ outcome: 'answered' })
    expect(steps(id).slice(2)).toEqual([
      ['mailbox', false, expect.any(String)],
      ['mailbox', true, 'the agent read it in its mailbox'],
    ])
    await until(() => session.terminal)
    expect(world.arrived().filter(({ got }) => got)).toEqual([])
  })

  it('is typed once also where the service was away when iTerm2 came back', async () => {
    const { session, id } = await asked()
    await world.quit(session)
    await answer(id)
    await world.service.stop()
    await world.startService()
    expect(world.service.escalations.find(id).outcome).toBeUndefined()
    await world.service.stop()
    await world.iterm2.open()
    await world.startService()
    expect(await over(id)).toMatchObject({ outcome: 'answered' })
    expect(chosen()).toEqual(['the second'])
  })

  it('fails, and stays in the mailbox, when iTerm2 comes back without the session', async () => {
    const { session, id } = await asked()
    await world.quit(session)
    await answer(id)
    await world.iterm2.closeTab(session.record.terminalSession ?? '')
    await world.iterm2.open()
    expect(await over(id)).toMatchObject({
      outcome: 'failed',
      answers: [{ verdict: 'failed', why: expect.stringContaining('the message is in its mailbox') }],
    })
    expect(world.inbox(session)).toEqual(['2'])
    expect(world.arrived().filter(({ got }) => got)).toEqual([])
  })
})

describe('an answer that is given while iTerm2 runs and lets nobody in', { timeout: 60_000 }, () => {
  it('waits with the reasons while the API is off and Apple events are refused', async () => {
    const { session, id } = await asked()
    world.iterm2.automation = 'denied'
    await world.iterm2.apiOff()
    await unreachable(session, 'its Python API is off')
    const { queued = '' } = await answer(id)
    const off = ['api', false, expect.stringContaining('its Python API is off')]
    expect(steps(id)).toEqual([off, refused, ['mailbox', false, expect.stringContaining(queued)]])
    await world.iterm2.apiOn()
    world.iterm2.automation = 'allowed'
    expect(await over(id)).toMatchObject({ outcome: 'answered' })
    expect(chosen()).toEqual(['the second'])
  })

  it('waits with the reasons when the permission was taken back, and is typed once when it is given again', async () => {
    const { session, id } = await asked()
    await world.quit(session)
    world.iterm2.automation = 'denied'
    await world.iterm2.open()
    await unreachable(session, 'does not let this program control')
    await answer(id)
    expect(steps(id)).toEqual([
      ['api', false, expect.stringContaining('does not let this program control')],
      refused,
      ['mailbox', false, expect.any(String)],
    ])
    world.iterm2.automation = 'allowed'
    expect(await over(id)).toMatchObject({ outcome: 'answered' })
    expect(steps(id).at(-1)).toEqual([expect.stringMatching(/api|applescript/), true, expect.any(String)])
    expect(chosen()).toEqual(['the second'])
  })
})

describe('a text that waits', { timeout: 60_000 }, () => {
  it('is not typed into the program that was started in the place of the one that it was for', async () => {
    const session = await world.launch('box')
    await until(() => session.info().state === 'idle')
    await world.quit(session)
    const { queued } = await world.service.inject(session, { text: 'go on', submit: true, keys: [] })
    expect(queued).toBeDefined()
    session.update({ startedAt: new Date(Date.now() + 1).toISOString() })
    await world.iterm2.open()
    await until(() =>
      world.events.find((event) => event.type === 'delivered' && /started again/.test(event.why)),
    )
    expect(world.arrived().flatMap(({ submitted }) => submitted ?? [])).toEqual([])
    expect(world.inbox(session)).toEqual(['go on'])
  })
})
