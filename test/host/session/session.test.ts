import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { exitOf, feed, node, quiet, screen, shows, start, testEnvironment, texts } from './sessions.ts'

describe('the program of a session', () => {
  test('is run directly, with its arguments, directory and environment as given', async () => {
    mkdirSync(join(homedir(), 'work dir'), { recursive: true })
    const session = start(['sh', '-c', 'pwd; echo "$1|$THERE|$TERM"', 'sh', 'a $b "c'], {
      cwd: join(homedir(), 'work dir'),
      env: { ...testEnvironment(), THERE: 'yes ✓' },
    })
    await exitOf(session)
    expect(screen(session)).toEqual([join(homedir(), 'work dir'), 'a $b "c|yes ✓|xterm-256color'])
  })

  test('is the login shell when there are no arguments', async () => {
    const shell = join(homedir(), 'a-shell')
    writeFileSync(shell, '#!/bin/sh\necho "shell: $*"\n', { mode: 0o755 })
    const session = start(undefined, { env: { ...testEnvironment(), SHELL: shell } })
    await exitOf(session)
    expect(screen(session)).toEqual(['shell: -l'])
    expect(session.variable('shell')).toBe('a-shell')
  })

  test('tells its exit code, and a signal that ended it', async () => {
    const failed = start(['sh', '-c', 'exit 7'])
    expect(await exitOf(failed)).toEqual({ exitCode: 7, signal: undefined })
    expect(failed.exited).toBe(true)
    expect(failed.variable('orch.exitStatus')).toEqual({ exitCode: 7, signal: null })

    const killed = start(['sh', '-c', 'kill -9 $$'])
    expect(await exitOf(killed)).toMatchObject({ signal: 9 })
  })

  test.each([
    ['is not on PATH', ['no-such-program-here'], 127],
    ['there is no such file', ['./nothing-here'], 127],
    ['it is not an executable file', ['/etc/passwd'], 126],
  ])('that cannot be started exits with the reason on the screen: %s', async (reason, argv, exitCode) => {
    const session = start(argv)
    expect(await exitOf(session)).toEqual({ exitCode, signal: undefined })
    expect(screen(session).join('')).toContain(`iterm-orch: cannot start ${argv[0]}:`)
    expect(screen(session).join('')).toContain(reason)
    expect(await session.write('x')).toBe(false)
  })

  test('is not started in a directory that does not exist', async () => {
    const session = start(['true'], { cwd: join(homedir(), 'gone') })
    await exitOf(session)
    expect(screen(session).join('')).toContain('there is no such directory')
  })

  test('has all of its output on the screen when the exit is told, however much it was', async () => {
    const session = node(`process.stdout.write('x'.repeat(79).concat('\\n').repeat(20000) + 'the end')`)
    await exitOf(session)
    expect(screen(session).at(-1)).toBe('the end')
    const { overflow, history, grid } = session.lineInfo()
    expect(overflow + history + grid).toBe(20_001)
  })

  test('does not keep the session when a child holds the terminal open', async () => {
    const session = start(['sh', '-c', 'sleep 1000 & echo started; exit 4'])
    expect(await exitOf(session)).toEqual({ exitCode: 4, signal: undefined })
    expect(screen(session)).toEqual(['started'])
  })
})

test('a new size reaches the program with SIGWINCH', async () => {
  const session = node(`
    process.on('SIGWINCH', () => {})
    process.stdout.on('resize', () => console.log(process.stdout.columns + 'x' + process.stdout.rows))
    console.log('ready'); setInterval(() => {}, 1000)`)
  const sizes: number[][] = []
  session.on('resize', (...size) => sizes.push(size))
  await shows(session, 'ready')
  session.resize(100, 30)
  await shows(session, '100x30')
  session.resize(100, 30)
  expect(sizes).toEqual([[100, 30]])
  expect([session.columns, session.rows, session.variable('columns'), session.variable('rows')]).toEqual([
    100, 30, 100, 30,
  ])
})

describe('ending', () => {
  test('sends SIGHUP first', async () => {
    const file = join(homedir(), 'hup')
    const session = start([
      'sh',
      '-c',
      `trap 'echo hup > "${file}"; exit 0' HUP; echo ready; sleep 1000 & wait`,
    ])
    await shows(session, 'ready')
    await session.terminate(5_000)
    expect(readFileSync(file, 'utf8')).toBe('hup\n')
    expect(session.exited).toBe(true)
  })

  test('kills a program that ignores SIGHUP, and its grandchildren', async () => {
    const file = join(homedir(), 'pids')
    const ignore = "process.on('SIGHUP', () => {});"
    const child = `${ignore} setInterval(() => {}, 1000); require('fs').appendFileSync('${file}', process.pid + '\\n')`
    const session = node(`${ignore}
      const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}])
      const wait = () => require('fs').existsSync('${file}') ? console.log('ready') : setTimeout(wait, 5)
      wait(); setInterval(() => {}, 1000)`)
    await shows(session, 'ready')
    const grandchild = Number(readFileSync(file, 'utf8'))
    expect(existsOrZombie(grandchild)).toBe(true)
    await session.terminate(50)
    expect(session.exited).toBe(true)
    while (existsOrZombie(grandchild)) await sleep(5)
  })

  test('is over at once when the program has ended already', async () => {
    const session = start(['true'])
    await exitOf(session)
    await session.terminate()
  })
})

/** A process that runs; one that was killed but not waited for does not. */
function existsOrZombie(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
}

describe('restarting', () => {
  test('runs the program again on a clear screen, and keeps the history', async () => {
    const session = start([
      'sh',
      '-c',
      'printf "\\033[?1049h\\033[31malternate\\033[?1049lrun $$"; sleep 1000',
    ])
    await shows(session, 'run')
    const first = session.pid
    const exits: unknown[] = []
    session.on('exit', (status) => exits.push(status))
    await session.restart()
    expect(session.pid).not.toBe(first)
    await shows(session, `run ${session.pid}`)
    expect(screen(session)).toEqual([`run ${session.pid}`])
    expect(texts(session, 0, 1)).toEqual([`run ${first}`])
    expect(exits).toEqual([])
    expect(session.exited).toBe(false)
    expect(session.variable('orch.exitStatus')).toBe(null)
  })

  test('works after the program has ended, and in the middle of a sequence', async () => {
    const session = start(['sh', '-c', 'printf "\\033]0;half a title"'])
    await exitOf(session)
    await session.restart()
    expect(await exitOf(session)).toEqual({ exitCode: 0, signal: undefined })
    await feed(session, 'here')
    expect(session.readLines({ startX: 0, startY: 0, endX: 0, endY: 1 })).toHaveLength(1)
  })
})

describe('while frozen', () => {
  test('output waits, and what a client feeds does not', async () => {
    const session = node(`process.stdin.once('data', () => console.log('after')); console.log('ready')`)
    await shows(session, 'ready')
    session.freeze()
    await session.write('\r')
    await feed(session, 'fed')
    expect(screen(session).join('')).toContain('fed')
    expect(screen(session).join('')).not.toContain('after')
    session.thaw()
    await shows(session, 'after')
  })

  test('a flood blocks the program instead of filling memory, and all of it comes after the thaw', async () => {
    const session = start(['sh', '-c', 'echo ready; read line; seq 1 1000000'])
    await shows(session, 'ready')
    session.freeze()
    await session.write('\r')
    const before = process.memoryUsage.rss()
    await sleep(300)
    expect(session.exited).toBe(false)
    expect(process.memoryUsage.rss() - before).toBeLessThan(20 * 1024 * 1024)
    session.thaw()
    await exitOf(session)
    expect(screen(session).at(-1)).toBe('1000000')
  })
})

describe('the event of the screen', () => {
  test('comes for text and for the cursor, and not for a title or a repeated picture', async () => {
    const session = quiet()
    let events = 0
    session.on('screen', () => events++)
    await feed(session, 'text')
    expect(events).toBe(1)
    await sleep(30)
    await feed(session, '\x1b]0;title\x07\x1b[?2004h')
    await feed(session, '\rtext')
    await sleep(30)
    expect(events).toBe(1)
    await feed(session, '\x1b[5;5H')
    expect(events).toBe(2)
  })

  test('comes at most 60 times a second, at once and once more at the end', async () => {
    const session = quiet()
    const seen: string[] = []
    const times: number[] = []
    session.on('screen', () => {
      seen.push(screen(session).join(''))
      times.push(performance.now())
    })
    for (let i = 0; i < 200; i++) await feed(session, `\r${i}`)
    await sleep(40)
    expect(seen[0]).toBe('0')
    expect(seen.at(-1)).toBe('199')
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(14)
  })

  test('waits for the end of a frame that the program draws as one', async () => {
    const session = quiet()
    const seen: string[] = []
    session.on('screen', () => seen.push(screen(session).join('')))
    await feed(session, '\x1b[?2026hhalf')
    await sleep(30)
    await feed(session, ' whole\x1b[?2026l')
    expect(seen).toEqual(['half whole'])
  })
})
