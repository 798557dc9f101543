import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import { type Installation, installationName } from '../../../src/service/installation/installation.ts'
import {
  assertLastingPackage,
  lastingDirectories,
  lastingNode,
  lastingPath,
} from '../../../src/service/installation/lasting-paths.ts'
import { launchAgent } from '../../../src/service/installation/launch-agent.ts'
import { readState as launchdState } from '../../../src/service/installation/launchd.ts'
import { readState as systemdState } from '../../../src/service/installation/systemd.ts'
import { systemdUnit } from '../../../src/service/installation/systemd-unit.ts'

const home = resolveHome({ HOME: '/home/ann' })
const installation: Installation = {
  name: 'iterm-orch',
  scope: 'user',
  command: ['/usr/bin/node', '/opt/iterm-orch/dist/main.js', 'service', 'run'],
  env: { PATH: '/usr/bin:/bin', ITERM_ORCH_HOME: home.root },
  home,
}
const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0

describe('the unit for systemd', () => {
  it('leaves alone what the service has started', () => {
    const unit = systemdUnit(installation)
    expect(unit).toContain('KillMode=process\n')
    expect(unit).toContain('OOMPolicy=continue\n')
    // Each of these would end `sudo` in an agent's shell, or hide its files from it.
    expect(unit).not.toMatch(
      /NoNewPrivileges|SystemCallFilter|RestrictNamespaces|Protect|PrivateTmp|MemoryMax/,
    )
  })

  it('starts with the machine, as the person, when it belongs to the system', () => {
    const unit = systemdUnit({ ...installation, scope: 'system', user: 'ann' })
    expect(unit).toContain('User=ann\n')
    expect(unit).toContain('WantedBy=multi-user.target\n')
  })

  it.runIf(canVerify)('is a unit that systemd takes without complaint', () => {
    const odd = {
      ...installation,
      command: ['/bin/sh', 'a b', '50% "x" $HOME', 'c\\d'],
      env: { A: 'ü % " \\ $B' },
    }
    for (const one of [installation, odd]) {
      const directory = mkdtempSync(join(tmpdir(), 'u-'))
      const file = join(directory, 'iterm-orch.service')
      // The program must exist for the check.
      writeFileSync(file, systemdUnit({ ...one, command: ['/bin/sh', ...one.command.slice(1)] }))
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', file], {
        encoding: 'utf8',
        env: { ...process.env, XDG_RUNTIME_DIR: directory },
      })
      expect({ status, stderr: stderr.split('\n').filter((line) => line.includes('iterm-orch')) }).toEqual({
        status: 0,
        stderr: [],
      })
    }
  })

  it('says each word as it was, by the rules of systemd.syntax(7)', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\0\r\n]/.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), word, (command, value) => {
        const unit = systemdUnit({ ...installation, command, env: { NAME: value } })
        expect(words(line(unit, 'ExecStart='), true)).toEqual(command)
        expect(words(line(unit, 'Environment='), false)).toEqual([`NAME=${value}`])
      }),
    )
  })

  it('tells how the unit is, from what systemctl shows', () => {
    const shown =
      'UnitFileState=enabled\nActiveState=active\nSubState=running\nMainPID=71\nNRestarts=2\nResult=success'
    expect(systemdState(shown)).toEqual({
      enabled: true,
      active: true,
      pid: 71,
      restarts: 2,
      detail: 'active (running)',
    })
    expect(systemdState('ActiveState=failed\nSubState=failed\nMainPID=0\nResult=watchdog')).toMatchObject({
      active: false,
      detail: 'failed (failed, watchdog)',
    })
    expect(systemdState('')).toMatchObject({ enabled: false, active: false })
  })
})

describe('the property list for launchd', () => {
  it('has documented keys, and the values that were given', () => {
    const env = { PATH: '/opt/a & b/bin:<x>', ITERM_ORCH_HOME: home.root }
    const list = parse(launchAgent({ ...installation, env })) as Record<string, unknown>
    expect(Object.keys(list).filter((key) => !launchdKeys.has(key))).toEqual([])
    expect(list).toMatchObject({
      Label: 'org.iterm-orch.service',
      ProgramArguments: installation.command,
      EnvironmentVariables: env,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      AbandonProcessGroup: true,
      LimitLoadToSessionType: 'Aqua',
      StandardErrorPath: '/home/ann/.iterm-orch/logs/service.log',
    })
  })

  it('tells how the job is, from what launchctl prints', () => {
    const printed =
      'gui/501/org.iterm-orch.service = {\n\tactive count = 1\n\tstate = running\n\n\truns = 3\n\tpid = 812\n}'
    expect(launchdState(printed)).toEqual({
      enabled: true,
      active: true,
      pid: 812,
      restarts: 2,
      detail: 'running',
    })
    expect(launchdState('\tstate = not running\n')).toMatchObject({ active: false, detail: 'not running' })
  })
})

describe('what an installed service is started by', () => {
  const real: Record<string, string> = {
    '/opt/homebrew/bin/node': '/opt/homebrew/Cellar/node/24.1.0/bin/node',
    '/opt/homebrew/Cellar/node/24.1.0/bin/node': '/opt/homebrew/Cellar/node/24.1.0/bin/node',
    '/usr/bin/node': '/usr/bin/node',
    '/h/.nvm/versions/node/v20.20.2/bin/node': '/h/.nvm/versions/node/v20.20.2/bin/node',
  }
  const realpath = (path: string) => real[path]

  it('is a node that outlives its update, where there is a path without a version', () => {
    const brew = '/opt/homebrew/Cellar/node/24.1.0/bin/node'
    expect(lastingNode(brew, '/opt/homebrew/bin:/usr/bin', realpath)).toBe('/opt/homebrew/bin/node')
    expect(lastingNode('/usr/bin/node', '/usr/bin', realpath)).toBe('/usr/bin/node')
    const nvm = '/h/.nvm/versions/node/v20.20.2/bin/node'
    expect(lastingNode(nvm, '/h/.nvm/versions/node/v20.20.2/bin:/usr/bin', realpath)).toBe(nvm)
  })

  it('finds what the shell finds, without what passes with the shell', () => {
    const path =
      '/run/user/1/fnm_multishells/1_2/bin:./bin:/x/node_modules/.bin:/h/.local/bin:/usr/bin:/h/.local/bin'
    expect(lastingDirectories(path).slice(0, 2)).toEqual(['/h/.local/bin', '/usr/bin'])
    expect(lastingDirectories('')).toContain('/usr/bin')
    expect(lastingPath('/h/.nvm/versions/node/v20.20.2/bin/node', '/usr/bin').split(':')[0]).toBe(
      '/h/.nvm/versions/node/v20.20.2/bin',
    )
  })

  it('is not a copy in the cache of npx', () => {
    expect(() => assertLastingPackage('/h/.npm/_npx/ab12/node_modules/iterm-orch/dist/main.js')).toThrow(
      /cache of npx/,
    )
    expect(() =>
      assertLastingPackage('/h/.cache/pnpm/dlx/ab12/node_modules/iterm-orch/dist/main.js'),
    ).toThrow(/cache of dlx/)
    expect(() => assertLastingPackage('/usr/lib/node_modules/iterm-orch/dist/main.js')).not.toThrow()
  })

  it('has one name for each home', () => {
    const env = { HOME: '/home/ann' }
    expect(installationName(home, env)).toBe('iterm-orch')
    const other = installationName(resolveHome({ ...env, ITERM_ORCH_HOME: '/srv/orch' }), env)
    expect(other).toMatch(/^iterm-orch-[0-9a-f]{8}$/)
  })
})

/** launchd.plist(5), macOS 14. */
const launchdKeys = new Set([
  ...['Label', 'ProgramArguments', 'EnvironmentVariables', 'WorkingDirectory', 'RunAtLoad', 'KeepAlive'],
  ...[
    'ThrottleInterval',
    'LimitLoadToSessionType',
    'AbandonProcessGroup',
    'ProcessType',
    'HardResourceLimits',
  ],
  ...['StandardOutPath', 'StandardErrorPath'],
])

function line(unit: string, key: string): string {
  return (
    unit
      .split('\n')
      .find((one) => one.startsWith(key))
      ?.slice(key.length) ?? ''
  )
}

/** Quoted words with C-style escapes; specifiers and, in commands, variables are doubled. */
function words(text: string, command: boolean): string[] {
  return [...text.matchAll(/"((?:\\.|[^"\\])*)"/gs)].map(([, body = '']) => {
    const plain = body.replace(/\\(.)/gs, '$1').replaceAll('%%', '%')
    return command ? plain.replaceAll('$$', '$') : plain
  })
}
