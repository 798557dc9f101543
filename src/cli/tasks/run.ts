import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { ownEnvironment } from '../own-environment.ts'
import { taskClient } from './task-client-of.ts'
import { styledState } from './task-text.ts'
import { waitForRuns } from './wait-for-runs.ts'

interface RunOptions {
  wait?: boolean
  foreground?: boolean
  set: Record<string, string>
  file: string[]
  cwd?: string
}

export function addRun(program: Command, context: CliContext): void {
  const command = program
    .command('run')
    .description(
      'Runs tasks of config.yaml, of the project’s iterm-orch.yaml, or of the given files. Each run is a process of ' +
        'its own that goes on when this command, the terminal or the service ends. A daemon is kept running from ' +
        'then on; what a task needs is run first.',
    )
    .summary('run tasks')
    .argument('<task...>', "names, patterns such as 'audit-*', or groups such as @nightly")
    .option('-w, --wait', 'wait until all are over; exit code 1 when one did not complete')
    .option(
      '--foreground',
      'run them here, one after the other and each after what it needs, without the service; Ctrl-C stops',
    )
    .option('-s, --set <name=value>', 'a variable for the steps; repeat it for more', addVariable, {})
    .option('-f, --file <file>', 'a file with tasks; repeat it for more', addFile, [])
    .option('-C, --cwd <directory>', 'where the project’s file is looked for (default: here)')
    .action(async (tasks: string[], options: RunOptions) => {
      if (options.foreground) {
        const { runHere } = await import('./run-here.ts')
        return runHere(tasks, options, context)
      }
      const client = await taskClient(context)
      const { runs, notices } = await client.run({
        tasks,
        set: options.set,
        files: options.file.map((file) => resolve(file)),
        cwd: resolve(options.cwd ?? '.'),
        env: ownEnvironment(),
      })
      for (const notice of notices) context.out.note(notice)
      if (options.wait) {
        const ended = await waitForRuns(client, runs, context)
        if (ended.some(({ state }) => state !== 'completed')) context.exitCode = ExitCode.failed
        if (context.out.json) context.out.result({ runs: ended })
        return
      }
      if (context.out.json) context.out.result({ runs })
      for (const { task, state, reason } of context.out.json ? [] : runs)
        context.out.line(`${shownText(task)}: ${styledState(state, context.out.style)}, ${shownText(reason)}`)
      if (runs.some(({ state }) => state === 'failed' || state === 'skipped'))
        context.exitCode = ExitCode.failed
    })
  addExamples(command, [
    ['iterm-orch run build', 'run it in the background'],
    ["iterm-orch run 'audit-*' --wait", 'all that begin so, and wait for them'],
    ['iterm-orch run deploy --set TARGET=staging', 'with a variable for its steps'],
    ['iterm-orch run build --foreground', 'here, with what it prints and a progress bar'],
    ['iterm-orch run -f ci.yaml test --wait --json', 'from a file, for a program'],
  ])
}

function addVariable(text: string, before: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(text) ?? []
  if (name !== undefined && value !== undefined) return { ...before, [name]: value }
  throw new InvalidArgumentError('It must be NAME=value; names have letters, digits and underscores.')
}

export function addFile(file: string, before: string[]): string[] {
  return [...before, file]
}
