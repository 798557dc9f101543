// The monitor of ITERM_ORCH_HOME alone, over shells. SIGUSR2 has the disk below FULL_BELOW be full, and once more has
// it be well again.
import { systemClock } from '../../../src/lib/clock.ts'
import { resolveHome } from '../../../src/lib/home.ts'
import { silentLogger } from '../../../src/lib/logger.ts'
import { ProjectMonitor } from '../../../src/projects/monitor/project-monitor.ts'
import { ProjectSettings } from '../../../src/projects/project-settings.ts'
import { underFault } from '../faults/faulty-fs.ts'
import { shellExecutor } from './shell-executor.ts'
import { taskProcessCommand } from './task-process-command.ts'

const settings = ProjectSettings.parse(JSON.parse(process.env['SETTINGS'] ?? '{}'))
const monitor = new ProjectMonitor({
  home: resolveHome(),
  clock: systemClock,
  log: silentLogger(),
  executor: shellExecutor(),
  command: taskProcessCommand,
  settings: () => settings,
  closeSessions: async () => undefined,
  tell: () => undefined,
})
monitor.start()
const below = process.env['FULL_BELOW'] ?? ''
let heal: (() => void) | undefined
process.on('SIGUSR2', async () => {
  if (heal) return heal()
  await underFault({ kind: 'refuses', at: 1, code: 'ENOSPC', lasting: true, reading: false, below }, () => {
    process.stdout.write('full\n')
    return new Promise<void>((resolve) => {
      heal = resolve
    })
  })
  heal = undefined
  process.stdout.write('well\n')
})
// The clock of the monitor keeps no process alive.
setInterval(() => undefined, 1_000)
process.stdout.write('started\n')
