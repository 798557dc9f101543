/** Finds the installed service of a home, and what is to be installed for it. */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { errorMessage, OrchError, systemErrorCode } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { ownCommand } from '../own-command.ts'
import { type Installation, type InstallationScope, installationName } from './installation.ts'
import { lastingNode, lastingPath } from './lasting-paths.ts'
import { launchd } from './launchd.ts'
import { type RunTool, runTool } from './run-tool.ts'
import type { Supervisor, UnitState } from './supervisor.ts'
import { systemd } from './systemd.ts'

/** The computer that it is installed on. */
export interface Place {
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  run: RunTool
  /** Where the units of the system are; `/etc/systemd/system` when absent. */
  systemUnits?: string
}

export const thisPlace: Place = { env: process.env, platform: process.platform, run: runTool }

/** What the environment of an installed service keeps of the shell's, beside PATH. No key or token is among them. */
const keptVariables = [
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'SHELL',
  'TZ',
  'XDG_CONFIG_HOME',
  'ITERM_ORCH_TERMINAL',
  'ITERM_ORCH_LOG_LEVEL',
]

/**
 * The supervisor of this computer, for the service of `home`.
 *
 * @throws {OrchError} `usage` where the scope is not to be had or the package would not last.
 */
export function supervisorFor(home: Home, scope: InstallationScope, place: Place = thisPlace): Supervisor {
  const { env, platform, run, systemUnits } = place
  const installation = installationOf(home, scope, env)
  if (platform === 'darwin') {
    if (scope === 'system') {
      throw new OrchError(
        'usage',
        'A service of the system cannot reach iTerm2, which belongs to who is logged in.',
        {
          hint: 'Leave --system away: the agent starts when you log in.',
        },
      )
    }
    return launchd(installation, run, env)
  }
  return systemd(installation, run, env, systemUnits)
}

function installationOf(home: Home, scope: InstallationScope, env: NodeJS.ProcessEnv): Installation {
  const [node = process.execPath, ...args] = ownCommand()
  const path = env['PATH'] ?? ''
  const program = lastingNode(node, path)
  const kept = keptVariables.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  return {
    name: installationName(home, env),
    scope,
    command: [program, ...args, 'service', 'run'],
    env: { PATH: lastingPath(program, path), ...Object.fromEntries(kept), ITERM_ORCH_HOME: home.root },
    home,
    ...(scope === 'system' && { user: userOf(env) }),
  }
}

/**
 * The place for a service of the system: under sudo everything belongs to the person who called it, not to root.
 *
 * @throws {OrchError} `failed` when that person's home cannot be found out.
 */
export async function systemPlace(place: Place = thisPlace): Promise<Place> {
  const name = place.env['SUDO_USER']
  if (!name || place.platform === 'darwin') return place
  const { output, complaint } = await place.run('getent', ['passwd', name])
  const [, , , , , home, shell] = output.split(':')
  if (!home)
    throw new OrchError('failed', `The home of ${name} cannot be found out: ${complaint || 'no entry'}`)
  return { ...place, env: { ...place.env, HOME: home, ...(shell && { SHELL: shell }) } }
}

/** The service belongs to the person, not to root: under sudo that is who called it. */
function userOf(env: NodeJS.ProcessEnv): string {
  return env['SUDO_USER'] || userInfo().username
}

export interface InstalledService extends UnitState {
  supervisor: Supervisor['kind']
  scope: InstallationScope
  file: string
  /** The file differs from what `service install` would write now, in more than the environment of who calls it. */
  outdated: boolean
}

/** The service that is installed for this home; the user's goes before the system's. */
export async function installedService(home: Home, place = thisPlace): Promise<InstalledService | undefined> {
  const found = findInstalled(home, place)
  if (!found) return undefined
  const { supervisor, scope } = found
  const { kind, file, text } = supervisor
  const outdated = withoutEnvironment(readUnit(file) ?? '') !== withoutEnvironment(text)
  return { ...(await supervisor.state()), supervisor: kind, scope, file, outdated }
}

/** Who looks has another PATH than who installed, such as root under sudo, or a shell with a Python environment. */
function withoutEnvironment(unit: string): string {
  return unit
    .replaceAll(/^Environment=.*\n/gmu, '')
    .replace(/<key>EnvironmentVariables<\/key>\s*<dict>.*?<\/dict>/su, '')
}

/** Cheap: it only looks whether there is a unit. */
export function findInstalled(
  home: Home,
  place = thisPlace,
  scopes = scopesOf(place),
): { supervisor: Supervisor; scope: InstallationScope } | undefined {
  for (const scope of scopes) {
    const supervisor = supervisorFor(home, scope, place)
    if (isOfHome(supervisor)) return { supervisor, scope }
  }
  return undefined
}

/** The one that is installed for this home in another scope. */
export function otherInstalled(home: Home, scope: InstallationScope, place = thisPlace) {
  return findInstalled(
    home,
    place,
    scopesOf(place).filter((other) => other !== scope),
  )
}

/** The units of the system are those of all its users, and two of them may be called alike. */
export function isOfHome({ file, text }: Supervisor): boolean {
  const unit = readUnit(file)
  if (unit === undefined) return false
  const line = text.split('\n').find((one) => one.includes('ITERM_ORCH_HOME='))
  return line === undefined || unit.includes(line)
}

function scopesOf({ platform }: Place): InstallationScope[] {
  return platform === 'darwin' ? ['user'] : ['user', 'system']
}

/** Undefined when there is none. */
export function readUnit(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new OrchError('failed', `${file} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}
