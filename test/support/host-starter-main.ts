// Starts the host of ITERM_ORCH_HOME in the background with the command in its arguments, says its pid, and stays.
import { startHostDetached } from '../../src/host/host-control.ts'
import { resolveHome } from '../../src/lib/home.ts'

const { pid } = await startHostDetached({ home: resolveHome(), command: process.argv.slice(2) })
process.stdout.write(`${pid}\n`)
setInterval(() => undefined, 60_000)
