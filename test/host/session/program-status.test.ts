import { describe, expect, test } from 'vitest'
import { changesOf, exitOf, feed, node, quiet, shows, start } from './sessions.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('in a session', () => {
  const records = (session: ReturnType<typeof quiet>) =>
    (session.variable('orch.programStatus') as { id: string; state: string }[]).map(({ id, state }) => [
      id,
      state,
    ])

  test('the query is answered with the same bytes as input', async () => {
    const session = node(`process.stdin.setRawMode(true)
      process.stdin.on('data', (data) => { console.log(JSON.stringify(String(data))); process.exit() })
      process.stdout.write('\\x1b]7501;?\\x1b\\\\')`)
    await shows(session, '"\\u001b]7501;?\\u001b\\\\"')
  })

  test('reports become a variable; prompt, reset and exit end what they end', async () => {
    const session = start(['cat'])
    const changes = changesOf(session, 'orch.programStatus')
    const reports = [
      'state=working',
      'state=blocked:id=q:kind=question',
      'state=done:id=d',
      'state=error:id=e',
    ]
    const all = reports.map((body) => `\x1b]7501;${body}\x07`).join('')
    await feed(session, all)
    expect(changes).toHaveLength(1)
    expect(records(session)).toEqual([
      ['', 'working'],
      ['d', 'done'],
      ['e', 'error'],
      ['q', 'blocked'],
    ])
    await feed(session, '\x1b[!p\x1b[?1049h\x1b[?1049l')
    expect(records(session)).toHaveLength(4)
    await feed(session, '\x1b]133;A\x07')
    expect(records(session)).toEqual([
      ['d', 'done'],
      ['e', 'error'],
    ])
    await feed(session, '\x1bc')
    expect(records(session)).toEqual([])
    await feed(session, all)
    const exit = exitOf(session)
    await session.write('\x04')
    await exit
    expect(records(session)).toEqual([
      ['d', 'done'],
      ['e', 'error'],
    ])
  })

  test('texts are shown without characters that hide or reverse', async () => {
    const session = quiet()
    await feed(session, `\x1b]7501;state=blocked:msg=${base64('rm\u202e -rf\u200b /\u{e0041}')}\x07`)
    expect(session.variable('orch.programStatus')).toMatchObject([{ msg: 'rm -rf /' }])
  })
})
