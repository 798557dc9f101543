import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ProfileStore } from '../../src/agents/profile-store.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { Pty } from '../../src/lib/pty/pty.ts'
import { writeLaunchFiles } from '../../src/sessions/launch-script.ts'
import { RecordStore, type SessionRecord } from '../../src/sessions/session-record.ts'
import { wantsTap, writeTapKey } from '../../src/sessions/tap-key.ts'
import { TapView } from '../../src/sessions/tap-view.ts'
import { readForeground } from '../../src/signals/foreground.ts'
import { FakeTerminal } from '../support/fake-terminal.ts'

const directory = () => mkdtempSync(join(process.env['HOME'] ?? '', 'tap-'))

describe('the tap', () => {
  const profiles = new ProfileStore(directory())
  const ours = { profiles, tapCommand: ['/usr/bin/node', '/there/main.js'] }
  const claude = { agent: 'claude', command: ['/usr/bin/claude'] }
  const command = { agent: 'make', command: ['/usr/bin/make'] }

  it('is wanted in iTerm2, for agents whose profile has it', () => {
    expect(wantsTap(ours, claude, 'iterm2')).toBe(true)
    expect(wantsTap(ours, command, 'iterm2')).toBe(false)
    expect(wantsTap(ours, claude, 'host')).toBe(false)
  })

  it('is used or not as was said, wherever it is', () => {
    expect(wantsTap(ours, { ...claude, tap: false }, 'iterm2')).toBe(false)
    expect(wantsTap(ours, { ...command, tap: true }, 'iterm2')).toBe(true)
    expect(wantsTap(ours, { ...command, tap: true }, 'host')).toBe(true)
  })

  it('is not used where there is no program of ours to be it', () => {
    expect(wantsTap({ profiles, tapCommand: [] }, { ...claude, tap: true }, 'iterm2')).toBe(false)
  })
})

describe('the launch script', () => {
  it.each([
    ['Node', ['/no/such/node', '/dev/null']],
    ['our file', [process.execPath, '/no/such/main.js']],
  ])('runs the program without the tap, and says so, when %s is gone', (_name, tapCommand) => {
    const home = resolveHome({ ITERM_ORCH_HOME: join(directory(), 'h') })
    const store = new RecordStore(home)
    store.prepare()
    const record = recordIn(home.root)
    writeLaunchFiles(store, record, ['/bin/echo', 'it runs'], { NODE_OPTIONS: '--no-warnings' }, tapCommand)
    writeTapKey(store, record)
    const command = `'${store.scriptPath(record.id)}' 2>&1`
    const output = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
    expect(output).toBe('iterm-orch: the tap is not where it was, so the program runs without it.\nit runs\n')
    expect(existsSync(store.tapKeyPath(record.id))).toBe(false)
  })
})

describe('the foreground job behind the tap', () => {
  const running: Pty[] = []
  afterEach(() => {
    for (const pty of running.splice(0)) {
      process.kill(pty.pid, 'SIGKILL')
      pty.destroy()
    }
  })

  /** Resolves when the program has printed `ready`. */
  async function start(script: string): Promise<Pty> {
    const cwd = directory()
    const file = join(cwd, 'script.sh')
    writeFileSync(file, script)
    let output = ''
    const pty = await new Promise<Pty>((resolve) => {
      const made: Pty = new Pty(
        {
          file: '/bin/bash',
          args: [file],
          cwd,
          env: { PATH: process.env['PATH'] ?? '' },
          columns: 80,
          rows: 24,
        },
        {
          output: (bytes) => {
            output += bytes.toString('latin1')
            if (output.includes('ready')) resolve(made)
          },
          gone: () => {},
          end: () => {},
        },
      )
    })
    running.push(pty)
    return pty
  }

  it('is the program itself, on its own device', async () => {
    const { pid, tty } = await start('echo ready; read line')
    expect(await readForeground(pid, process.pid)).toMatchObject({ pid, job: 'bash', ancestors: [], tty })
  })

  it('is what the program has put into the foreground', async () => {
    const { pid } = await start("set -m; /bin/sh -c 'echo ready; exec sleep 600'; true")
    await expect
      .poll(() => readForeground(pid, process.pid), { timeout: 20_000 })
      .toMatchObject({ job: 'sleep', ancestors: ['bash'], commandLine: 'sleep 600' })
  })

  it('is unknown when the number belongs to a program that the tap did not start, or to none', async () => {
    const { pid } = await start('echo ready; read line')
    expect(await readForeground(pid, 1)).toBeUndefined()
    expect(await readForeground(2 ** 30, process.pid)).toBeUndefined()
  })

  it('is found in a terminal that knows no jobs as well', async () => {
    const terminal = new FakeTerminal()
    const session = await terminal.open({
      ...{ script: '/s', cwd: '/', name: 'n', placement: { layout: 'tabs', beside: [] } },
    })
    const { pid } = await start('echo ready; read line')
    const view = new TapView(terminal, session, undefined)
    expect(await view.foreground()).toBeUndefined()
    await view.ask()
    view.take({ type: 'start', pid, program: 'bash', revision: '1' })
    expect(await view.foreground()).toMatchObject({ job: 'bash' })
    // The process that the terminal has in front did not start it.
    terminal.setVariable(session, 'jobPid', 1)
    expect(await view.foreground()).toBeUndefined()
  })
})

function recordIn(cwd: string): SessionRecord {
  return {
    ...{ version: 1, id: 'A0000000-0000-4000-8000-000000000000', name: 'n', agent: 'a', task: 't' },
    ...{ thread: 'the-task', cwd, command: [], terminal: 'host', stage: 'intent' },
    ...{ launchedAt: new Date().toISOString(), typedTask: 'none', reported: [], seenThrough: 0 },
    tapIdentity: 'iterm-orch-0123456789abcdef',
  }
}
