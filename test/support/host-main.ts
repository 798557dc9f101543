// The embedded host of ITERM_ORCH_HOME, until SIGTERM.
import { runHostProcess } from '../../src/host/host-process.ts'
import { resolveHome } from '../../src/lib/home.ts'

await runHostProcess({ home: resolveHome() })
