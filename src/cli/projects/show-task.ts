/** task show: everything about one task. */
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { nearest } from '../../lib/nearest-word.ts'
import { addDefaultCommand } from '../command-tree.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { lookAtService, noteWhatStands } from './look-at-project.ts'
import { projectOption } from './projects-of.ts'
import { type ShownTask, taskDetails } from './task-details.ts'

export function addShowTask(parent: Command, context: CliContext): Command {
  const command = addDefaultCommand(parent, 'show')
    .description(
      'Shows everything about one task: its document, state and why, tries, questions and answers, what it cost and ' +
        'changed, its result and its log. `iterm-orch task <name>` is the same. It reads files only.',
    )
    .summary('show everything about one task (also: task <name>)')
    .argument('[any-task]', 'name of a task, its description, or a beginning of one')
    // A mistyped subcommand with its arguments comes here, too.
    .allowExcessArguments()
    .option(...projectOption)
    .action(async (wanted: string | undefined, { project }: { project?: string }, { args }: Command) => {
      if (wanted === undefined) return parent.help()
      if (args.length > 1) throw unknownCommand(parent, wanted)
      const { findShownTask } = await import('./find-shown-task.ts')
      await show(await findShownTask(context, wanted, project), context)
    })
  return addExamples(command, [
    ['iterm-orch task fix-the-login', 'by its description'],
    ['iterm-orch task show -p ~/src/shop task-fix-the-login-20260129-120000', 'of another project'],
    [`iterm-orch task fix-the-login --json | jq -r .result.stdout`, 'what it printed'],
  ])
}

function unknownCommand(parent: Command, word: string): OrchError {
  const names = parent.commands.map((command) => command.name())
  const near = nearest(word, names)
  // After `-p shop` a word that is no command is a task.
  const typed = names.includes(word) ? word : `task ${word}`
  return new OrchError('usage', `There is no command \`${typed}\`.`, {
    hint: near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean \`task ${near}\`?`,
  })
}

async function show(shown: ShownTask, context: CliContext): Promise<void> {
  const { project, task } = shown
  const service = await lookAtService(context)
  if (context.out.json) {
    const { project: _, escalation: __, ...rest } = shown
    return context.out.result({ project: project.name, service: service.runs, ...rest })
  }
  for (const line of taskDetails(shown, context.out.style, Date.now())) context.out.line(line)
  noteWhatStands({ project, tasks: [task], service }, context)
}
