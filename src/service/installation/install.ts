/** Installs the service so that it starts by itself, and takes it away again. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { logSize, saidReason, stopService } from '../ensure-service.ts'
import { ownCommand } from '../own-command.ts'
import { commandFor } from './command-for.ts'
import type { InstallationScope } from './installation.ts'
import { isOfHome, otherInstalled, type Place, readUnit, supervisorFor, thisPlace } from './installed.ts'
import { assertLastingPackage } from './lasting-paths.ts'
import type { Supervisor } from './supervisor.ts'

export interface InstallResult {
  supervisor: Supervisor['kind']
  file: string
  text: string
  /** The file on the disk said the same already. */
  unchanged: boolean
  advice: string[]
}

/**
 * Writes the unit and starts the service by it. A service that was started otherwise is stopped first; sessions go
 * on. Doing it again is harmless.
 *
 * @throws {OrchError} why the service could not run, else `failed` with what the supervisor said; the file is then as
 *   it was before.
 */
export async function installService(
  home: Home,
  scope: InstallationScope,
  place = thisPlace,
): Promise<InstallResult> {
  assertLastingPackage(ownCommand().at(-1) ?? '')
  const supervisor = supervisorFor(home, scope, place)
  const { kind, file, text } = supervisor
  if (existsSync(file) && !isOfHome(supervisor)) {
    throw new OrchError('failed', `${file} is the unit of another home.`, {
      hint: 'Give this one another name by another home: set ITERM_ORCH_HOME.',
    })
  }
  assertOnlyOne(home, scope, place)
  const before = readUnit(file)
  const { active } = await supervisor.state()
  if (before !== text) writeUnit(file, text)
  if (before === text && active)
    return { supervisor: kind, file, text, unchanged: true, advice: await supervisor.advice() }
  await stopService(home)
  const logStart = logSize(home)
  try {
    await supervisor.enable()
  } catch (error) {
    const reason = saidReason(home, logStart) ?? error
    if (before === undefined) await supervisor.disable()
    putBack(file, before)
    // It ran with what is there again; that it does not now is said with the same reason.
    if (before !== undefined && active) await supervisor.enable().catch(() => undefined)
    throw reason
  }
  return { supervisor: kind, file, text, unchanged: before === text, advice: await supervisor.advice() }
}

/** False when none was installed. The running service is stopped; sessions go on. */
export async function uninstallService(
  home: Home,
  scope: InstallationScope,
  place = thisPlace,
): Promise<boolean> {
  const supervisor = supervisorFor(home, scope, place)
  if (!isOfHome(supervisor)) return false
  await supervisor.disable()
  await stopService(home)
  rmSync(supervisor.file, { force: true })
  return true
}

/** Two units would start two services for one home, and one of them would fail again and again. */
function assertOnlyOne(home: Home, scope: InstallationScope, place: Place): void {
  const other = otherInstalled(home, scope, place)
  if (!other) return
  throw new OrchError(
    'failed',
    `The service of this home is installed already, by ${other.supervisor.file}.`,
    {
      hint: `Take that away first: ${commandFor('uninstall', other.scope)}`,
    },
  )
}

function writeUnit(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileAtomic(file, text, 0o644)
  } catch (error) {
    throw new OrchError('failed', `${file} cannot be written: ${errorMessage(error)}`, {
      hint: `For a service of the system run it as root: ${commandFor('install', 'system')}; else make the directory writable for you.`,
      cause: error,
    })
  }
}

function putBack(file: string, before: string | undefined): void {
  if (before === undefined) rmSync(file, { force: true })
  else writeFileAtomic(file, before, 0o644)
}
