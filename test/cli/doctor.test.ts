import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkHome, checkNode, checkPlatform, checkSocketPaths } from '../../src/cli/doctor/system-checks.ts'
import { iterm2Check } from '../../src/cli/doctor/terminal-checks.ts'
import { describeState } from '../../src/iterm2/connection-state.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { json, run, stopAll } from './cli.ts'

interface Diagnosis {
  usable: boolean
  terminal: { kind: string; why: string }
  checks: { name: string; status: string; detail: string; fix?: string }[]
}

afterAll(stopAll)

describe('doctor', () => {
  it('finds everything on a fresh machine, starts nothing, and says which terminal and why', async () => {
    const diagnosis = await json<Diagnosis>('doctor')
    expect(diagnosis).toMatchObject({
      usable: true,
      terminal: { kind: 'host', why: expect.stringContaining('host') },
    })
    expect(diagnosis.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'platform',
        'node',
        'home',
        'socket paths',
        'native parts',
        'iTerm2',
        'agent claude',
      ]),
    )
    expect((await run(['service', 'status'])).code).toBe(1)
    expect((await run(['host', 'status'])).code).toBe(1)
    const { stdout, code } = await run(['doctor'])
    expect(code).toBe(0)
    expect(stdout).toContain('A launch would use the embedded host.')
  })

  it('sees the running service and host', async () => {
    await json('launch', 'x', '--', 'cat')
    const { checks } = await json<Diagnosis>('doctor')
    const details = Object.fromEntries(checks.map(({ name, detail }) => [name, detail]))
    expect(details).toMatchObject({
      service: expect.stringContaining('runs (pid'),
      'embedded host': expect.stringContaining('runs (pid'),
      mailboxes: expect.stringContaining('comms'),
    })
  })

  it('says what is wrong, and the fix', () => {
    expect(checkNode('18.20.1')).toMatchObject({ status: 'fail', fix: expect.stringContaining('20.19') })
    expect(checkNode('20.18.9').status).toBe('fail')
    expect(checkNode('24.0.0').status).toBe('ok')
    expect(checkPlatform('win32').status).toBe('fail')
    const long = resolveHome({ ITERM_ORCH_HOME: `/${'x'.repeat(120)}` })
    expect(checkSocketPaths(long)).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('ITERM_ORCH_HOME'),
    })
    const open = join(process.env['HOME'] ?? '', 'open')
    mkdirSync(open)
    chmodSync(open, 0o755)
    expect(checkHome(resolveHome({ ITERM_ORCH_HOME: open }))).toMatchObject({
      status: 'warn',
      fix: `chmod 700 '${open}'`,
    })
  })

  it.each(['not-installed', 'not-running', 'api-disabled', 'auth-failed', 'connect-failed'] as const)(
    'says the fix for iTerm2 in state %s: a warning, or a failure when iTerm2 is wished for',
    (state) => {
      const report = describeState(state)
      expect(report.fix).not.toBe('')
      expect(iterm2Check(report, 'auto')).toMatchObject({ status: 'warn', fix: report.fix })
      expect(iterm2Check(report, 'iterm2')).toMatchObject({ status: 'fail', fix: report.fix })
    },
  )
})
