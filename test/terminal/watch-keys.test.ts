// The keyboard of a tab: what is subscribed to at the terminal, and what comes through of it.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Client } from '../../src/iterm2/client.ts'
import { KeystrokeNotificationAction, Modifiers, NotificationType } from '../../src/messages/iterm2.ts'
import { ApiTerminal } from '../../src/terminal/api-terminal.ts'
import { FakeTerminal } from '../support/fake-api-server.ts'

it('tells that keys go down, of this session alone, and of no shortcut, until nobody asks any more', async () => {
  const server = await FakeTerminal.start()
  const client = new Client({ socketPath: server.socketPath, cookie: 'c' })
  await client.connect()
  const terminal = new ApiTerminal(client, 'iterm2', 'for the test')
  const told: unknown[][] = []
  const leave = await terminal.watchKeys('S', (...arrived: unknown[]) => told.push(arrived))
  const press = (
    session: string,
    modifiers: Modifiers[] = [],
    action: KeystrokeNotificationAction = KeystrokeNotificationAction.KEY_DOWN,
  ) => server.notify({ keystrokeNotification: { session, characters: 'q', modifiers, action } })
  press('another')
  press('S', [Modifiers.COMMAND])
  press('S', [], KeystrokeNotificationAction.KEY_UP)
  press('S')
  press('S', [Modifiers.SHIFT])
  // Notifications keep their order: those before these two were looked at.
  while (told.length < 2) await delay(5)
  await leave()
  press('S')
  await terminal.disconnect()
  expect(told).toEqual([[], []])
  const type = NotificationType.NOTIFY_ON_KEYSTROKE
  expect(server.subscriptions).toMatchObject([
    { session: 'S', notificationType: type, subscribe: true },
    { session: 'S', notificationType: type, subscribe: false },
  ])
})
