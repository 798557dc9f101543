import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { fileOption, textOf } from '../mail/mail-call.ts'
import { mailboxOption, type OwnerOptions, openDesk, ownClaim, pidOption } from './coord-call.ts'

export function addProgress(parent: Command, context: CliContext): void {
  const command = parent
    .command('progress')
    .description('Adds a line to progress.md of your claim.')
    .summary('say how far you are')
    .argument('[step]', 'such as 2/5')
    .argument('[text]', 'what was done')
    .option('-t, --task <task>', 'the claimed task (default: your only one)')
    .addOption(mailboxOption())
    .addOption(pidOption())
    .action(
      async (
        first: string | undefined,
        second: string | undefined,
        options: OwnerOptions & { task?: string },
      ) => {
        const isStep = first !== undefined && /^\d+\/\d+$/.test(first)
        if (!isStep && second !== undefined) {
          throw new OrchError('usage', `${JSON.stringify(first)} is no step.`, {
            hint: 'A step is a number of a number, such as 2/5. Put the text in quotes.',
          })
        }
        const text = isStep ? (second ?? '') : await textOf(first, undefined)
        const desk = await openDesk(context, options.mailbox)
        const claim = await ownClaim(desk, options.task, options)
        const { addProgress: add } = await import('../../coordination/report.ts')
        const line = add(claim, text, isStep ? first : undefined)
        if (context.out.json) context.out.result({ task: claim.task, progress: line })
      },
    )
  addExamples(command, [['iterm-orch coord progress 2/5 "backend read"', 'for everyone who looks']])
}

export function addRespond(parent: Command, context: CliContext): void {
  const command = parent
    .command('respond')
    .description('Leaves a milestone as <name>.response.md in the directory of your claim.')
    .summary('leave an intermediate result')
    .argument('[text]', 'the text, when it is not in a file')
    .addOption(fileOption())
    .option('-t, --task <task>', 'the claimed task (default: your only one)')
    .option('-n, --name <name>', 'name of the milestone (default: the task, numbered)')
    .addOption(mailboxOption())
    .addOption(pidOption())
    .action(
      async (
        text: string | undefined,
        options: OwnerOptions & { task?: string; file?: string; name?: string },
      ) => {
        const content = await textOf(text, options.file)
        const desk = await openDesk(context, options.mailbox)
        const claim = await ownClaim(desk, options.task, options)
        const { addResponse } = await import('../../coordination/report.ts')
        const path = addResponse(claim, content, options.name)
        if (context.out.json) context.out.result({ task: claim.task, path })
        else context.out.line(path)
      },
    )
  addExamples(command, [['iterm-orch coord respond --file schema.md --name schema', 'schema.response.md']])
}
