import { expect, it } from 'vitest'
import { echoProgram, shellProgram } from './programs.ts'
import { getScreenContents } from './python-like-screen.ts'
import { useHost } from './use-host.ts'
import { untilScreen } from './watching.ts'

const { connect, connectApp } = useHost()

it('a session that floods does not keep a quiet neighbour waiting', async () => {
  const app = await connectApp()
  const quiet = await app.create({ command: shellProgram(echoProgram) })
  await untilScreen(app.client, quiet.session.id, (text) => text.includes('ready'))
  const flood = shellProgram(
    'yes "a line of output that is as long as lines are, more or less, in a log file"',
  )
  const floods = [await app.create({ command: flood }), await app.create({ command: flood })]
  const client = await connect()
  for (const { session } of floods) await untilScreen(client, session.id, (text) => text.includes('a line'))
  for (let round = 0; round < 30; round += 1) {
    await client.call('sendText', { session: quiet.session.id, text: `round ${round}\r` })
    await untilScreen(client, quiet.session.id, (text) => text.includes(`[round ${round}]`))
  }
  // They flood to the end: `yes` prints on, so the last line of their screens is one of theirs.
  for (const { session } of floods) await untilScreen(client, session.id, (text) => text.includes('a line'))
})

it('a flood can be stopped: Ctrl-C gets through, and the screen comes to rest', async () => {
  const app = await connectApp()
  const { session } = await app.create({
    command: shellProgram(`trap 'echo; echo stopped; exec cat' INT; yes`),
  })
  await untilScreen(app.client, session.id, (text) => text.includes('y\ny'))
  await app.client.call('sendText', { session: session.id, text: '\x03' })
  await untilScreen(app.client, session.id, (text) => text.includes('stopped'))
  const { text } = await getScreenContents(app.client, session.id)
  expect(text.endsWith('stopped')).toBe(true)
})
