// The service of ITERM_ORCH_HOME, over the embedded host, which it starts on demand.
import { fileURLToPath } from 'node:url'
import { startHostDetached } from '../../src/host/index.ts'
import { errorMessage } from '../../src/lib/errors.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { runService } from '../../src/service/run-service.ts'

const home = resolveHome()
const host = fileURLToPath(new URL('./host-main.ts', import.meta.url))
try {
  await runService(home, {
    startHost: async () => {
      await startHostDetached({ home, command: [process.execPath, ...process.execArgv, host] })
    },
  })
  process.exit()
} catch (error) {
  console.error(errorMessage(error))
  process.exit(1)
}
