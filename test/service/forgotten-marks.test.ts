import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { until, useFakeIterm2 } from '../support/use-fake-iterm2.ts'

const world = useFakeIterm2()

it('a tab whose session was forgotten while no service ran does not stay marked', async () => {
  const session = await world.launch('dialogs', { dialogs: [{ question: 'Which?', options: ['a', 'b'] }] })
  await until(() => world.service.escalations.openOf(session.id)?.prompt)
  const marks = () => readdirSync(join(world.home.state, 'marks')).filter((name) => name.endsWith('.json'))
  await until(() => marks().length === 1)
  await world.service.stop()
  rmSync(join(world.home.sessions, `${session.id}.json`))
  await world.startService()
  // The terminal is connected to when it is needed.
  await world.launch('box', {}, 'other')
  await until(() => marks().length === 0)
  expect(world.service.escalations.all().escalations).toMatchObject([{ outcome: expect.any(String) }])
})
