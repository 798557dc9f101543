/** The service and the embedded host, if they run. */
import { hostStatus } from '../../host/host-control.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { ownVersion } from '../../lib/version.ts'
import type { DoctorCheck } from '../../service/api.ts'
import { ServiceClient } from '../../service/client.ts'
import { lockHolder } from '../../service/ensure-service.ts'

/** Checks that only the service can make. */
const ofService: ReadonlySet<string> = new Set([
  'mailboxes',
  'notifiers',
  'escalations',
  'limits',
  'state files',
])

/** What the service finds about itself is added when it runs: it may have another environment. */
export async function checkService(home: Home): Promise<DoctorCheck[]> {
  const client = new ServiceClient(home.serviceSocket)
  try {
    const health = await client.health()
    const { checks } = await client.doctor()
    return [versionCheck(health.pid, health.version), ...checks.filter(({ name }) => ofService.has(name))]
  } catch (error) {
    return [unanswered(lockHolder(home), error)]
  }
}

function versionCheck(pid: number, version: string): DoctorCheck {
  const name = 'service'
  if (version === ownVersion()) return { name, status: 'ok', detail: `runs (pid ${pid}, version ${version})` }
  const detail = `runs version ${version}, this command is ${ownVersion()}`
  return { name, status: 'warn', detail, fix: 'Run `iterm-orch service restart`; the sessions go on.' }
}

function unanswered(pid: number | undefined, error: unknown): DoctorCheck {
  const name = 'service'
  if (pid === undefined) return { name, status: 'ok', detail: 'not running; the next command starts it' }
  const detail = `runs (pid ${pid}) but does not answer: ${errorMessage(error)}`
  const fix = error instanceof OrchError ? error.hint : undefined
  return { name, status: 'fail', detail, fix: fix ?? 'Run `iterm-orch service restart`; the sessions go on.' }
}

export async function checkHost(home: Home): Promise<{ running: boolean; check: DoctorCheck }> {
  const { running, pid } = await hostStatus(home)
  const detail = running
    ? `runs (pid ${pid ?? 'unknown'})`
    : 'not running; a launch starts it when it is needed'
  return { running, check: { name: 'embedded host', status: 'ok', detail } }
}
