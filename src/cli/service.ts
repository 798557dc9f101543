import type { Command } from 'commander'
import { ExitCode } from '../lib/errors.ts'
import { ownVersion } from '../lib/version.ts'
import type { Health } from '../service/api.ts'
import { commandFor } from '../service/installation/command-for.ts'
import type { InstalledService } from '../service/installation/installed.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'
import { addInstallation } from './service-install.ts'
import { since } from './session-text.ts'
import { memoryText } from './tasks/task-text.ts'

export function addService(program: Command, context: CliContext): void {
  const group = program
    .command('service')
    .helpCommand(false)
    .description(
      'The background service that watches the sessions. Commands start it when it is needed; the sessions ' +
        'go on when it is stopped.',
    )
    .summary('the background service: start, stop, status, logs, install')
  addExamples(group, [
    ['iterm-orch service status', 'is it running, and with which terminal'],
    ['iterm-orch service logs --follow', 'what it does'],
    ['iterm-orch service install', 'from now on it starts by itself'],
  ])
  addStartAndStop(group, context)
  addStatus(group, context)
  addLogs(group, context)
  addInstallation(group, context)
  addRun(group, context)
}

function addStartAndStop(group: Command, context: CliContext): void {
  const start = group
    .command('start')
    .description('Starts the service, if it is not running.')
    .action(() => startService(context))
  addExamples(start, [['iterm-orch service start', 'starts it without doing anything else']])
  const stop = group
    .command('stop')
    .description('Stops the service. The sessions go on; the next command starts it again.')
    .action(async () => {
      const stopped = await stopService(context)
      if (context.out.json) context.out.result({ stopped })
      else
        context.out.line(
          stopped ? 'The service is stopped; the sessions go on.' : 'The service was not running.',
        )
    })
  addExamples(stop, [['iterm-orch service stop', 'stops it; agents keep working']])
  const restart = group
    .command('restart')
    .description('Stops the service and starts it again, for example after an update. The sessions go on.')
    .action(async () => {
      await stopService(context)
      await startService(context)
    })
  addExamples(restart, [['iterm-orch service restart', 'after an update of iterm-orch']])
}

async function startService(context: CliContext): Promise<void> {
  const { ensureService } = await import('../service/ensure-service.ts')
  const { health, started } = await ensureService(context.home)
  if (context.out.json) context.out.result({ started, health })
  else showHealth(health, started ? 'The service is started' : 'The service is running', context)
}

async function stopService(context: CliContext): Promise<boolean> {
  const service = await import('../service/ensure-service.ts')
  return service.stopService(context.home)
}

function addStatus(group: Command, context: CliContext): void {
  const status = group
    .command('status')
    .description('Tells whether the service is running; exit code 1 when it is not. Never starts it.')
    .action(async () => {
      const { ServiceClient } = await import('../service/client.ts')
      const { lockHolder } = await import('../service/ensure-service.ts')
      const { installedService } = await import('../service/installation/installed.ts')
      const health = await new ServiceClient(context.home.serviceSocket).health().catch(() => undefined)
      if (!health) context.exitCode = ExitCode.failed
      const pid = health?.pid ?? lockHolder(context.home)
      const installed = await installedService(context.home)
      const { out } = context
      if (out.json) {
        return out.result({
          running: health !== undefined,
          ...(pid && { pid }),
          ...(health && { health, sameVersion: health.version === ownVersion() }),
          installed: installed ?? null,
        })
      }
      if (health) showHealth(health, 'The service is running', context)
      else if (pid === undefined) out.line('The service is not running.')
      else out.line(`The service (pid ${pid}) runs but does not answer. Try: iterm-orch service restart`)
      showInstallation(installed, pid, context)
    })
  addExamples(status, [['iterm-orch service status --json', 'for programs']])
}

function showHealth(health: Health, headline: string, { out }: CliContext): void {
  const { pid, version, home, startedAt, terminal, sessions, memory } = health
  out.line(`${headline}: pid ${pid}, version ${version}, for ${since(startedAt, Date.now())}, home ${home}`)
  out.line(`Terminal: ${terminal.kind}, ${terminal.state} (${terminal.why})`)
  if (terminal.fix) out.line(`  ${terminal.fix}`)
  out.line(`Sessions: ${sessions}`)
  if (memory) out.line(`Memory: ${memoryText(memory.bytes)} of ${memoryText(memory.limit)} at most`)
  if (version !== ownVersion()) {
    out.note(
      `This command has version ${ownVersion()}. Run \`iterm-orch service restart\`; the sessions go on.`,
    )
  }
}

function showInstallation(
  installed: InstalledService | undefined,
  pid: number | undefined,
  { out }: CliContext,
): void {
  if (!installed) {
    out.line('Installed: no; it starts when a command needs it')
    return
  }
  const { supervisor, scope, file, detail, restarts = 0, outdated, active } = installed
  const again = restarts > 0 ? `, started anew ${restarts} times` : ''
  out.line(`Installed: ${supervisor}, ${scope}, ${detail}${again} (${file})`)
  const install = commandFor('install', scope)
  if (outdated) out.note(`The unit is not what this version would write. Run: ${install}`)
  if (!active && pid !== undefined) {
    out.note(`The service was not started by ${supervisor}. Run: iterm-orch service restart`)
  } else if (!installed.enabled) out.note(`It does not start by itself. Run: ${install}`)
}

interface LogOptions {
  lines: number
  follow?: boolean
}

function addLogs(group: Command, context: CliContext): void {
  const logs = group
    .command('logs')
    .description('Prints the end of the log of the service; with --json its records as they are.')
    .option('-l, --lines <number>', 'how many lines', wholeNumber(1, 100_000), 100)
    .option('-f, --follow', 'go on printing what comes, until Ctrl-C')
    .action(async (options: LogOptions) => {
      const { showLog } = await import('./service-log.ts')
      const { servicePaths } = await import('../service/ensure-service.ts')
      const signal = options.follow ? context.untilInterrupted() : undefined
      await showLog(servicePaths(context.home).log, options.lines, context.out, signal)
    })
  addExamples(logs, [
    ['iterm-orch service logs', 'the last 100 lines'],
    ['iterm-orch service logs --follow', 'and what comes'],
  ])
}

function addRun(group: Command, context: CliContext): void {
  const run = group
    .command('run')
    .description(
      'Becomes the service, in the foreground, until it is interrupted. For supervisors and for finding faults.',
    )
    .action(async () => {
      context.leaveUncaughtErrors()
      const { runService } = await import('../service/run-service.ts')
      // Whoever started it starts it again when it has failed.
      if ((await runService(context.home)) === 'too-large') context.exitCode = ExitCode.failed
    })
  addExamples(run, [['iterm-orch service run', 'its log comes on standard error']])
}
