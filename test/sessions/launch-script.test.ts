import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { programEnvironment, writeLaunchFiles } from '../../src/sessions/launch-script.ts'
import { RecordStore, type SessionRecord } from '../../src/sessions/session-record.ts'

/** Prints its arguments and some of its environment as JSON. */
const teller =
  'process.stdout.write(JSON.stringify({ args: process.argv.slice(1), env: process.env, cwd: process.cwd() }))'

function prepare(argv: string[], env: Record<string, string>) {
  const home = resolveHome({
    ITERM_ORCH_HOME: join(mkdtempSync(join(process.env['HOME'] ?? '', "it's ")), 'h'),
  })
  const store = new RecordStore(home)
  store.prepare()
  const record: SessionRecord = {
    version: 1,
    id: 'A0000000-0000-4000-8000-000000000000',
    name: 'n',
    agent: 'a',
    task: 't',
    thread: 'the-task',
    cwd: join(home.root, '..'),
    command: [],
    terminal: 'host',
    stage: 'intent',
    launchedAt: new Date().toISOString(),
    typedTask: 'none',
    reported: [],
  }
  writeLaunchFiles(store, record, argv, env, [])
  return { store, record }
}

function run(argv: string[], env: Record<string, string>) {
  const { store, record } = prepare([process.execPath, '-e', teller, '--', ...argv], env)
  const options = { env: { TERM: 'xterm-test' }, encoding: 'utf8' as const }
  const told = JSON.parse(execFileSync('/bin/sh', [store.scriptPath(record.id)], options))
  return { told, store, record }
}

describe('the launch script', () => {
  it('gives the program its directory, its arguments, and the environment of whoever launched it', () => {
    const { told, record } = run(['two words', "it's", '$HOME `x`'], {
      API_KEY: "se'cret\nline",
      TERM: 'dumb',
      ITERM2_COOKIE: 'x',
    })
    expect(told.args).toEqual(['two words', "it's", '$HOME `x`'])
    expect(told.cwd).toBe(record.cwd)
    expect(told.env).toMatchObject({
      API_KEY: "se'cret\nline",
      TERM: 'xterm-test',
      ITERM_ORCH_SESSION: record.id,
      ITERM_ORCH_TASK: 'the-task',
    })
    expect(told.env.ITERM2_COOKIE).toBeUndefined()
  })

  it('leaves no secret on the disk', () => {
    const { store, record } = run([], { API_KEY: 'secret-value' })
    expect(existsSync(store.environmentPath(record.id))).toBe(false)
    expect(readFileSync(store.scriptPath(record.id), 'utf8')).not.toContain('secret-value')
    expect(statSync(store.scriptPath(record.id)).mode & 0o777).toBe(0o700)
  })

  it('keeps the environment for its owner alone until it is read', () => {
    const { store, record } = prepare(['/bin/true'], { API_KEY: 'x' })
    expect(statSync(store.environmentPath(record.id)).mode & 0o777).toBe(0o600)
  })

  it('passes any argument and any value as it is', () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), word, (args, value) => {
        const { told } = run(args, { VALUE: value })
        expect(told.args).toEqual(args)
        expect(told.env.VALUE).toBe(value)
      }),
      { numRuns: 20 },
    )
  })

  it('takes no variables that belong to another terminal, or that a shell refuses', () => {
    const names = programEnvironment({
      PATH: '/bin',
      TMUX: 'x',
      ITERM_SESSION_ID: 'x',
      ITERM_ORCH_HOME: '/h',
      ITERM_ORCH_SECRET_NAMES: 'TOKEN',
      UID: '1',
      'BASH_FUNC_f%%': '() { :; }',
      LANG: 'C',
    }).map(([name]) => name)
    expect(names).toEqual(['PATH', 'ITERM_ORCH_HOME', 'ITERM_ORCH_SECRET_NAMES', 'LANG'])
  })
})
