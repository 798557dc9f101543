import { basename } from 'node:path'
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { textOf } from '../mail/mail-call.ts'
import { wholeNumber } from '../parse-number.ts'
import { forceOption, mailboxOption, openDesk, ownClaim, pidOption } from './coord-call.ts'

export function addSubmit(parent: Command, context: CliContext): void {
  const command = parent
    .command('submit')
    .description('Gives a task to a mailbox: the file goes into its coordination/to_execute/.')
    .argument('<file>', 'a .md file; - is standard input')
    .option('--to <mailbox>', 'who gets it (default: claude_cli)', 'claude_cli')
    .option('-n, --name <name>', 'name of the task (default: that of the file)')
    .action(async (file: string, options: { to: string; name?: string }) => {
      const [text, { comms, mailbox }] = [await textOf(undefined, file), await openDesk(context, options.to)]
      const { submitTask } = await import('../../coordination/submit.ts')
      const task = options.name ?? nameOf(file)
      const path = submitTask(comms, mailbox, task, text)
      if (context.out.json) context.out.result({ task, mailbox: mailbox.name, path })
      else context.out.line(task)
    })
  addExamples(command, [
    ['iterm-orch coord submit req_1234.md --to cli', 'the first that claims it gets it'],
    ['echo "Count the tests" | iterm-orch coord submit - --name req_7 --to orch_4711', 'from standard input'],
  ])
}

export function addSubtask(parent: Command, context: CliContext): void {
  const command = parent
    .command('subtask')
    .description(
      'Makes a subtask of a task that you have claimed, in its directory: <parent>_t<N>, below that <parent>_t<N>.<M>. ' +
        'Anyone who works in the mailbox can claim it; the parent cannot be completed before it.',
    )
    .summary('make a part of a claimed task a task of its own')
    .argument('<parent>', 'the claimed task')
    .argument('<file>', 'a .md file; - is standard input')
    .option('--number <number>', 'its number (default: the next free one)', wholeNumber(1, 999_999))
    .addOption(mailboxOption())
    .addOption(pidOption())
    .addOption(forceOption('also when somebody else has claimed the parent'))
    .action(async (task: string, file: string, options) => {
      const text = await textOf(undefined, file)
      const desk = await openDesk(context, options.mailbox)
      await ownClaim(desk, task, options)
      const { createSubtask } = await import('../../coordination/submit.ts')
      const created = await createSubtask(desk.comms, desk.mailbox, task, text, options.number)
      if (context.out.json) context.out.result({ ...created, parent: task, mailbox: desk.mailbox.name })
      else context.out.line(created.task)
    })
  addExamples(command, [
    ['iterm-orch coord subtask req_1234 frontend.md', 'prints req_1234_t1'],
    ['iterm-orch coord subtask req_1234_t1 css.md', 'prints req_1234_t1.1'],
  ])
}

function nameOf(file: string): string {
  if (file !== '-') return basename(file).replace(/\.md$/i, '')
  throw new OrchError('usage', 'A task from standard input has no name.', { hint: 'Give one with --name.' })
}
