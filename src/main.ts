#!/usr/bin/env node
/**
 * The binary. Its build is one file (scripts/bundle.mjs) that holds all that `tap` and `hook` need: an agent waits
 * for these two, and files of their own, and Node's loader of modules, would take most of their time.
 */
import type { Home } from './lib/home.ts'

void start(process.argv.slice(2))

async function start(argv: readonly string[]): Promise<void> {
  const [command, dashes, ...program] = argv
  if (command === 'tap' && dashes === '--' && program.length > 0) {
    const { runTap } = await import('./signals/tap/run-tap.ts')
    await runTap(program)
  } else if (command === 'hook' && !argv.includes('--help')) {
    const { reportHook } = await import('./signals/hooks/report-hook.ts')
    await reportHook(argv.slice(1))
  } else if (command === 'ask-permission' && !argv.includes('--help')) {
    const { askPermission } = await import('./signals/hooks/ask-permission.ts')
    await askPermission(argv.slice(1))
  } else if (
    command === 'task-process' &&
    dashes !== undefined &&
    program.length === 0 &&
    !dashes.startsWith('-')
  ) {
    // A hundred of these may run at once.
    const { runTaskProcess } = await import('./runner/task-process.ts')
    const agents = async (home: Home) => (await import('./cli/tasks/agent-sessions.ts')).agentSessions(home)
    process.exit(await runTaskProcess(dashes, agents))
  } else {
    // Stack traces name the sources then, not the bundles.
    if (argv.includes('--debug')) process.setSourceMapsEnabled(true)
    const { runCli } = await import('./cli/run-cli.ts')
    process.exitCode = await runCli(argv)
  }
}
