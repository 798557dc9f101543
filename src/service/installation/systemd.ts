import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { OrchError } from '../../lib/errors.ts'
import { commandFor } from './command-for.ts'
import type { Installation } from './installation.ts'
import type { RunTool } from './run-tool.ts'
import type { Supervisor, UnitState } from './supervisor.ts'
import { systemdUnit } from './systemd-unit.ts'

/** A service of the user's own systemd, or of the system's. */
export function systemd(
  installation: Installation,
  run: RunTool,
  env: NodeJS.ProcessEnv = process.env,
  systemUnits = '/etc/systemd/system',
): Supervisor {
  const { name, scope } = installation
  const unit = `${name}.service`
  const manager = scope === 'user' ? ['--user'] : []

  async function systemctl(...args: string[]): Promise<string> {
    const { status, output, complaint } = await run('systemctl', [...manager, ...args])
    if (status === 0) return output
    throw new OrchError(
      'failed',
      `systemctl ${args.join(' ')} failed: ${complaint || output || 'no reason given'}`,
      {
        hint: hintFor(complaint, scope),
      },
    )
  }

  return {
    kind: 'systemd',
    file: join(scope === 'system' ? systemUnits : userUnits(env), unit),
    text: systemdUnit(installation),
    async enable() {
      await systemctl('daemon-reload')
      await systemctl('enable', unit)
      await systemctl('restart', unit)
    },
    async disable() {
      // A unit that is not loaded cannot be stopped; that is what was wanted.
      await run('systemctl', [...manager, 'disable', '--now', unit])
      await run('systemctl', [...manager, 'daemon-reload'])
    },
    async start() {
      await systemctl('start', unit)
    },
    async state() {
      return readState((await run('systemctl', [...manager, 'show', unit, '--property', shown])).output)
    },
    async advice() {
      if (scope === 'system') return []
      const { username } = userInfo()
      const { status, output } = await run('loginctl', [
        'show-user',
        username,
        '--property',
        'Linger',
        '--value',
      ])
      if (status === 0 && output === 'yes') return []
      return [
        `It starts when ${username} logs in and ends with the last session. To have it from the start of the ` +
          `machine: loginctl enable-linger ${username}`,
      ]
    },
  }
}

const shown = 'UnitFileState,ActiveState,SubState,MainPID,NRestarts,Result'

/** `key=value` lines, as `systemctl show` prints them. */
export function readState(text: string): UnitState {
  const values = Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const pid = Number(values['MainPID'])
  const restarts = Number(values['NRestarts'])
  const failed = values['Result'] && values['Result'] !== 'success' ? `, ${values['Result']}` : ''
  return {
    enabled: values['UnitFileState'] === 'enabled',
    active: values['ActiveState'] === 'active',
    ...(pid > 0 && { pid }),
    ...(Number.isInteger(restarts) && { restarts }),
    detail: `${values['ActiveState'] ?? 'unknown'} (${values['SubState'] ?? 'systemd gave no answer'}${failed})`,
  }
}

function userUnits(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'systemd', 'user')
}

function hintFor(complaint: string, scope: Installation['scope']): string {
  if (/connect to (the )?bus/i.test(complaint)) {
    return 'There is no systemd of this user here, as in a container or after `su`. Log in as the user (ssh, `machinectl shell user@`), or try --system.'
  }
  if (scope === 'system') return `Run it as root: ${commandFor('install', scope)}`
  return 'See `journalctl --user --unit iterm-orch` and `iterm-orch service logs`.'
}
