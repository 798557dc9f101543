import { describe, expect, it } from 'vitest'
import { NotificationType, PromptMonitorMode } from '../../src/messages/iterm2.ts'
import { integratedShell, shellProgram } from './programs.ts'
import { hasField } from './python-messages.ts'
import { useHost } from './use-host.ts'
import { Collected, untilScreen } from './watching.ts'

const { connectApp } = useHost()

async function shellAtPrompt() {
  const app = await connectApp()
  const { session } = await app.create({ command: shellProgram(integratedShell) })
  await untilScreen(app.client, session.id, (text) => text.endsWith('>'))
  const run = async (line: string, shows: string) => {
    await app.client.call('sendText', { session: session.id, text: `${line}\r` })
    await untilScreen(app.client, session.id, (text) => text.includes(shows) && text.endsWith('>'))
  }
  return { client: app.client, session: session.id, run }
}

describe('prompts of a shell with integration', () => {
  it('are told as they happen: prompt, command start, command end with its status', async () => {
    const { client, session, run } = await shellAtPrompt()
    const events = new Collected<string>()
    const { PROMPT, COMMAND_START, COMMAND_END } = PromptMonitorMode
    await client.subscribe(
      NotificationType.NOTIFY_ON_PROMPT,
      ({ promptNotification: event }) => {
        expect(event.uniquePromptId).not.toBe('')
        if (hasField(event, 'prompt')) events.add(`prompt ${event.prompt.prompt.promptState}`)
        if (hasField(event, 'commandStart')) events.add(`start ${event.commandStart.command}`)
        if (hasField(event, 'commandEnd')) events.add(`end ${event.commandEnd.status}`)
      },
      { session, args: { promptMonitorRequest: { modes: [PROMPT, COMMAND_START, COMMAND_END] } } },
    )
    await run('echo one; exit 3', 'one')
    await events.first((event) => event.startsWith('prompt'))
    expect(events.items).toEqual(['start echo one; exit 3', 'end 3', 'prompt 0'])
  })

  it('are told alone when no modes were asked for', async () => {
    const { client, session, run } = await shellAtPrompt()
    const events = new Collected<string>()
    await client.subscribe(
      NotificationType.NOTIFY_ON_PROMPT,
      ({ promptNotification: event }) => events.add(hasField(event, 'prompt') ? 'prompt' : 'other'),
      { session },
    )
    await run('echo quiet', 'quiet')
    await events.first((event) => event === 'prompt')
    expect(events.items).toEqual(['prompt'])
  })

  it('are listed oldest first and read by id, with command, ranges, state and exit status', async () => {
    const { client, session, run } = await shellAtPrompt()
    await run('echo first', '\nfirst')
    await run('false', '> false')
    const { uniquePromptId: ids } = await client.call('listPrompts', { session })
    expect(ids).toHaveLength(3)
    const [first, second, last] = await Promise.all(
      ids.map((uniquePromptId) => client.call('getPrompt', { session, uniquePromptId })),
    )
    expect(first).toMatchObject({ status: 0, command: 'echo first', promptState: 2, exitStatus: 0 })
    expect(second).toMatchObject({ command: 'false', promptState: 2, exitStatus: 1 })
    expect(last?.promptState).toBe(0)
    expect(first?.promptRange.start).toMatchObject({ x: 0, y: 0 })
    expect(first?.promptRange.end).toMatchObject({ x: 2, y: 0 })
    expect(first?.commandRange.start).toMatchObject({ x: 2, y: 0 })
    expect(first?.outputRange.start).toMatchObject({ x: 0, y: 1 })
    const current = await client.call('getPrompt', { session })
    expect(current.uniquePromptId).toBe(ids.at(-1))
    const bounds = { firstUniqueId: ids[1] ?? '', lastUniqueId: ids[1] ?? '' }
    expect((await client.call('listPrompts', { session, ...bounds })).uniquePromptId).toEqual([ids[1]])
  })

  it('are unavailable without integration', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram('exec cat') })
    expect((await app.client.call('getPrompt', { session: session.id })).status).toBe(3)
    expect((await app.client.call('getPrompt', { session: 'nowhere' })).status).toBe(1)
  })
})

it('custom escape sequences arrive with identity and payload', async () => {
  const app = await connectApp()
  const { session } = await app.create({ command: shellProgram('exec cat') })
  const seen = new Collected<string>()
  await app.client.subscribe(
    NotificationType.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE,
    ({ customEscapeSequenceNotification: { senderIdentity, payload } }) =>
      seen.add(`${senderIdentity}|${payload}`),
    { session: session.id },
  )
  const data = Buffer.from('\x1b]1337;Custom=id=secret:a:b;c\x07')
  await app.client.call('inject', { sessionId: [session.id], data })
  await seen.first((item) => item === 'secret|a:b;c')
})
