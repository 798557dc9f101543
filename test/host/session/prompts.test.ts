import { expect, test } from 'vitest'
import type { PromptEvent } from '../../../src/host/session-types.ts'
import { feed, quiet, start, until } from './sessions.ts'

const mark = (text: string) => `\x1b]133;${text}\x07`

function eventsOf(session: ReturnType<typeof quiet>): PromptEvent[] {
  const events: PromptEvent[] = []
  session.on('prompt', (event) => events.push(event))
  return events
}

test('a prompt goes from editing over running to finished, with its ranges', async () => {
  const session = quiet()
  const events = eventsOf(session)
  await feed(session, `\x1b]1337;CurrentDir=/tmp\x07before\r\n${mark('A')}$ ${mark('B')}`)
  const id = session.promptIds()[0] ?? ''
  expect(id).toMatch(/^[0-9A-F-]{36}$/)
  const editing = {
    status: 0,
    uniquePromptId: id,
    promptState: 0,
    workingDirectory: '/tmp',
    promptRange: { start: { x: 0, y: 1 }, end: { x: 2, y: 1 } },
    commandRange: { start: { x: 2, y: 1 }, end: { x: 2, y: 1 } },
    command: '',
  }
  expect(events).toEqual([{ kind: 'prompt', prompt: editing }])

  await feed(session, `make all\r\n${mark('C')}out`)
  expect(events[1]).toEqual({ kind: 'command-start', promptId: id, command: 'make all' })
  expect(session.variable('lastCommand')).toBe('make all')
  expect(session.prompt()).toEqual({
    ...editing,
    promptState: 1,
    command: 'make all',
    commandRange: { start: { x: 2, y: 1 }, end: { x: 0, y: 2 } },
    outputRange: { start: { x: 0, y: 2 }, end: { x: 3, y: 2 } },
  })

  await feed(session, `\r\n${mark('D;3')}${mark('A')}$ ${mark('B')}`)
  expect(events[2]).toEqual({ kind: 'command-end', promptId: id, status: 3 })
  expect(session.prompt(id)).toMatchObject({
    promptState: 2,
    exitStatus: 3,
    outputRange: { start: { x: 0, y: 2 }, end: { x: 0, y: 3 } },
  })
  expect(session.promptIds()).toHaveLength(2)
  expect(session.prompt('other')).toBeUndefined()
})

test('a command that was given up sends nothing', async () => {
  const session = quiet()
  await feed(session, `${mark('A')}$ ${mark('B')}`)
  const events = eventsOf(session)
  await feed(session, `^C\r\n${mark('D')}${mark('D;130')}`)
  expect(events).toEqual([])
  expect(session.prompt()).not.toHaveProperty('exitStatus')
})

test('a prompt that is drawn again is the same prompt', async () => {
  const session = quiet()
  const events = eventsOf(session)
  const prompt = `\r\x1b[K${mark('A')}$ ${mark('B')}`
  await feed(session, `${prompt}${prompt}`)
  expect(session.promptIds()).toHaveLength(1)
  expect(events).toHaveLength(1)
})

test('a long command that wraps, and one of several lines, are read whole', async () => {
  const session = quiet({ columns: 20 })
  const events = eventsOf(session)
  await feed(session, `${mark('A')}$ ${mark('B')}${'x'.repeat(50)} end\r\n${mark('C')}${mark('D;0')}`)
  await feed(session, `${mark('A')}$ ${mark('B')}one \\\r\ntwo\r\n${mark('C')}`)
  const commands = events.flatMap((event) => (event.kind === 'command-start' ? [event.command] : []))
  expect(commands).toEqual([`${'x'.repeat(50)} end`, 'one \\\ntwo'])
})

test('prompts whose lines are lost are forgotten; the others keep their numbers', async () => {
  const session = quiet({ scrollback: 10, rows: 5 })
  const one = `${mark('A')}$ ${mark('B')}c\r\n${mark('C')}${mark('D;0')}`
  await feed(session, `${one}${'\r\n'.repeat(8)}${one}`)
  const [, second = ''] = session.promptIds()
  const before = session.prompt(second)
  await feed(session, '\r\n'.repeat(10))
  expect(session.promptIds()).toEqual([second])
  expect(session.prompt(second)).toEqual(before)
  await feed(session, '\x1bc')
  expect(session.promptIds()).toEqual([])
})

test('prompts move along when the width changes', async () => {
  const session = quiet({ columns: 40, rows: 10 })
  await feed(
    session,
    `${'y'.repeat(60)}\r\n${mark('A')}$ ${mark('B')}cmd\r\n${mark('C')}out\r\n${mark('D;0')}`,
  )
  session.resize(20, 10)
  expect(session.prompt()).toMatchObject({
    promptRange: { start: { x: 0, y: 3 }, end: { x: 2, y: 3 } },
    outputRange: { start: { x: 0, y: 4 }, end: { x: 0, y: 5 } },
  })
})

test('bash with marks in its prompt', async () => {
  const session = start(['bash', '--norc', '--noprofile', '-i'])
  const events = eventsOf(session)
  const setup = `PS0='\\[\\e]133;C\\a\\]'; PS1='\\[\\e]133;D;$?\\a\\e]133;A\\a\\]$ \\[\\e]133;B\\a\\]'\r`
  await session.write(setup)
  await until(session, 'prompt', () => events.some(({ kind }) => kind === 'prompt'))
  await session.write('echo hello; false\r')
  await until(session, 'prompt', () => events.some(({ kind }) => kind === 'command-end'))
  expect(events.find(({ kind }) => kind === 'command-start')).toMatchObject({ command: 'echo hello; false' })
  expect(events.find(({ kind }) => kind === 'command-end')).toMatchObject({ status: 1 })
})
