import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { CliContext } from '../../src/cli/context.ts'
import { createProgram } from '../../src/cli/program.ts'
import { run, stopAll } from './cli.ts'

const home = process.env['ITERM_ORCH_HOME'] ?? ''

afterAll(stopAll)

describe('the command line', () => {
  it.each([
    [['lanch'], 'did you mean launch?'],
    [['ps', '--jsn'], 'did you mean --json?'],
    [['launch'], 'The task is missing'],
    [['launch', 'a', 'b'], '2 words where one task is expected'],
    [['launch', '--', 'npm', 'test'], 'stands before `--`'],
    [['launch', 'a', '--count', '0'], 'a whole number from 1 to 100'],
    [['launch', 'a', '--layout', 'stack'], 'Allowed choices are tabs, panes, windows'],
    [['inject', 'x'], 'nothing to type'],
    [['inject', 'x', 'a', '--from-file', 'b'], 'two texts'],
    [['attach', 'x'], 'needs a terminal'],
    [['service', 'stat'], 'Unknown command'],
    [['service', 'install', '--user', '--system'], "'--user' cannot be used with option '--system'"],
    [['help', 'nothing'], "no command or topic 'nothing'"],
  ])('refuses %j with exit code 2', async (args, why) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(stderr).not.toMatch(/\n {4}at /)
  })

  it('gives errors as JSON on standard error with --json, wherever it stands', async () => {
    for (const args of [
      ['--json', 'lanch'],
      ['lanch', '--json'],
    ]) {
      const { code, stderr } = await run(args)
      expect(code).toBe(2)
      expect(JSON.parse(stderr)).toEqual({
        error: { code: 'usage', message: expect.stringContaining('lanch'), hint: 'See `iterm-orch --help`.' },
      })
    }
  })

  it('shows where an error comes from only with --debug', async () => {
    expect((await run(['inject', 'x', '--debug'])).stderr).toMatch(/\n {4}at /)
  })

  it('has examples in the help of every command', () => {
    const without = walk(createProgram(new CliContext([]))).filter(
      (command) => !helpOf(command).includes('Examples:'),
    )
    expect(without.map((command) => command.name())).toEqual(['__complete'])
  })

  it('shows the version, help without a command, and topics', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await run([])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: iterm-orch') })
    expect(await run(['host'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage: iterm-orch host'),
    })
    expect((await run(['help', 'exit-codes'])).stdout).toContain('  5    typed')
    expect((await run(['help', 'service', 'logs'])).stdout).toContain('--follow')
  })

  it('writes colours only when they are wanted', async () => {
    expect((await run(['--help'])).stdout).not.toContain('\u001b')
    expect((await run(['--help'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[1mUsage:')
    expect((await run(['--help'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    )
    expect((await run(['--help', '--no-color'], { env: { FORCE_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    )
  })
})

describe('what cannot be done', () => {
  it('is told by the exit code', async () => {
    expect((await run(['service', 'status'])).code).toBe(1)
    expect((await run(['host', 'status'])).code).toBe(1)
    expect(await run(['read', 'nobody'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no session'),
    })
    expect((await run(['launch', 'x', '--', 'no-such-program-anywhere'])).code).toBe(3)
    expect((await run(['launch', 'x', '--agent', 'nobody'])).code).toBe(3)
    expect((await run(['launch', 'missing.md', '--', 'cat'])).code).toBe(3)
    const died = await run(['launch', 'x', '--', 'sh', '-c', 'echo last words; exit 3'])
    expect(died).toMatchObject({ code: 1, stderr: expect.stringContaining('last words') })
  })

  it('is a usage error when config.yaml is not valid', async () => {
    await run(['service', 'stop'])
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'config.yaml'), 'terminal: xterm\n')
    const { code, stdout } = await run(['doctor', '--json'])
    const refused = await run(['ps', '--json'])
    writeFileSync(join(home, 'config.yaml'), '')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(JSON.parse(refused.stderr).error).toMatchObject({
      code: 'invalid-config',
      message: expect.stringContaining('config.yaml is not valid'),
    })
    expect(code).toBe(4)
    expect(JSON.parse(stdout).checks).toContainEqual(
      expect.objectContaining({ name: 'configuration', status: 'fail' }),
    )
  })

  it('says which path is wrong when there can be no home', async () => {
    const { code, stderr } = await run(['ps'], { env: { ITERM_ORCH_HOME: '/dev/null' } })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "error: Not a directory, mkdir '/dev/null/run'\n" +
        'Look at who owns that path, and who may write there. ITERM_ORCH_HOME names another home for iterm-orch.\n',
    })
  })

  it('is exit code 4 when no terminal can be used', async () => {
    await run(['service', 'stop'])
    const env = { ITERM_ORCH_TERMINAL: 'iterm2' }
    expect((await run(['launch', 'x', '--', 'cat'], { env })).code).toBe(4)
    expect((await run(['doctor'], { env })).code).toBe(4)
    await run(['service', 'stop'])
  })
})

function walk(command: Command): Command[] {
  return [command, ...command.commands.flatMap(walk)]
}

function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  command.outputHelp()
  return help
}
