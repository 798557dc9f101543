import type { Command } from 'commander'
import { ExitCode } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

const childCookiesText =
  'give each session ITERM2_COOKIE and ITERM2_KEY: its programs may then use the API, and type into all sessions'

export function addHost(program: Command, context: CliContext): void {
  const group = program
    .command('host')
    .helpCommand(false)
    .description(
      'The embedded terminal host: it holds the sessions where there is no iTerm2. It is started when it is ' +
        'needed and outlives the service and the terminal that it was started from.',
    )
    .summary('the embedded terminal host: start, stop, status')
  addExamples(group, [
    ['iterm-orch host status', 'is it running, and where'],
    ['iterm-orch host stop', 'ends it and every session in it'],
  ])
  addStart(group, context)
  addStop(group, context)
  addStatus(group, context)
  addRun(group, context)
}

function addStart(group: Command, context: CliContext): void {
  const start = group
    .command('start')
    .description('Starts the host in the background, if it is not running.')
    .option('--child-cookies', childCookiesText)
    .action(async ({ childCookies }: { childCookies?: boolean }) => {
      const { startHostDetached } = await import('../host/host-control.ts')
      const { ownCommand } = await import('../service/own-command.ts')
      const status = await startHostDetached({
        home: context.home,
        command: [...ownCommand(), 'host', 'run', ...(childCookies ? ['--child-cookies'] : [])],
      })
      if (context.out.json) context.out.result(status)
      else
        context.out.line(`The host is running: pid ${status.pid ?? 'unknown'}, socket ${status.socketPath}`)
    })
  addExamples(start, [['iterm-orch host start', 'usually not needed: the service does it']])
}

function addStop(group: Command, context: CliContext): void {
  const stop = group
    .command('stop')
    .description('Stops the host. This ends every session that it holds, and the agents in them.')
    .action(async () => {
      const { stopHost } = await import('../host/host-control.ts')
      const stopped = await stopHost(context.home)
      if (context.out.json) context.out.result({ stopped })
      else
        context.out.line(
          stopped ? 'The host is stopped, and its sessions with it.' : 'The host was not running.',
        )
    })
  addExamples(stop, [['iterm-orch host stop', 'ends everything in it']])
}

function addStatus(group: Command, context: CliContext): void {
  const status = group
    .command('status')
    .description('Tells whether the host is running; exit code 1 when it is not. Never starts it.')
    .action(async () => {
      const { hostStatus } = await import('../host/host-control.ts')
      const found = await hostStatus(context.home)
      if (!found.running) context.exitCode = ExitCode.failed
      if (context.out.json) return context.out.result(found)
      context.out.line(
        found.running
          ? `The host is running: pid ${found.pid ?? 'unknown'}, socket ${found.socketPath}`
          : 'The host is not running.',
      )
    })
  addExamples(status, [['iterm-orch host status --json', 'for programs']])
}

function addRun(group: Command, context: CliContext): void {
  const run = group
    .command('run')
    .description('Becomes the host, in the foreground, until it is interrupted.')
    .option('--socket <file>', 'where to listen (default: run/host.sock in the home)')
    .option('--child-cookies', childCookiesText)
    .action(async (options: { socket?: string; childCookies?: boolean }) => {
      context.leaveUncaughtErrors()
      const { runHostProcess, hostLogger } = await import('../host/index.ts')
      await runHostProcess({
        home: context.home,
        ...(options.socket !== undefined && { socketPath: options.socket }),
        ...(options.childCookies && { childCookies: true }),
        log: hostLogger(context.home),
      })
    })
  addExamples(run, [['iterm-orch host run', 'its log comes on standard error']])
}
