import { type IPty, spawn as spawnPty } from '@lydell/node-pty'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binary, json, run, type Sessions, stopAll, untilScreen } from './cli.ts'
import { VisibleTerminal } from './visible-terminal.ts'

// Tells its size, again whenever that changes, and every line that it is typed. Wants pastes marked until told `plain`.
const program = `
  process.stdout.write('\\u001b[?2004h')
  const tell = () => console.log('size <' + process.stdout.rows + ' ' + process.stdout.columns + '>')
  process.stdout.on('resize', tell)
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'plain') process.stdout.write('\\u001b[?2004l')
    console.log('got <' + line + '>')
  })
  tell()
`

beforeAll(async () => {
  await json('launch', 'shown', '--', process.execPath, '-e', program)
  await untilScreen('shown', 'size')
})
afterAll(stopAll)

describe('attach', () => {
  it('shows the session, types into it, follows the size of this terminal, and gives the terminal back', async () => {
    const { terminal, pty, exited } = attachTo('shown', [], { cols: 100, rows: 30 })
    await terminal.until((text) => text.includes('size <30 100>'))
    expect(terminal.alternate).toBe(true)
    expect(terminal.bracketedPaste).toBe(true)
    pty.write('plain\r')
    await terminal.until((text) => text.includes('got <plain>'))
    expect(terminal.bracketedPaste).toBe(false)

    pty.write('hello 日本\r')
    await terminal.until((text) => text.includes('got <hello 日本>'))
    pty.resize(60, 15)
    terminal.resize(60, 15)
    await terminal.until((text) => text.includes('size <15 60>'))

    pty.write('\u001d')
    expect(await exited).toEqual({ exitCode: 0, signal: 0 })
    await terminal.until((text) => text.includes('Left '))
    expect(terminal.alternate).toBe(false)
    expect(terminal.bracketedPaste).toBe(false)
    expect(terminal.received).toContain('\u001b[?25h')
    const [session] = (await json<Sessions>('ps')).sessions
    expect(session).toMatchObject({ state: expect.not.stringMatching('exited') })
  })

  it('leaves the size alone with --no-resize, and takes other detach keys', async () => {
    const size = (await run(['read', 'shown'])).stdout.trimEnd().split('\n').at(-1) ?? ''
    const { terminal, pty, exited } = attachTo('shown', ['--no-resize', '--detach-keys', 'ctrl-p,ctrl-q'], {
      cols: 41,
      rows: 9,
    })
    await terminal.until((text) => text.includes('got <'))
    // Ctrl-] is no detach key now: it is typed, as is Ctrl-P alone.
    pty.write('a\u001db\u0010c\r')
    await terminal.until((text) => text.includes('b'))
    pty.write('\u0010\u0011')
    expect((await exited).exitCode).toBe(0)
    await untilScreen('shown', 'got <a\u001db\u0010c>'.replaceAll(/[\u001d\u0010]/g, ''))
    expect((await run(['read', 'shown'])).stdout).not.toContain('9 41')
    expect(size).not.toBe('')
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back on %s', async (signal) => {
    const { terminal, pty, exited } = attachTo('shown', [], { cols: 80, rows: 24 })
    await terminal.until((text) => text.includes('got <'))
    process.kill(pty.pid, signal)
    expect((await exited).exitCode).toBe(signal === 'SIGTERM' ? 143 : 129)
    expect(terminal.alternate).toBe(false)
  })

  it('says that the program has ended, and leaves with the next key', async () => {
    await json('launch', 'ends', '--', 'sh', '-c', 'echo ready; read a; exit 4')
    const { terminal, pty, exited } = attachTo('ends', [], { cols: 80, rows: 24 })
    await terminal.until((text) => text.includes('ready'))
    pty.write('\r')
    await terminal.until((text) => text.includes('The program has ended'))
    pty.write('x')
    expect((await exited).exitCode).toBe(0)
    expect(terminal.alternate).toBe(false)
  })
})

interface Attached {
  terminal: VisibleTerminal
  pty: IPty
  exited: Promise<{ exitCode: number; signal?: number | undefined }>
}

function attachTo(session: string, options: string[], size: { cols: number; rows: number }): Attached {
  const pty = spawnPty(process.execPath, [binary, 'attach', session, ...options], {
    ...size,
    name: 'xterm-256color',
    env: process.env,
  })
  const terminal = new VisibleTerminal(size.cols, size.rows)
  pty.onData((data) => terminal.write(data))
  const exited = new Promise<{ exitCode: number; signal?: number | undefined }>((resolve) =>
    pty.onExit((status) => void terminal.settled().then(() => resolve(status))),
  )
  return { terminal, pty, exited }
}
