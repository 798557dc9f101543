/** task retry, cancel, run-now. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import { shownText } from '../../lib/shown-text.ts'
import type { TaskAnswer } from '../../service/project-api.ts'
import type { ProjectClient } from '../../service/project-client.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { projectClient } from './project-client-of.ts'
import { projectOption, theProject } from './projects-of.ts'

interface Control {
  name: string
  description: string
  summary: string
  example: readonly [string, string]
  act(client: ProjectClient, project: string, task: string): Promise<TaskAnswer>
}

const controls: readonly Control[] = [
  {
    name: 'retry',
    description:
      'Lets a task that is completed, failed or cancelled wait for its turn again, with its document as it is then ' +
      'and with all its retries.',
    summary: 'run a task again that is over',
    example: ['iterm-orch task retry fix-the-login', 'the next time that it is its turn'],
    act: (client, project, task) => client.retry(project, task),
  },
  {
    name: 'cancel',
    description:
      'Ends a task: one that runs is stopped with all that it started, one that waits is over without having begun. ' +
      'It is `cancelled`, not `failed`; `task retry` runs it again.',
    summary: 'end a task that runs or waits',
    example: ['iterm-orch task cancel fix-the-login', 'and wait until its processes are gone'],
    act: (client, project, task) => client.cancel(project, task),
  },
  {
    name: 'run-now',
    description:
      'Puts a task before all others of its project, and its project before all that wait until fewer work. One that ' +
      'is held is released; what it needs, and what runs in its project, it still waits for.',
    summary: 'run a task before all others',
    example: ['iterm-orch task run-now fix-the-login', 'as soon as nothing else runs in its project'],
    act: (client, project, task) => client.runNow(project, task),
  },
]

export function addTaskControls(parent: Command, context: CliContext): void {
  for (const { name, description, summary, example, act } of controls) {
    const command = parent
      .command(name)
      .description(description)
      .summary(summary)
      .argument('<task>', 'name of the task, its file, or its description')
      .option(...projectOption)
      .action(async (wanted: string, { project: given }: { project?: string }) => {
        const project = await theProject(context, given)
        const { task, what } = await act(await projectClient(context), project.name, basename(wanted))
        if (context.out.json) context.out.result({ project: project.name, task, what })
        else context.out.line(`${shownText(task)}: ${shownText(what)}`)
      })
    addExamples(command, [example])
  }
}
