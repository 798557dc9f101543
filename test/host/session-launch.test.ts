import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { initialProfile, type Profile } from '../../src/host/profiles/profile-keys.ts'
import { planLaunch, SessionPlanError } from '../../src/host/session-launch.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'))
})

function plan(changes: Profile = {}, more: { env?: NodeJS.ProcessEnv; recycle?: string } = {}) {
  return planLaunch(
    { ...initialProfile, ...changes },
    {
      interpolate: async (template) => template.replace('\\(1 + 1)', '2'),
      env: { HOME: home, SHELL: '/bin/example-shell', ...more.env },
      changes,
      recycle: more.recycle,
    },
  )
}

const custom = (command: string, more: Profile = {}) =>
  plan({ 'Custom Command': 'Yes', Command: command, ...more })

describe('the program', () => {
  it('is the login shell, unless the profile has a command', async () => {
    expect((await plan()).argv).toBeUndefined()
    expect((await plan({ Command: 'ls' })).argv).toBeUndefined()
    expect((await custom(`cat 'a b' "\\$c"`)).argv).toEqual(['cat', 'a b', '$c'])
  })

  it('is evaluated first, then cut into words', async () => {
    expect((await custom('echo \\(1 + 1)')).argv).toEqual(['echo', '2'])
  })

  it('may be run by the login shell, or be a shell itself', async () => {
    const inShell = await custom('ls | wc -l', { 'Run Command In Login Shell': true })
    expect(inShell.argv).toEqual(['/bin/example-shell', '-l', '-c', 'exec ls | wc -l'])
    expect((await plan({ 'Custom Command': 'Custom Shell', Command: '/bin/fish' })).argv).toEqual([
      '/bin/fish',
      '-l',
    ])
  })

  it('that cannot be is refused', async () => {
    for (const changes of [
      { 'Custom Command': 'Yes', Command: ' ' },
      { 'Custom Command': 'SSH', Command: 'x' },
    ]) {
      await expect(plan(changes)).rejects.toThrow(SessionPlanError)
    }
  })
})

describe('the directory', () => {
  it('is home, the one of the profile, or the one asked for', async () => {
    expect((await plan()).cwd).toBe(home)
    expect((await plan({ 'Custom Directory': 'Yes', 'Working Directory': '/' })).cwd).toBe('/')
    expect((await plan({ 'Working Directory': '/' })).cwd).toBe('/')
    expect((await plan({ 'Custom Directory': 'No', 'Working Directory': '/' })).cwd).toBe(home)
    expect((await plan({ 'Working Directory': '~' })).cwd).toBe(home)
    expect((await plan({ 'Custom Directory': 'Recycle' }, { recycle: '/' })).cwd).toBe('/')
  })

  it('that is not there is an error, never another directory', async () => {
    await expect(plan({ 'Working Directory': join(home, 'gone') })).rejects.toThrow(/There is no directory/)
  })
})

describe('the environment', () => {
  it('says which terminal this is, and nothing of the one before', async () => {
    const before = {
      PATH: '/bin',
      TMUX: 'x',
      TERM_PROGRAM: 'other',
      TERM_PROGRAM_VERSION: '9',
      ITERM2_COOKIE: 'secret',
      ITERM2_KEY: 'secret',
      ITERM_SESSION_ID: 'old',
      ITERM_ORCH_HOME: '/orch',
      ITERM_ORCH_SESSION: 'old',
      COLUMNS: '10',
      LANG: 'C.UTF-8',
    }
    const env = (await plan({}, { env: before })).environment('ID', { window: 1, tab: 2 })
    expect(env).toEqual({
      PATH: '/bin',
      HOME: home,
      SHELL: '/bin/example-shell',
      LANG: 'C.UTF-8',
      ITERM_ORCH_HOME: '/orch',
      TERM: 'xterm-256color',
      TERM_PROGRAM: 'iTerm.app',
      TERM_PROGRAM_VERSION: '3.5.0',
      TERM_SESSION_ID: 'w1t2p0:ID',
      ITERM_SESSION_ID: 'w1t2p0:ID',
      ITERM_PROFILE: 'Default',
      COLORTERM: 'truecolor',
      COLORFGBG: '15;0',
      LC_TERMINAL: 'iTerm2',
      LC_TERMINAL_VERSION: '3.5.0',
      PWD: home,
    })
  })

  it('has a UTF-8 locale when there is none', async () => {
    expect((await plan()).environment('ID', { window: 0, tab: 0 })['LC_CTYPE']).toMatch(/UTF-8/)
  })
})

it('sizes and history stay within bounds', async () => {
  expect(await plan({ Columns: 1e9, Rows: -5, 'Scrollback Lines': -1 })).toMatchObject({
    size: { columns: 2000, rows: 2 },
    scrollback: 1000,
  })
  expect((await plan({ 'Unlimited Scrollback': true })).scrollback).toBe(Number.POSITIVE_INFINITY)
})
