import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { binary } from './cli/cli.ts'
import { Outer } from './signals/tap/outer.ts'

/** npm packs everything to tell what it would pack. */
const packMs = 60_000

const root = fileURLToPath(new URL('..', import.meta.url))

/** The file of the binary in a directory of its own, with nothing else of the package. */
function alone(withPty: boolean): string {
  const directory = mkdtempSync(join(homedir(), 'alone-'))
  const file = join(directory, 'main.cjs')
  cpSync(binary, file)
  if (withPty) {
    mkdirSync(join(directory, 'node_modules'))
    symlinkSync(join(root, 'node_modules/@lydell'), join(directory, 'node_modules/@lydell'))
  }
  return file
}

test(
  'the package has the binary that npx starts, what its other commands load, and the courier of hooks',
  () => {
    const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(join(root, bin['iterm-orch'])).toBe(binary)
    expect(readFileSync(binary, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true)
    expect(statSync(binary).mode & 0o111).toBe(0o111)
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root })
    const [{ files }] = JSON.parse(listed.toString())
    const paths = files.map(({ path }: { path: string }) => path)
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/main.cjs',
        'dist/commands/run-cli.cjs',
        'dist/commands/LICENSES.txt',
        'dist/signals/hooks/courier.pl',
      ]),
    )
  },
  packMs,
)

test('a tap of the binary needs no other file but that of the PTY', async () => {
  const outer = new Outer([process.execPath, alone(true), 'tap', '--', 'sh', '-c', 'echo hello; exit 3'])
  expect(await outer.exit).toEqual({ exitCode: 3, signal: undefined })
  expect(outer.programs).toBe('hello\r\n')
  expect(outer.facts.map((fact) => fact?.type)).toEqual(['start', 'exit'])
})

test('without the PTY the program of the tap simply runs, on a terminal as it was', async () => {
  const program = ['sh', '-c', 'stty -a | grep -o "[-]*opost"; exit 3']
  const outer = new Outer([process.execPath, alone(false), 'tap', '--', ...program])
  expect(await outer.exit).toEqual({ exitCode: 3, signal: undefined })
  expect(outer.bytes.toString()).toBe('opost\r\n')
})

test('a hook of the binary needs no other file', () => {
  const home = mkdtempSync(join(homedir(), 'home-'))
  execFileSync(process.execPath, [alone(false), 'hook', '--agent', 'claude'], {
    input: '{"hook_event_name":"Stop"}',
    env: { ...process.env, ITERM_ORCH_HOME: home, ITERM_ORCH_SESSION: 'S' },
  })
  const waiting = join(home, 'state', 'hooks')
  const reports = readdirSync(waiting).map((name) => JSON.parse(readFileSync(join(waiting, name), 'utf8')))
  expect(reports).toMatchObject([{ agent: 'claude', payload: { hook_event_name: 'Stop' } }])
})
