/** The machine, Node, the home and its configuration. */
import { accessSync, constants, statSync } from 'node:fs'
import { errorMessage, OrchError, systemErrorCode } from '../../lib/errors.ts'
import { assertSocketPathFits, type Home } from '../../lib/home.ts'
import type { DoctorCheck } from '../../service/api.ts'
import { type Config, loadConfig } from '../../service/config.ts'

/** `engines` of package.json. */
const leastNode = [20, 19] as const

export function checkPlatform(platform: string = process.platform): DoctorCheck {
  const name = 'platform'
  const detail = `${platform} ${process.arch}`
  if (platform === 'darwin' || platform === 'linux') return { name, status: 'ok', detail }
  return { name, status: 'fail', detail, fix: 'Use macOS or Linux (WSL is Linux).' }
}

export function checkNode(version: string = process.versions.node): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  const detail = `${version} (needs ${leastNode.join('.')} or newer)`
  if (enough) return { name: 'node', status: 'ok', detail }
  return { name: 'node', status: 'fail', detail, fix: `Install Node ${leastNode.join('.')} or newer.` }
}

/** The home is made by the first command that needs it; if it is there, it must be ours alone. */
export function checkHome(home: Home): DoctorCheck {
  const name = 'home'
  try {
    const { mode } = statSync(home.root)
    accessSync(home.root, constants.R_OK | constants.W_OK | constants.X_OK)
    if ((mode & 0o077) === 0) return { name, status: 'ok', detail: home.root }
    const detail = `${home.root} can be read by other users (mode ${(mode & 0o777).toString(8)})`
    return { name, status: 'warn', detail, fix: `chmod 700 '${home.root}'` }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return { name, status: 'ok', detail: `${home.root} (will be made)` }
    }
    const fix = `Make ${home.root} a directory that you may write, or set ITERM_ORCH_HOME to another one.`
    return { name, status: 'fail', detail: errorMessage(error), fix }
  }
}

export function checkSocketPaths(home: Home): DoctorCheck {
  const name = 'socket paths'
  try {
    for (const path of [home.serviceSocket, home.hostSocket]) assertSocketPathFits(path)
    return { name, status: 'ok', detail: `${home.run}: short enough` }
  } catch (error) {
    return { name, status: 'fail', detail: errorMessage(error), ...fixOf(error) }
  }
}

export function checkConfig(home: Home): { check: DoctorCheck; config?: Config } {
  const name = 'configuration'
  try {
    const config = loadConfig(home)
    const known = `${Object.keys(config.tasks).length} tasks, mailboxes in ${config.comms}`
    return { check: { name, status: 'ok', detail: known }, config }
  } catch (error) {
    return { check: { name, status: 'fail', detail: errorMessage(error), ...fixOf(error) } }
  }
}

/** The two libraries with native parts, which come ready-made for each platform. */
export async function checkLibraries(): Promise<DoctorCheck> {
  const name = 'native parts'
  try {
    await import('@lydell/node-pty')
    await import('fs-native-extensions')
    return { name, status: 'ok', detail: 'terminals (node-pty) and file locks can be used' }
  } catch (error) {
    const fix = 'Install again on this machine, with optional dependencies: npm ci --include=optional'
    return { name, status: 'fail', detail: errorMessage(error), fix }
  }
}

function fixOf(error: unknown): { fix?: string } {
  return error instanceof OrchError && error.hint !== undefined ? { fix: error.hint } : {}
}
