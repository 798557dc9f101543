// A person answers in a tab of iTerm2, past everything that is there for it: noticed by the keys, which are not kept.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Session } from '../../../src/sessions/session.ts'
import { until, useFakeIterm2 } from '../../support/use-fake-iterm2.ts'

const world = useFakeIterm2()
const question = { question: 'Which one?', options: ['the first', 'the second'] }

async function asked(dialog: object = question): Promise<{ session: Session; id: string }> {
  const session = await world.launch('dialogs', { dialogs: [dialog] })
  const { id } = await until(() => {
    const open = world.service.escalations.openOf(session.id)
    return open?.prompt && open
  })
  return { session, id }
}

async function outcomeOf(id: string) {
  await until(() => world.service.escalations.find(id).outcome)
  return world.service.escalations.find(id)
}

describe('a prompt in a tab of iTerm2', () => {
  it('that a person answers there is recorded so', async () => {
    const { session, id } = await asked()
    await world.iterm2.press(session.record.terminalSession ?? '', '2')
    expect(await outcomeOf(id)).toMatchObject({ outcome: 'answered-in-terminal', answers: [] })
    const closed = world.events.find(({ type }) => type === 'escalation-closed')
    expect(closed).toMatchObject({ from: 'human', via: 'terminal' })
    expect(world.arrived().filter(({ chose }) => chose)).toMatchObject([{ chose: 'the second' }])
  })

  it('is noticed to be answered there also after the service and the API were away', async () => {
    const { session, id } = await asked()
    await world.service.stop()
    await world.startService()
    const again = world.service.sessions.find('worker')
    await until(() => again.terminal)
    await world.lost(again)
    const reached = vi.spyOn(world.service.escalations, 'reached')
    await world.iterm2.apiOn()
    // Keys that come before the service knows the session again are told to nobody.
    await until(() => reached.mock.calls.length > 0 && again.info().state === 'waiting')
    await world.iterm2.press(session.record.terminalSession ?? '', '1')
    expect(await outcomeOf(id)).toMatchObject({ outcome: 'answered-in-terminal' })
  })

  it('that goes without a key is withdrawn', async () => {
    const { id } = await asked({ ...question, swapMs: 3_000 })
    expect(await outcomeOf(id)).toMatchObject({ outcome: 'withdrawn' })
  })

  it('leaves nothing of the keys on the disk', async () => {
    const { session, id } = await asked()
    await world.iterm2.press(session.record.terminalSession ?? '', 'qzx7\r')
    expect(await outcomeOf(id)).toMatchObject({ outcome: 'answered-in-terminal' })
    const files = readdirSync(world.home.root, { recursive: true, encoding: 'utf8' })
    const kept = files.filter((file) => /\.(?:jsonl?|log)$/.test(file) && textOf(file).includes('qzx7'))
    expect(kept).toEqual([])
  })
})

function textOf(file: string): string {
  return readFileSync(join(world.home.root, file), 'utf8')
}
