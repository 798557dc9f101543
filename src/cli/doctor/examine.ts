/** Looks at every precondition, without starting anything. */
import type { Home } from '../../lib/home.ts'
import type { DoctorCheck, TerminalStatus } from '../../service/api.ts'
import { checkAgents } from './agent-checks.ts'
import { checkHost, checkService } from './process-checks.ts'
import {
  checkConfig,
  checkHome,
  checkLibraries,
  checkNode,
  checkPlatform,
  checkSocketPaths,
} from './system-checks.ts'
import { lookAtIterm2, terminalFor } from './terminal-checks.ts'

export interface Diagnosis {
  /** The terminal that a launch would use, and why. */
  terminal: TerminalStatus
  usable: boolean
  checks: DoctorCheck[]
}

export async function examine(home: Home): Promise<Diagnosis> {
  const { check: configCheck, config } = checkConfig(home)
  const needed = [checkPlatform(), checkNode(), checkHome(home), checkSocketPaths(home), configCheck]
  const libraries = await checkLibraries()
  const [iterm2, service, host] = await Promise.all([
    lookAtIterm2(config?.terminal ?? 'auto'),
    checkService(home),
    checkHost(home),
  ])
  const terminal = terminalFor(config?.terminal ?? 'auto', iterm2.report, home, host.running)
  const ground = [...needed, libraries].every(({ status }) => status !== 'fail')
  const reachable = terminal.kind === 'host' || iterm2.check.status === 'ok'
  return {
    terminal,
    usable: ground && reachable,
    checks: [
      ...needed,
      libraries,
      iterm2.check,
      host.check,
      ...service,
      ...checkAgents(config?.agents ?? {}),
    ],
  }
}
