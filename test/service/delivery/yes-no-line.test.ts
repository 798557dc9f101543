// A plain program asks on a line, `[y/n]`: what is typed into it later, and what a service that comes back makes of it.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../../src/sessions/session.ts'
import { until, useFakeIterm2 } from '../../support/use-fake-iterm2.ts'

const world = useFakeIterm2()

/** Prints on after its answer, so that the line stands further up; waits for a second one to say more. */
const script = `
printf 'Overwrite the file? [y/n] '; read -r answer; echo "got $answer"
i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo "step $i"; done
read -r more; echo "more $more"; sleep 600`

async function asked(): Promise<{ session: Session; id: string }> {
  const session = await world.launch(['/bin/sh', '-c', script])
  const { id } = await until(() => {
    const open = world.service.escalations.openOf(session.id)
    return open?.prompt && open
  })
  return { session, id }
}

async function shows(session: Session, text: string): Promise<void> {
  await until(() => session.lastLines().some((line) => line.includes(text)))
}

/** Longer than somebody who types is taken for the one who answered, in ms. */
const longMs = 5_500

describe('a [y/n] line', () => {
  it('that is answered by what `inject` left waiting is answered when that is typed, not when it was asked for', async () => {
    const { session, id } = await asked()
    world.iterm2.automation = 'denied'
    await world.lost(session)
    const typed = { text: 'y', submit: true, keys: [] }
    expect(await world.service.inject(session, typed)).toMatchObject({ confirmed: false })
    await sleep(longMs)
    expect(world.service.escalations.find(id).outcome).toBeUndefined()
    world.iterm2.automation = 'allowed'
    await world.iterm2.apiOn()
    await shows(session, 'got y')
    await until(() => world.service.escalations.find(id).outcome)
    expect(world.service.escalations.find(id)).toMatchObject({ outcome: 'answered' })
    const closed = world.events.find(({ type }) => type === 'escalation-closed')
    expect(closed).toMatchObject({ from: 'human', via: 'cli' })
  })

  it('that was answered asks nothing again after the service was started again, while it stands further up', async () => {
    const { session, id } = await asked()
    await world.service.escalations.answer(id, { choice: 'approve' }, { from: 'human', via: 'cli' })
    await shows(session, 'step 5')
    for (let again = 0; again < 2; again++) {
      await world.service.stop()
      await world.startService()
      const found = world.service.sessions.find('worker')
      await until(() => found.terminal)
      // Something new on the screen was read, with the old line above it.
      await found.inject({ text: `again ${again}`, submit: true, keys: [] })
      await until(() => found.lastLines().some((line) => line.includes(`again ${again}`)))
      await sleep(1_000)
      expect(world.service.escalations.open()).toEqual([])
    }
    expect(world.service.escalations.all().escalations).toMatchObject([{ id, outcome: 'answered' }])
  })
})
