// The service of ITERM_ORCH_HOME, over the embedded host, which it starts on demand.
import { fileURLToPath } from 'node:url'
import { startHostDetached } from '../../src/host/index.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { errorMessage } from '../../src/lib/errors.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { runService } from '../../src/service/run-service.ts'

const home = resolveHome()
const host = fileURLToPath(new URL('./host-main.ts', import.meta.url))
// Such a clock runs 10,000 times as fast, and all memory is in use.
const memory = {
  clock: {
    now: () => Date.now() * 10_000,
    after: (ms: number, act: () => void) => systemClock.after(ms / 10_000, act),
  },
  used: () => Number.MAX_SAFE_INTEGER,
}
try {
  const end = await runService(home, {
    ...(process.env['FULL_MEMORY'] === undefined ? {} : { memory }),
    startHost: async () => {
      await startHostDetached({ home, command: [process.execPath, ...process.execArgv, host] })
    },
  })
  process.exit(end === 'too-large' ? 1 : 0)
} catch (error) {
  console.error(errorMessage(error))
  process.exit(1)
}
