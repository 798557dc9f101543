/** From a profile to what it takes to start its program. */
import { statSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { type GridSize, maximumGrid, minimumPane } from './layout/pane-size.ts'
import type { Profile } from './profiles/profile-keys.ts'
import { splitCommand } from './session-command.ts'
import { type SessionPosition, sessionEnvironment } from './session-environment.ts'
import type { VariableValue } from './session-types.ts'

/** The profile, or what was changed in it, does not say how to start a program. */
export class SessionPlanError extends Error {
  override name = 'SessionPlanError'
}

export interface LaunchPlan {
  /** The login shell when absent. */
  argv: string[] | undefined
  cwd: string
  /** Lines; Infinity for no limit. */
  scrollback: number
  /** Size of a window of its own. */
  size: GridSize
  /** Typed once the program runs, with Enter. */
  initialText: string
  environment(id: string, position: SessionPosition): Record<string, string>
}

export interface LaunchContext {
  interpolate(template: string): Promise<string>
  env: NodeJS.ProcessEnv
  /** What this session has different from its profile. */
  changes: Profile
  /** Directory of the session that has the focus, for profiles that start where it is. */
  recycle: VariableValue | undefined
}

/** @throws {SessionPlanError} when a command or directory cannot be used. */
export async function planLaunch(profile: Profile, context: LaunchContext): Promise<LaunchPlan> {
  const cwd = await chooseDirectory(profile, context)
  const argv = await chooseCommand(profile, context)
  const initialText = await interpolated(textOf(profile, 'Initial Text'), context)
  const scrollback = profile['Unlimited Scrollback'] === true ? Number.POSITIVE_INFINITY : lineCount(profile)
  return {
    argv,
    cwd,
    scrollback,
    size: { columns: cellCount(profile, 'Columns', 80), rows: cellCount(profile, 'Rows', 25) },
    initialText,
    environment: (id, position) =>
      sessionEnvironment({
        base: context.env,
        id,
        position,
        cwd,
        profileName: textOf(profile, 'Name'),
        terminalType: textOf(profile, 'Terminal Type') || 'xterm-256color',
      }),
  }
}

async function chooseDirectory(profile: Profile, context: LaunchContext): Promise<string> {
  const home = context.env['HOME'] || homedir()
  const { changes } = context
  // A directory that was asked for with the session counts even when nobody said "Custom Directory: Yes".
  const asked = 'Working Directory' in changes && !('Custom Directory' in changes)
  const mode = asked ? 'Yes' : textOf(profile, 'Custom Directory')
  let directory = home
  if (mode === 'Yes') directory = await interpolated(textOf(profile, 'Working Directory'), context)
  if (mode === 'Recycle' && typeof context.recycle === 'string') directory = context.recycle
  if (directory === '' || directory === '~') return home
  if (directory.startsWith('~/')) directory = join(home, directory.slice(2))
  if (!isAbsolute(directory)) directory = join(home, directory)
  if (!isDirectory(directory)) throw new SessionPlanError(`There is no directory ${directory}`)
  return directory
}

async function chooseCommand(profile: Profile, context: LaunchContext): Promise<string[] | undefined> {
  const mode = textOf(profile, 'Custom Command')
  if (mode === 'No' || mode === '') return undefined
  const template = textOf(profile, 'Command')
  if (mode === 'SSH' || mode === 'Browser') throw new SessionPlanError(`The host has no ${mode} sessions`)
  const command = await interpolated(template, context)
  const words = splitCommand(command)
  if (words.length === 0) {
    if (mode === 'Custom Shell') return undefined
    throw new SessionPlanError('Custom Command is on, but Command is empty')
  }
  if (mode === 'Custom Shell') return [...words, '-l']
  if (profile['Run Command In Login Shell'] !== true) return words
  return [loginShell(context.env), '-l', '-c', `exec ${command}`]
}

async function interpolated(template: string, context: LaunchContext): Promise<string> {
  if (!template.includes('\\(')) return template
  try {
    return await context.interpolate(template)
  } catch (error) {
    throw new SessionPlanError(`Cannot evaluate ${JSON.stringify(template)}: ${String(error)}`)
  }
}

function loginShell(env: NodeJS.ProcessEnv): string {
  return env['SHELL'] || userInfo().shell || '/bin/sh'
}

function textOf(profile: Profile, key: string): string {
  const value = profile[key]
  return typeof value === 'string' ? value : ''
}

function cellCount(profile: Profile, key: 'Columns' | 'Rows', fallback: number): number {
  const value = profile[key]
  const count = typeof value === 'number' ? Math.round(value) : fallback
  return Math.min(maximumGrid, Math.max(minimumPane.columns, count))
}

function lineCount(profile: Profile): number {
  const value = profile['Scrollback Lines']
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : 1000
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
