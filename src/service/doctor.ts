/** Looks at every precondition and says what to do about those that are missing. */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { Unreadable } from '../escalation/escalation-store.ts'
import { localTime } from '../escalation/limits/limit-text.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { assertSocketPathFits, type Home } from '../lib/home.ts'
import { isSetAside } from '../lib/json-file.ts'
import { namesIn } from '../lib/names-in.ts'
import { findProgram } from '../sessions/find-program.ts'
import type { DoctorCheck, DoctorReport, TerminalStatus } from './api.ts'
import type { Config } from './config.ts'
import type { LimitList } from './limits-api.ts'

/** The agents are looked for on the service's own PATH, which is that of whoever started it. */
export function examine(
  home: Home,
  config: Config,
  problems: readonly string[],
  terminal: TerminalStatus,
  accounts: LimitList,
  unreadable: readonly Unreadable[],
  notices: readonly string[],
): DoctorReport {
  return {
    terminal,
    checks: [
      { name: 'service', status: 'ok', detail: `runs as process ${process.pid}` },
      node(),
      terminalCheck(terminal),
      writable('home', home.root),
      writable('mailboxes', config.comms, home.root),
      socketPath(home),
      configuration(home, problems),
      people(config),
      escalationRecords(unreadable),
      limits(accounts),
      stateFiles(home, notices),
      ...Object.entries(config.agents).map(([name, { command }]) => agent(name, command[0] ?? '')),
    ],
  }
}

function node(): DoctorCheck {
  return { name: 'node', status: 'ok', detail: `${process.version} on ${process.platform} ${process.arch}` }
}

function terminalCheck({ kind, state, why, fix }: TerminalStatus): DoctorCheck {
  const name = kind === 'iterm2' ? 'iTerm2' : 'embedded host'
  const usable = state === 'connected' || state === 'disconnected' || kind === 'host'
  return {
    name: 'terminal',
    status: usable ? 'ok' : 'fail',
    detail: `${name}: ${state}. ${why}`,
    ...(fix ? { fix } : {}),
  }
}

function writable(name: string, path: string, parent = path): DoctorCheck {
  try {
    accessSync(path, constants.W_OK)
    return { name, status: 'ok', detail: path }
  } catch (error) {
    // A directory below our own home is made when it is needed.
    if (path !== parent && path.startsWith(parent))
      return { name, status: 'ok', detail: `${path} (not made yet)` }
    return { name, status: 'fail', detail: errorMessage(error), fix: `Make ${path} writable for you.` }
  }
}

/** @param problems of config.yaml and of the profiles, one text each */
function configuration(home: Home, problems: readonly string[]): DoctorCheck {
  const name = 'configuration'
  if (problems.length === 0) return { name, status: 'ok', detail: home.config }
  const fix = 'Mend the file; what was valid before stays in force until then.'
  return { name, status: 'fail', detail: problems.join('; '), fix }
}

/** Whether anybody is told of what nobody answered; a desktop has to be there for its notifications. */
function escalationRecords(unreadable: readonly Unreadable[]): DoctorCheck {
  const name = 'escalations'
  if (unreadable.length === 0) return { name, status: 'ok', detail: 'every record can be read' }
  return {
    name,
    status: 'warn',
    // Why a file cannot be read names it already; of a directory only its own error is known.
    detail: unreadable
      .map(({ path, reason }) => (reason.includes(path) ? reason : `${path}: ${reason}`))
      .join('; '),
    fix: 'Mend the files, or move them away: until then nobody is asked about what stands in them.',
  }
}

/**
 * What the service, or the embedded host, could not understand and began without.
 *
 * @param notices of the state of tasks
 */
function stateFiles({ state }: Home, notices: readonly string[]): DoctorCheck {
  const name = 'state files'
  try {
    const aside = namesIn(state).filter(isSetAside)
    const found = [...aside.map((each) => `${join(state, each)} could not be understood.`), ...notices]
    if (found.length === 0) return { name, status: 'ok', detail: 'every file could be understood' }
    const fix = 'Look at what they said, and remove them.'
    return { name, status: 'warn', detail: found.join(' '), fix }
  } catch (error) {
    return { name, status: 'fail', detail: errorMessage(error), fix: `Make ${state} readable for you.` }
  }
}

function people({ notifiers }: Config): DoctorCheck {
  const name = 'notifiers'
  const { DISPLAY, WAYLAND_DISPLAY, DBUS_SESSION_BUS_ADDRESS } = process.env
  const desktop =
    process.platform === 'darwin' || Boolean(DISPLAY || WAYLAND_DISPLAY || DBUS_SESSION_BUS_ADDRESS)
  const usable = notifiers.filter(({ type }) => type !== 'desktop' || desktop)
  if (usable.length > 0) return { name, status: 'ok', detail: usable.map((one) => one.name).join(', ') }
  const why = notifiers.length === 0 ? 'none is configured' : 'there is no desktop here'
  return {
    name,
    status: 'warn',
    detail: `nobody can be told of what waits for a person: ${why}`,
    fix: 'Add a notifier under `notifiers:` in config.yaml (docs/notifiers.md), or look at `iterm-orch escalations`.',
  }
}

/** Accounts on which nothing can be started now. */
function limits({ accounts, unreadable }: LimitList): DoctorCheck {
  const name = 'limits'
  const held = accounts.filter(({ phase }) => phase !== 'closed')
  const details = [
    ...held.map(({ title, kind, tryAt }) =>
      kind === 'login' || tryAt === undefined
        ? `the login has failed: ${title}`
        : `at its limit until ${localTime(tryAt)}: ${title}`,
    ),
    ...unreadable.map(({ path, reason }) => `${path} cannot be read: ${reason}`),
  ]
  if (details.length === 0) return { name, status: 'ok', detail: 'no account is held back' }
  const fix = 'See `iterm-orch limits`; `iterm-orch limits clear <account>` ends one by hand.'
  return { name, status: 'warn', detail: details.join('; '), fix }
}

function socketPath(home: Home): DoctorCheck {
  try {
    for (const path of [home.serviceSocket, home.hostSocket]) assertSocketPathFits(path)
    return { name: 'socket paths', status: 'ok', detail: home.run }
  } catch (error) {
    const fix = error instanceof OrchError ? error.hint : undefined
    return { name: 'socket paths', status: 'fail', detail: errorMessage(error), ...(fix ? { fix } : {}) }
  }
}

function agent(name: string, program: string): DoctorCheck {
  try {
    return {
      name: `agent ${name}`,
      status: 'ok',
      detail: findProgram(program, process.env['PATH'], process.cwd()),
    }
  } catch {
    const detail = `${program} is not on the service's PATH`
    return { name: `agent ${name}`, status: 'warn', detail, fix: `Install ${program} to use this agent.` }
  }
}
