/** Which file a session runs, and why it cannot. */
import { accessSync, constants, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { systemErrorCode } from '../../lib/errors.ts'
import type { SessionSpec } from '../session-types.ts'

type Program = { file: string; args: string[] } | { problem: string; exitCode: number }

/** Exit codes of a shell for a command that it cannot run. */
const notFound = 127
const notExecutable = 126

/** Where commands are looked for when the environment names no PATH. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/** The program of a session: its arguments, or the login shell. Checked here, so that a failure has words. */
export function sessionProgram(spec: SessionSpec): Program {
  const problem = directoryProblem(spec.cwd)
  if (problem !== undefined) {
    return { problem: `cannot start in ${spec.cwd}: ${problem}`, exitCode: notExecutable }
  }
  const [command, ...args] = spec.argv ?? [loginShell(spec.env), '-l']
  if (command === undefined || command === '') {
    return { problem: 'cannot start: no command was given', exitCode: notFound }
  }
  const found = findProgram(command, spec)
  if (typeof found === 'string') return { file: found, args }
  return { problem: `cannot start ${command}: ${found.problem}`, exitCode: found.exitCode }
}

/** The user's shell: `SHELL`, else what the system has on record, else sh. */
export function loginShell(env: Record<string, string>): string {
  if (env['SHELL']) return env['SHELL']
  try {
    return userInfo().shell ?? '/bin/sh'
  } catch {
    // A user without an entry in the password database, as in some containers.
    return '/bin/sh'
  }
}

function directoryProblem(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'it is not a directory'
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? 'there is no such directory' : String(systemErrorCode(error))
  }
}

function findProgram(command: string, spec: SessionSpec): string | { problem: string; exitCode: number } {
  if (command.includes('/')) {
    const state = fileState(resolve(spec.cwd, command))
    if (state === 'executable') return command
    return state === 'absent'
      ? { problem: 'there is no such file', exitCode: notFound }
      : { problem: 'it is not an executable file', exitCode: notExecutable }
  }
  const directories = (spec.env['PATH'] ?? defaultPath).split(delimiter)
  const states = directories.map((directory) => fileState(resolve(spec.cwd, directory, command)))
  const index = states.indexOf('executable')
  // By its name, so that it sees what was typed; the system searches the same PATH again.
  if (index >= 0) return spec.env['PATH'] ? command : resolve(directories[index] ?? '', command)
  return states.includes('other')
    ? { problem: 'the file on PATH is not executable', exitCode: notExecutable }
    : { problem: 'it is not on PATH', exitCode: notFound }
}

function fileState(path: string): 'executable' | 'other' | 'absent' {
  try {
    if (!statSync(path).isFile()) return 'other'
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch (error) {
    return systemErrorCode(error) === 'EACCES' ? 'other' : 'absent'
  }
}
