/** The unit file for systemd. */
import type { Installation } from './installation.ts'

/** Without a ping for so long the service counts as hung and is started anew; it pings three times as often. */
const watchdogSeconds = 60

/**
 * The text of the unit. What the service starts (the terminal host, agents, tasks) inherits every restriction of
 * the unit, and `sudo`, package managers and containers must go on working in an agent's shell. So nothing is set
 * that implies NoNewPrivileges (every filter of system calls does for a service with a user) or that hides parts of
 * the file system; see docs/service.md.
 */
export function systemdUnit(installation: Installation): string {
  const { command, env, scope, user } = installation
  const lines = [
    '# Written by `iterm-orch service install`, which replaces it when it is run again.',
    '[Unit]',
    'Description=iterm-orch, which watches CLI coding agents and runs their tasks',
    // Ten failed starts within five minutes are no accident.
    'StartLimitIntervalSec=300',
    'StartLimitBurst=10',
    '',
    '[Service]',
    'Type=notify',
    // The pings are sent by systemd-notify, a child of the service.
    'NotifyAccess=all',
    `ExecStart=${command.map((word) => quoted(word).replaceAll('$', '$$$$')).join(' ')}`,
    ...Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    ...(user === undefined ? [] : [`User=${user}`]),
    'WorkingDirectory=~',
    'Restart=on-failure',
    'RestartSec=2',
    // A configuration that is not valid does not become so by another start.
    'RestartPreventExitStatus=2',
    `WatchdogSec=${watchdogSeconds}`,
    'TimeoutStartSec=60',
    'TimeoutStopSec=20',
    '# Agents and tasks outlive the service.',
    'KillMode=process',
    'OOMPolicy=continue',
    'TasksMax=infinity',
    '# What is typed for a person may be a password: no image of the memory on the disk.',
    'LimitCORE=0',
    '',
    '[Install]',
    `WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}`,
  ]
  return `${lines.join('\n')}\n`
}

/** A word as systemd.syntax(7) has it; `%` begins a specifier. In a command, and only there, `$` begins a variable. */
function quoted(word: string): string {
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('%', '%%')
  return `"${escaped}"`
}
