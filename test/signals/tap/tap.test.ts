import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identity, keyFile, node, Outer, tap, tapCommand } from './outer.ts'

/** Node's own raw mode would still make two bytes of a line feed. */
const raw =
  "require('child_process').execFileSync('stty', ['raw', '-echo'], { stdio: 'inherit' }); process.stdout.write('ready');"
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Echoes hexadecimal of every byte that it reads until a full stop comes alone. */
const hexEcho = `${raw} process.stdin.on('data', (data) => {
  if (data.toString('latin1').endsWith('\\0.')) process.exit(7)
  process.stdout.write('<' + data.toString('hex') + '>') })`

test('a program on a tap is told of, shown, and its exit code is the tap’s', async () => {
  const outer = tap(['sh', '-c', 'printf "\\033]2;work\\007hello\\n"; exit 3'])
  expect(await outer.exit).toEqual({ exitCode: 3, signal: undefined })
  expect(outer.programs).toBe('\x1b]2;work\x07hello\r\n')
  expect(outer.facts).toEqual([
    { type: 'start', pid: expect.any(Number), program: 'sh', revision: '0.2' },
    { type: 'title', window: 'work', icon: '' },
    { type: 'exit', exitCode: 3 },
  ])
})

test.each(['SIGTERM', 'SIGKILL', 'SIGINT'] as const)(
  'a program killed by %s kills the tap',
  async (signal) => {
    const outer = tap(['sh', '-c', `kill -${signal.slice(3)} $$`])
    const numbers = { SIGTERM: 15, SIGKILL: 9, SIGINT: 2 }
    expect(await outer.exit).toEqual({ exitCode: 0, signal: numbers[signal] })
    expect(outer.facts.at(-1)).toEqual({ type: 'exit', exitCode: 0, signal })
  },
)

test('the query is answered as input, and does not get out', async () => {
  const script = `${raw} process.stdout.write('\\x1b]7501;?\\x1b\\\\')
    process.stdin.once('data', (data) => { console.log(data.toString('hex')); process.exit() })`
  const outer = tap(node(script))
  await outer.exit
  expect(outer.programs).toContain(Buffer.from('\x1b]7501;?\x1b\\').toString('hex'))
  expect(outer.programs).not.toContain('7501')
})

test('the secret is gone before the program runs: no file, no variable', async () => {
  const outer = tap(['sh', '-c', 'env; echo "ls: $(ls "$0" 2>&1)"', 'KEY'])
  await outer.exit
  expect(existsSync(outer.key)).toBe(false)
  expect(outer.programs).toContain('TERM=xterm-256color')
  expect(outer.programs).not.toContain('ITERM_ORCH_TAP_KEY_FILE')
  expect(outer.programs).not.toContain(identity)
})

test('a program cannot speak for the tap', async () => {
  const imitation = `\\033]1337;Custom=id=${identity}:eyJ9\\007\\033]1337;Custom=id=iterm-orch-x:a\\033\\\\`
  const outer = tap(['sh', '-c', `printf 'a${imitation}b\\033]1337;Custom=id=other:x\\007'`])
  await outer.exit
  expect(outer.programs).toBe('ab\x1b]1337;Custom=id=other:x\x07')
  expect(outer.facts.map((fact) => fact?.type)).toEqual(['start', 'exit'])
})

describe('bytes', () => {
  test('of the program come out as they are, in whatever pieces it writes them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { minLength: 1, maxLength: 6 }),
        async (chunks) => {
          const file = join(homedir(), `out-${randomBytes(6).toString('hex')}`)
          writeFileSync(file, JSON.stringify(chunks.map((chunk) => Buffer.from(chunk).toString('base64'))))
          const outer = tap(
            node(`${raw} const chunks = JSON.parse(require('fs').readFileSync('${file}', 'utf8'))
              const next = () => {
                const chunk = chunks.shift()
                if (chunk === undefined) return process.exit()
                process.stdout.write(Buffer.from(chunk, 'base64')); setImmediate(next)
              }
              next()`),
          )
          await outer.exit
          const said = `ready${Buffer.concat(chunks).toString('latin1')}`
          expect(outer.programs.replace(/(\x1b\\)?$/, '')).toBe(said.replace(/(\x1b\\)?$/, ''))
        },
      ),
      { numRuns: 6 },
    )
  })

  test('of keys, mouse, pastes and any others arrive as they are', async () => {
    const outer = tap(node(hexEcho))
    await outer.shows('ready')
    const typed = [
      '\x1b[200~paste\r\n\x1b[201~',
      '\x1b[<0;3;4M',
      '\x1b[13u',
      '\x03\x04\x1a\x1c',
      '\x1b[I',
      'ü✓\0',
    ]
    let expected = ''
    for (const text of typed) {
      outer.type(text)
      expected += Buffer.from(text).toString('hex')
      await outer.until(() => received(outer).endsWith(expected))
    }
    const every = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    outer.type(every)
    await outer.until(() => received(outer).endsWith(expected + every.toString('hex')))
    outer.type('\0.')
    expect(await outer.exit).toEqual({ exitCode: 7, signal: undefined })
  })

  test('a line feed that the program means stays alone', async () => {
    const outer = tap(['sh', '-c', 'stty -opost; printf "a\\nb"'])
    await outer.exit
    expect(outer.programs).toBe('a\nb')
  })

  test('10 MB come out whole while the terminal reads slowly, and memory stays small', async () => {
    const size = 10_000_000
    const outer = tap(
      node(`const { writeSync } = require('fs'); ${raw}
        const block = Buffer.alloc(50000, 'The quick brown fox. '); let left = ${size}
        while (left > 0) left -= writeSync(1, block, 0, Math.min(left, block.length))
        writeSync(1, '#')`),
    )
    await outer.shows('ready')
    const start = outer.facts[0]
    expect(start?.type).toBe('start')
    outer.pty.setReading(false)
    await new Promise((resolve) => setTimeout(resolve, 300))
    outer.pty.setReading(true)
    expect(await outer.exit).toEqual({ exitCode: 0, signal: undefined })
    const block = Buffer.alloc(50_000, 'The quick brown fox. ')
    const sent = Buffer.concat(Array.from({ length: size / block.length }, () => block))
    expect(sha256(Buffer.from(outer.programs, 'latin1'))).toBe(sha256(Buffer.from(`ready${sent}#`)))
  })

  test('10 MB go in whole to a program that reads slowly', async () => {
    const bytes = randomBytes(10_000_000)
    const outer = tap(
      node(`${raw} const hash = require('crypto').createHash('sha256'); let left = ${bytes.length}
        process.stdin.pause(); setTimeout(() => process.stdin.resume(), 300)
        process.stdin.on('data', (data) => { hash.update(data); left -= data.length
          if (left <= 0) { console.log(hash.digest('hex')); process.exit() } })`),
    )
    await outer.shows('ready')
    expect(await outer.pty.write(bytes)).toBe(true)
    await outer.exit
    expect(outer.programs).toContain(sha256(bytes))
  })
})

test('the size is that of the terminal, and follows it', async () => {
  const outer = tap(
    node(`const size = () => console.log('size ' + process.stdout.columns + ' ' + process.stdout.rows)
      size(); process.stdout.on('resize', size); process.stdin.resume()`),
  )
  await outer.shows('size 80 24')
  outer.pty.resize(132, 43)
  await outer.shows('size 132 43')
  outer.pty.resize(40, 10)
  await outer.shows('size 40 10')
})

describe('signals', () => {
  test('Ctrl-C interrupts the program', async () => {
    const outer = tap([
      'sh',
      '-c',
      'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.1; done',
    ])
    await outer.shows('ready')
    outer.type('\x03')
    expect(await outer.exit).toEqual({ exitCode: 5, signal: undefined })
    expect(outer.programs).toContain('interrupted')
  })

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1'] as const)('%s goes to the program', async (signal) => {
    const script = `trap "echo got it; exit 6" ${signal.slice(3)}; echo ready; while :; do sleep 0.1; done`
    const outer = tap(['sh', '-c', script])
    await outer.shows('ready')
    process.kill(outer.pty.pid, signal)
    expect(await outer.exit).toEqual({ exitCode: 6, signal: undefined })
    expect(outer.programs).toContain('got it')
  })

  test('a program without a handler ends with SIGTERM, the tap too, and the terminal is as before', async () => {
    const script = `stty -g; ${tapCommand.map((word) => `'${word}'`).join(' ')} sleep 100; echo "code $?"; stty -g`
    const outer = new Outer(['bash', '-c', `${script}; echo over`])
    await outer.until(() => outer.facts.length > 0)
    const start = outer.facts[0]
    if (start?.type !== 'start') throw new Error('no start')
    const parent = await parentOf(start.pid)
    process.kill(parent, 'SIGTERM')
    await outer.shows('over')
    const modes = outer.programs.match(/[0-9a-f]+(:[0-9a-f]+){20,}/g) ?? []
    expect(modes).toHaveLength(2)
    expect(modes[1]).toBe(modes[0])
    expect(outer.programs).toContain('code 143')
  })

  test('a closed terminal hangs up on the program', async () => {
    const file = join(homedir(), 'hung-up')
    const outer = tap([
      'sh',
      '-c',
      `trap "echo hup > ${file}; exit" HUP; echo ready; while :; do sleep 0.1; done`,
    ])
    await outer.shows('ready')
    outer.pty.destroy()
    await outer.exit
    await expect.poll(() => existsSync(file)).toBe(true)
  })
})

describe('job control', () => {
  const shell = () => new Outer(['bash', '--norc', '-i'], { PS1: 'PROMPT>', HISTFILE: '' })
  const command = (program: string) => `${tapCommand.join(' ')} ${program}\r`
  /** The shell has the terminal, and takes commands. */
  const stopped = (outer: Outer) => outer.until(() => /Stopped.*PROMPT>$/s.test(outer.programs))

  test('Ctrl-Z stops the program and the tap, fg goes on with both', async () => {
    const outer = shell()
    await outer.shows('PROMPT>')
    outer.type(command('cat'))
    await outer.until(() => outer.facts.length > 0)
    outer.type('one\r')
    await outer.shows('one\r\none')
    outer.type('\x1a')
    await stopped(outer)
    outer.type('fg\r')
    await outer.shows('fg\r\n')
    outer.type('two\r')
    // Whoever types before the tap has taken the terminal again sees it as the shell has set it.
    await outer.until(() => /two[\r\n]+two/.test(outer.programs))
    outer.type('\x04')
    await outer.until(() => /two\r\n.*PROMPT>$/s.test(outer.programs))
    outer.type('exit 9\r')
    expect(await outer.exit).toEqual({ exitCode: 9, signal: undefined })
  })

  test('a program that stops itself on Ctrl-Z stops the tap', async () => {
    const outer = shell()
    await outer.shows('PROMPT>')
    const script = join(homedir(), 'stops.cjs')
    writeFileSync(
      script,
      `${raw} process.stdin.on('data', (data) => {
        if (data[0] === 0x1a) process.kill(process.pid, 'SIGSTOP'); else process.stdout.write('got ' + data) })
        process.on('SIGCONT', () => process.stdout.write('back'))`,
    )
    outer.type(command(`${process.execPath} ${script}`))
    await outer.shows('ready')
    outer.type('\x1a')
    await stopped(outer)
    outer.type('fg\r')
    await outer.shows('back')
    outer.type('x')
    await outer.shows('got x')
  })
})

describe('without a tap the program just runs', () => {
  test.each([
    ['no secret', { ITERM_ORCH_TAP_KEY_FILE: '' }],
    ['a file that is not there', { ITERM_ORCH_TAP_KEY_FILE: '/nowhere/key' }],
    ['a secret that others may read', { ITERM_ORCH_TAP_KEY_FILE: keyFile(0o644) }],
    ['a terminal that cannot be set', { PATH: `${failingStty()}:${process.env['PATH']}` }],
    ['a PTY library that cannot be loaded', { NODE_OPTIONS: `--require=${failingLibrary()}` }],
  ])('given %s', async (_why, env) => {
    const outer = tap(['/bin/sh', '-c', 'echo "$0 runs"; env | grep TAP_KEY; exit 4', 'it'], env)
    expect(await outer.exit).toEqual({ exitCode: 4, signal: undefined })
    expect(outer.programs).toBe('it runs\r\n')
  })

  test('when its output is not a terminal', async () => {
    const words = tapCommand.map((word) => `'${word}'`).join(' ')
    const outer = new Outer(['sh', '-c', `${words} sh -c 'test -t 1 || echo piped; exit 2' | cat`])
    await outer.exit
    expect(outer.bytes.toString()).toBe('piped\r\n')
    expect(existsSync(outer.key)).toBe(false)
  })

  test('and one that is not there is said to be missing, as a shell would', async () => {
    const outer = tap(['no-such-program-here'])
    expect(await outer.exit).toEqual({ exitCode: 127, signal: undefined })
    expect(outer.programs).toContain('cannot run no-such-program-here: there is no such program')
  })
})

/** A directory with an stty that fails. */
function failingStty(): string {
  const directory = mkdtempSync(join(homedir(), 'bin-'))
  writeFileSync(join(directory, 'stty'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  return directory
}

/** A module that makes every later loading of the PTY's binary fail. */
function failingLibrary(): string {
  const path = join(mkdtempSync(join(homedir(), 'lib-')), 'fail.cjs')
  writeFileSync(
    path,
    `const Module = require('module'); const load = Module._load
    Module._load = function (name, ...rest) {
      if (/node-pty-\\w+-\\w+/.test(name)) throw new Error('cannot load')
      return load.call(this, name, ...rest)
    }`,
  )
  return path
}

/** The bytes that the program says it has read, in hexadecimal. */
function received(outer: Outer): string {
  return [...outer.programs.matchAll(/<([0-9a-f]*)>/g)].map(([, hex]) => hex).join('')
}

async function parentOf(pid: number): Promise<number> {
  const { execFileSync } = await import('node:child_process')
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
}
