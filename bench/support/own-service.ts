/** The service and its embedded host in processes and a home of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopHost } from '../../src/host/index.ts'
import { resolveHome } from '../../src/lib/home.ts'
import type { ServiceClient } from '../../src/service/client.ts'
import { ensureService, stopService } from '../../src/service/ensure-service.ts'
import { builtCommand } from './built-command.ts'

export interface OwnService {
  home: string
  client: ServiceClient
  /** Ends service and host with everything in them and removes their home. */
  stop(): Promise<void>
}

export async function startService(): Promise<OwnService> {
  const root = mkdtempSync(join(tmpdir(), 'io-bench-'))
  // Inherited by the service and the host.
  process.env['ITERM_ORCH_HOME'] = root
  const home = resolveHome()
  const { client } = await ensureService(home, builtCommand('service', 'run'))
  return {
    home: root,
    client,
    async stop() {
      await stopService(home)
      await stopHost(home)
      rmSync(root, { recursive: true, force: true })
    },
  }
}
