#!/usr/bin/env node
const [command, dashes, ...program] = process.argv.slice(2)
if (command === 'tap' && dashes === '--' && program.length > 0) {
  // An agent is waiting for this one: nothing else is loaded.
  const { runTap } = await import('./signals/tap/run-tap.ts')
  await runTap(program)
} else if (command === 'hook' && !process.argv.includes('--help')) {
  // So it is for this one, at every step of an agent.
  const { reportHook } = await import('./signals/hooks/report-hook.ts')
  await reportHook(process.argv.slice(3))
} else {
  const { runCli } = await import('./cli/run-cli.ts')
  process.exitCode = await runCli(process.argv.slice(2))
}
