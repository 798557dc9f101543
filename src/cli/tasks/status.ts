import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { ExitCode, OrchError } from '../../lib/errors.ts'
import type { TaskClient } from '../../service/task-client.ts'
import type { TaskStatus } from '../../tasks/schedule/task-status.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { LiveScreen } from '../live-screen.ts'
import { taskClient } from './task-client-of.ts'

/** Before the service is asked again when it was lost. */
const retryMs = 500

export function addStatus(program: Command, context: CliContext): void {
  const command = program
    .command('status')
    .description(
      'Shows tasks: state, step and progress, process, CPU and memory, next run, last result, alerts, and why ' +
        'something waits. With one name, everything about that task.',
    )
    .summary('show what tasks do')
    .argument('[task...]', "names, patterns such as 'audit-*', or groups such as @nightly (default: all)")
    .option('-w, --watch', 'go on showing it as it changes, until it is interrupted')
    .action(async (patterns: string[], options: { watch?: boolean }) => {
      if (options.watch) await watchStatus(patterns, context)
      else await showStatus(patterns, context)
    })
  addExamples(command, [
    ['iterm-orch status', 'a table of all tasks'],
    ['iterm-orch status nightly-audit', 'everything about one'],
    ['iterm-orch status --watch', 'a live table'],
    [
      `iterm-orch status --watch --json | jq -c 'select(.state == "blocked")'`,
      'a line for each change, for a program',
    ],
  ])
}

async function showStatus(patterns: readonly string[], context: CliContext): Promise<void> {
  const { tasks, problems, notices } = await (await taskClient(context)).list(patterns, true)
  for (const problem of [...problems, ...notices]) context.out.note(context.out.errorStyle.yellow(problem))
  if (problems.length > 0) context.exitCode = ExitCode.usage
  if (context.out.json) {
    context.out.result({ tasks, problems, notices })
    return
  }
  for (const line of await statusLines(tasks, patterns, context)) context.out.line(line)
}

async function statusLines(
  tasks: readonly TaskStatus[],
  patterns: readonly string[],
  { out }: CliContext,
): Promise<string[]> {
  const [only] = tasks
  if (only && tasks.length === 1 && patterns.length === 1 && patterns[0] === only.task) {
    const { statusDetails } = await import('./status-details.ts')
    return statusDetails(only, out.style)
  }
  if (tasks.length === 0) return ['There are no tasks. Make some: iterm-orch config init --project']
  const { statusTable } = await import('./status-table.ts')
  return statusTable(tasks, out.width, out.style)
}

async function watchStatus(patterns: readonly string[], context: CliContext): Promise<void> {
  const signal = context.untilInterrupted()
  const shown = new Map<string, TaskStatus>()
  const screen = context.out.interactive
    ? new LiveScreen(context.out, () => statusLines([...shown.values()], patterns, context))
    : undefined
  try {
    while (!signal.aborted) {
      const client = await taskClient(context)
      try {
        await follow(client, patterns, shown, screen, context, signal)
        return
      } catch (error) {
        // It was restarted or has crashed; what runs goes on, and is shown again when a service is there.
        if (!(error instanceof OrchError) || error.code !== 'service-unavailable') throw error
        context.out.note('The connection to the service is lost; looking for it.')
        await delay(retryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  } finally {
    screen?.end()
  }
}

async function follow(
  client: TaskClient,
  patterns: readonly string[],
  shown: Map<string, TaskStatus>,
  screen: LiveScreen | undefined,
  { out }: CliContext,
  signal: AbortSignal,
): Promise<void> {
  for await (const task of client.watch(patterns, true, signal)) {
    shown.set(task.task, task)
    if (screen) screen.changed()
    else if (out.json) out.record(task)
    else
      out.line(
        `${task.task}: ${task.state}${task.step === undefined ? '' : `, ${task.step}`}, ${task.reason}`,
      )
  }
}
