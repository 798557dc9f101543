import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { changesOf, feed, node, quiet, shows } from './sessions.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('titles name the session; saved ones come back', async () => {
  const session = quiet()
  expect(session.variable('autoName')).toBe('sleep')
  await feed(session, '\x1b]0;both\x07')
  expect(session.variables()).toMatchObject({
    terminalWindowName: 'both',
    terminalIconName: 'both',
    autoName: 'both',
    name: 'both',
    presentationName: 'both',
  })
  await feed(session, '\x1b[22;0t\x1b]1;icon\x07\x1b]2;win\u202edow\x1b\\')
  expect(session.variables()).toMatchObject({
    terminalWindowName: 'window',
    terminalIconName: 'icon',
    autoName: 'icon',
  })
  await feed(session, '\x1b[23;0t')
  expect(session.variable('terminalWindowName')).toBe('both')
})

test('a flood of titles is told at most 60 times a second, and the last one always', async () => {
  const session = quiet()
  const titles = changesOf(session, 'terminalWindowName')
  await feed(session, Array.from({ length: 20_000 }, (_, index) => `\x1b]2;${index}\x07`).join(''))
  await sleep(40)
  expect(titles.at(-1)).toBe('19999')
  expect(titles.length).toBeLessThan(60)
})

describe('what a shell says', () => {
  test('the directory, by OSC 7 and by CurrentDir', async () => {
    const session = quiet()
    await feed(session, `\x1b]7;file://${hostname()}/tmp/a%20b\x07`)
    expect(session.variable('path')).toBe('/tmp/a b')
    await feed(session, '\x1b]1337;CurrentDir=/var/x=y\x07')
    expect(session.variable('path')).toBe('/var/x=y')
    await feed(session, '\x1b]7;nonsense\x07\x1b]1337;CurrentDir=relative\x07')
    expect(session.variable('path')).toBe('/var/x=y')
  })

  test('who and where it is', async () => {
    const session = quiet()
    await feed(
      session,
      '\x1b]1337;RemoteHost=ann@far.example\x07\x1b]1337;ShellIntegrationVersion=14;shell=zsh\x07',
    )
    expect(session.variables()).toMatchObject({
      username: 'ann',
      hostname: 'far.example',
      shell: 'zsh',
      'orch.shellIntegrationVersion': '14',
    })
  })

  test('variables of the user, and never any other', async () => {
    const session = quiet()
    const changes = changesOf(session, 'user.branch')
    await feed(session, `\x1b]1337;SetUserVar=branch=${base64('mäin')}\x07`)
    expect(changes).toEqual(['mäin'])
    await sleep(30)
    await feed(session, '\x1b]1337;SetUserVar=branch=\x07')
    expect(changes).toEqual(['mäin', null])
    for (const name of ['orch.modes', 'a.b', '../x', '', 'x'.repeat(200)]) {
      await feed(session, `\x1b]1337;SetUserVar=${name}=${base64('bad')}\x07`)
    }
    expect(JSON.stringify(session.variables())).not.toContain('bad')
    for (let index = 0; index < 1_000; index++) {
      await feed(session, `\x1b]1337;SetUserVar=v${index}=${base64('x')}\x07`)
    }
    expect(Object.keys(session.variables()).filter((name) => name.startsWith('user.'))).toHaveLength(256)
  })

  test('custom sequences reach the client with identity and payload', async () => {
    const session = quiet()
    const escapes: string[][] = []
    session.on('custom-escape', (...custom) => escapes.push(custom))
    await feed(session, '\x1b]1337;Custom=id=secret:a:b=c;d\x07\x1b]1337;Custom=nonsense\x07')
    expect(escapes).toEqual([['secret', 'a:b=c;d']])
  })
})

describe('notifications', () => {
  test.each([
    ['OSC 9', '\x1b]9;Claude needs you\x07', { source: 'osc9', title: '', body: 'Claude needs you' }],
    ['OSC 777', '\x1b]777;notify;Title;a;b\x07', { source: 'osc777', title: 'Title', body: 'a;b' }],
    ['OSC 99', '\x1b]99;;Hello\x1b\\', { source: 'osc99', title: 'Hello', body: '' }],
    [
      'OSC 99 in parts',
      `\x1b]99;i=1:d=0;Hel\x07\x1b]99;i=1:d=0:e=1;${base64('lo')}\x07\x1b]99;i=1:p=body;there\x07`,
      { source: 'osc99', title: 'Hello', body: 'there' },
    ],
  ])('are kept: %s', async (_name, output, expected) => {
    const session = quiet()
    await feed(session, output)
    expect(session.variable('orch.notification')).toEqual({ seq: 1, ...expected })
  })

  test('are told one by one even when they come together', async () => {
    const session = quiet()
    const notes = changesOf(session, 'orch.notification')
    await feed(session, '\x1b]9;one\x07\x1b]9;two\x07\x1b]9;one\x07')
    expect(notes).toMatchObject([{ body: 'one' }, { body: 'two' }, { seq: 3, body: 'one' }])
  })

  test('progress, session status and the bell are facts of their own', async () => {
    const session = quiet()
    await feed(session, '\x1b]9;4;1;40\x07\x1b]21337;waiting\x07\x07\x07')
    expect(session.variables()).toMatchObject({
      'orch.progress': { state: 'normal', percent: 40 },
      'orch.sessionStatus': 'waiting',
      bellCount: 2,
    })
    expect(session.variable('orch.notification')).toBe(null)
    await feed(session, '\x1b]9;4;3\x07')
    expect(session.variable('orch.progress')).toEqual({ state: 'indeterminate', percent: null })
    await feed(session, '\x1b]9;4;0\x07')
    expect(session.variable('orch.progress')).toBe(null)
  })
})

test('modes of the terminal are variables', async () => {
  const session = quiet()
  const changes = changesOf(session, 'orch.modes')
  await feed(session, '\x1b[?1049h\x1b[?2004h\x1b[?1h\x1b[?1003h\x1b[?1004h\x1b=')
  expect(changes).toHaveLength(1)
  expect(session.variables()).toMatchObject({
    showingAlternateScreen: true,
    mouseReportingMode: 3,
    applicationKeypad: true,
    'orch.modes': {
      bracketedPaste: true,
      applicationCursor: true,
      mouse: 'any',
      focusReporting: true,
      alternateScreen: true,
      synchronizedOutput: false,
    },
  })
})

test('questions of the program are answered as input', async () => {
  const session = node(
    `process.stdin.setRawMode(true)
    let all = ''
    process.stdin.on('data', (data) => { all += data; if (all.endsWith('n')) { console.log(JSON.stringify(all)); process.exit() } })
    process.stdout.write('\\x1b]11;?\\x07\\x1b]10;?\\x07\\x1b]4;1;?\\x07\\x1b[>q\\x1b[c\\x1b[?u\\x1b[?2004$p\\x1b[5n')`,
    {
      columns: 200,
    },
  )
  await shows(session, '[0n"')
  const answer = session.readLines({ startX: 0, startY: 0, endX: 0, endY: 1 })[0]?.text ?? ''
  expect(JSON.parse(answer)).toBe(
    '\x1b]11;rgb:1616/1616/1616\x1b\\\x1b]10;rgb:e6e6/e6e6/e6e6\x1b\\\x1b]4;1;rgb:cdcd/0000/0000\x1b\\' +
      '\x1bP>|iterm-orch\x1b\\\x1b[?1;2c\x1b[?2004;2$y\x1b[0n',
  )
})
