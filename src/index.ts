/** Programmatic use: a typed client of the service, which is started when it does not run. */
import { resolveHome } from './lib/home.ts'
import type { ServiceClient } from './service/client.ts'
import { ensureService } from './service/ensure-service.ts'

export { ExitCode, OrchError } from './lib/errors.ts'
export type {
  DoctorReport,
  Health,
  InjectRequest,
  InjectResponse,
  LaunchRequest,
  ReadResponse,
  TerminalStatus,
} from './service/api.ts'
export { Blocker, Frame, OrchEvent, SessionInfo, SessionState } from './service/api.ts'
export { type EventOptions, ServiceClient } from './service/client.ts'

/**
 * Connects to the service of a home; starts it when there is none.
 *
 * @param home its directory; that of `ITERM_ORCH_HOME`, else `~/.iterm-orch`, when absent
 * @throws {OrchError} `service-unavailable` when it does not come up.
 */
export async function connect(home?: string): Promise<ServiceClient> {
  const env = home === undefined ? process.env : { ...process.env, ITERM_ORCH_HOME: home }
  return (await ensureService(resolveHome(env))).client
}
