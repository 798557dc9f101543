import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { spawn as spawnPty } from '@lydell/node-pty'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complete } from '../../src/cli/completion/complete.ts'
import { completionScripts } from '../../src/cli/completion/scripts.ts'
import { CliContext } from '../../src/cli/context.ts'
import { createProgram } from '../../src/cli/program.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { binary, json, run, stopAll } from './cli.ts'
import { VisibleTerminal } from './visible-terminal.ts'

const program = createProgram(new CliContext([]))
const userHome = process.env['HOME'] ?? ''

async function values(...words: string[]): Promise<string[]> {
  const { candidates } = await complete(program, words, resolveHome())
  return candidates.map(({ value }) => value)
}

describe('what may come next', () => {
  it('is read from the tree of commands', async () => {
    expect(await values('')).toEqual(expect.arrayContaining(['launch', 'ps', 'service', 'completion']))
    expect(await values('')).not.toContain('__complete')
    expect(await values('la')).toEqual(['launch'])
    expect(await values('service', 're')).toEqual(['restart'])
    expect(await values('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await values('launch', 'task', '--la')).toEqual(['--layout'])
    expect(await values('ps', '--')).toEqual(
      expect.arrayContaining(['--json', '--help', '--debug', '--no-color']),
    )
    expect(await values('launch', '--layout', '')).toEqual(['tabs', 'panes', 'windows'])
    expect(await values('launch', '--layout=p')).toEqual(['--layout=panes'])
    expect(await values('launch', '-a', 'cl')).toEqual(['claude'])
    expect(await values('inject', 's', '--key', 'down', 'ent')).toEqual(['enter'])
    expect(await values('help', 'exit')).toEqual(['exit-codes'])
  })

  it('is a file or a directory where one is expected, and after `--`', async () => {
    const extra = async (...words: string[]) => (await complete(program, words, resolveHome())).extra
    expect(await extra('launch', '')).toBe('files')
    expect(await extra('launch', '--cwd', '')).toBe('directories')
    expect(await extra('inject', 's', '--from-file', '')).toBe('files')
    expect(await extra('launch', 'task', '--', 'np')).toBe('files')
    expect(await extra('ps', '')).toBe('none')
  })

  it('never starts the service', async () => {
    expect((await run(['__complete', '--', 'read', ''])).stdout).toBe(':none\n')
    expect((await run(['service', 'status'])).code).toBe(1)
  })
})

describe('with sessions', () => {
  beforeAll(async () => {
    await json('launch', 'a task', '--name', 'my reviewer', '--', 'cat')
    await json('launch', 'twins', '--name', 'tester', '--', 'cat')
  })
  afterAll(stopAll)

  it('offers their names, and their ids when one is typed', async () => {
    expect((await values('read', '')).sort()).toEqual(['my reviewer', 'tester'])
    expect(await values('close', 'tester', 'my')).toEqual(['my reviewer'])
    const { sessions } = await json<{ sessions: { id: string; name: string }[] }>('ps')
    const id = sessions.find(({ name }) => name === 'tester')?.id ?? ''
    // Typed in small letters it stays so.
    expect(await values('read', id.slice(0, 4).toLowerCase())).toEqual([
      id.slice(0, 4).toLowerCase() + id.slice(4, 8),
    ])
  })

  describe.each(['bash', 'zsh', 'fish'] as const)('in a real %s', (shell) => {
    const installed = whereIs(shell)

    it.skipIf(!installed)('completes commands and sessions', async () => {
      const { terminal, pty, exited } = shellWith(shell, installed)
      await terminal.until((text) => text.includes('ready>'))
      pty.write('iterm-orch restart-s\t')
      await terminal.until((text) => /iterm-orch restart-session/.test(text))
      pty.write('te\t')
      await terminal.until((text) => /iterm-orch restart-session tester/.test(text))
      pty.write('\u0015')
      pty.write('iterm-orch read my\t')
      await terminal.until((text) => /iterm-orch read (my\\ reviewer|'my reviewer')/.test(text))
      pty.write('\u0015')
      // Behind the sign goes on without a space.
      pty.write('iterm-orch project set shop perm\t')
      await terminal.until((text) => text.includes('project set shop permissions='))
      pty.write('ful\t')
      await terminal.until((text) => text.includes('project set shop permissions=full'))
      pty.write('\u0015')
      pty.write('exit\r')
      await exited
    })
  })
})

function whereIs(program: string): string {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, program))
  return found.find((path) => existsSync(path)) ?? ''
}

/** An interactive shell with our completion, and `iterm-orch` on its PATH. */
function shellWith(shell: 'bash' | 'zsh' | 'fish', path: string) {
  const bin = join(userHome, 'bin')
  if (!existsSync(bin)) {
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    writeFileSync(join(bin, 'iterm-orch'), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`)
    chmodSync(join(bin, 'iterm-orch'), 0o755)
  }
  const script = join(userHome, `completion.${shell}`)
  writeFileSync(script, completionScripts[shell])
  const startFile = join(userHome, `start.${shell}`)
  const prompts = {
    bash: `source '${script}'\nbind 'set bell-style none'\nPS1='ready> '\n`,
    zsh: `autoload -Uz compinit; compinit -u -D\nsource '${script}'\nPS1='ready> '\n`,
    fish: `source '${script}'\nfunction fish_prompt; echo -n 'ready> '; end\nfunction fish_greeting; end\n`,
  }
  writeFileSync(startFile, prompts[shell])
  if (shell === 'zsh') writeFileSync(join(userHome, '.zshrc'), prompts.zsh)
  const args = {
    bash: ['--noprofile', '--rcfile', startFile, '-i'],
    zsh: ['-i'],
    fish: ['--private', '--no-config', '-i', '-C', `source '${startFile}'`],
  }
  const pty = spawnPty(path, args[shell], {
    cols: 100,
    rows: 30,
    name: 'xterm-256color',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  })
  const terminal = new VisibleTerminal(100, 30)
  // Shells ask the terminal for its features and wait for the answer.
  terminal.onAnswer((answer) => pty.write(answer))
  pty.onData((data) => terminal.write(data))
  const exited = new Promise((resolve) => pty.onExit(resolve))
  return { terminal, pty, exited }
}

describe('the scripts', () => {
  it('are printed as they are', async () => {
    expect((await run(['completion', 'bash'])).stdout).toBe(completionScripts.bash)
    execFileSync('bash', ['-n'], { input: completionScripts.bash })
  })
})
