// The tap in front of the program in its arguments, as the binary runs it.
import { runTap } from '../../src/signals/tap/run-tap.ts'

await runTap(process.argv.slice(2))
