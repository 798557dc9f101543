/** stop, pause, resume, restart, enable, disable. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { ControlResponse } from '../../service/task-api.ts'
import type { TaskClient } from '../../service/task-client.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { ownEnvironment } from '../own-environment.ts'
import { addFile } from './run.ts'
import { taskClient } from './task-client-of.ts'

interface ControlOptions {
  force?: boolean
  file?: string[]
  cwd?: string
}

interface Control {
  name: string
  description: string
  summary: string
  examples: readonly (readonly [string, string])[]
  force?: string
  /** Whether it looks for tasks in files. */
  files?: boolean
  act(client: TaskClient, tasks: string[], options: ControlOptions): Promise<ControlResponse>
}

const controls: readonly Control[] = [
  {
    name: 'stop',
    description:
      'Stops runs: the task’s stop signal, its grace time, then SIGKILL, for all processes of the run. Of several ' +
      'tasks those end first that need the others. A stopped daemon stays stopped until it is run again.',
    summary: 'stop runs of tasks',
    force: 'SIGKILL at once',
    examples: [
      ['iterm-orch stop web', 'and wait until all its processes are gone'],
      ["iterm-orch stop '*' --force", 'everything, now'],
    ],
    act: (client, tasks, { force = false }) => client.stop({ tasks, force }),
  },
  {
    name: 'pause',
    description:
      'Pauses runs: all their processes stand still (SIGSTOP). What times they have stand still too.',
    summary: 'pause runs of tasks',
    examples: [['iterm-orch pause @nightly', 'all tasks of a group']],
    act: (client, tasks) => client.pause(tasks),
  },
  {
    name: 'resume',
    description: 'Lets paused runs go on.',
    summary: 'let paused runs of tasks go on',
    examples: [['iterm-orch resume @nightly', 'all tasks of a group']],
    act: (client, tasks) => client.resume(tasks),
  },
  {
    name: 'restart',
    description:
      'Stops what runs of the tasks and runs them again, with their definitions of now. Daemons come in the order ' +
      'of what they need.',
    summary: 'stop tasks and run them again',
    force: 'SIGKILL at once, without the grace time',
    files: true,
    examples: [['iterm-orch restart web', 'with its definition of now']],
    act: (client, tasks, { force = false, ...places }) =>
      client.restart({ tasks, force, ...placesOf(places), env: ownEnvironment() }),
  },
  {
    name: 'enable',
    description:
      'Lets the schedule of tasks be followed, or daemons be kept running, whatever `enabled` in the file says. ' +
      'Tasks of a project’s file are scheduled only after this.',
    summary: 'follow the schedule of tasks',
    files: true,
    examples: [['iterm-orch enable nightly-audit', 'from now on; it lasts']],
    act: (client, tasks, places) => client.enable({ tasks, ...placesOf(places) }),
  },
  {
    name: 'disable',
    description:
      'Follows the schedule of tasks no longer, and keeps daemons no longer running. Runs on their way go on.',
    summary: 'follow the schedule of tasks no longer',
    examples: [["iterm-orch disable 'nightly-*'", 'until they are enabled again']],
    act: (client, tasks) => client.disable(tasks),
  },
]

function placesOf({ file = [], cwd = '.' }: ControlOptions): { files: string[]; cwd: string } {
  return { files: file.map((one) => resolve(one)), cwd: resolve(cwd) }
}

export function addControls(program: Command, context: CliContext): void {
  for (const control of controls) {
    const command = program
      .command(control.name)
      .description(control.description)
      .summary(control.summary)
      .argument('<task...>', "names, patterns such as 'audit-*', or groups such as @nightly")
    if (control.force !== undefined) command.option('--force', control.force)
    if (control.files) {
      command
        .option('-f, --file <file>', 'a file with tasks; repeat it for more', addFile, [])
        .option('-C, --cwd <directory>', 'where the project’s file is looked for (default: here)')
    }
    command.action(async (tasks: string[], options: ControlOptions) =>
      report(await control.act(await taskClient(context), tasks, options), context),
    )
    addExamples(command, control.examples)
  }
}

function report({ results, notices }: ControlResponse, context: CliContext): void {
  for (const notice of notices) context.out.note(notice)
  if (context.out.json) context.out.result({ results })
  else for (const { task, what } of results) context.out.line(`${shownText(task)}: ${shownText(what)}`)
  if (results.some(({ done }) => !done)) context.exitCode = ExitCode.failed
}
