/** notify, progress, note: what is told without an answer being expected. */
import { type Command, InvalidArgumentError } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addNotifyTest } from '../notify-test.ts'
import { collect } from './ask.ts'
import { enclosuresOf } from './enclosures.ts'
import {
  asOption,
  fileOption,
  openOwnMail,
  optionalText,
  recipientOf,
  taskOf,
  taskOption,
  textOf,
  toOption,
} from './mail-call.ts'

interface NotifyOptions {
  as?: string
  to?: string
  task?: string
  file?: string
  title?: string
  attach?: string[]
}

export function addNotify(program: Command, context: CliContext): void {
  const command = program
    .command('notify')
    .description('Leaves a notification, which the recipient reads together with others in its inbox.')
    .summary('leave a notification')
    .argument('[text]', 'what happened')
    .addOption(toOption())
    .addOption(fileOption())
    .addOption(asOption())
    .action(async (argument: string | undefined, options: NotifyOptions) => {
      const text = await textOf(argument, options.file)
      const mail = await openOwnMail(context, options.as)
      const { notify } = await import('../../mail/notify.ts')
      const to = await recipientOf(mail, options.to)
      report(context, to, notify(mail.comms, mail.own.name, to, text))
    })
  addExamples(command, [
    ['iterm-orch notify "req_1234: the schema is analyzed"', 'tells the coordinator'],
    ['iterm-orch notify test', 'sends a test through every notifier'],
    ['iterm-orch notify -- test', 'leaves the text "test"'],
  ])
  // After `--` a word is a text, never a command.
  if (context.passedThrough === undefined) addNotifyTest(command, context)
}

export function addProgress(program: Command, context: CliContext): void {
  const command = program
    .command('progress')
    .description(
      'Reports how far a task is: a notification for the recipient, and a line in the thread of your own mailbox.',
    )
    .summary('report how far a task is')
    .argument('<n/m>', 'steps done and all steps, such as 2/5', parseSteps)
    .argument('[text]', 'what is done or comes next')
    .addOption(toOption())
    .addOption(taskOption())
    .addOption(fileOption())
    .addOption(asOption())
    .action(async (steps: string, argument: string | undefined, options: NotifyOptions) => {
      // Standard input is not waited for: the text may be absent.
      const none = argument === undefined && options.file === undefined
      const text = none ? undefined : await optionalText(argument, options.file)
      const mail = await openOwnMail(context, options.as)
      const to = await recipientOf(mail, options.to)
      const task = await taskOf(mail, to, options.task)
      const { reportProgress } = await import('../../mail/notify.ts')
      report(context, to, reportProgress(mail.comms, mail.own.name, to, task, steps, text ?? ''))
    })
  addExamples(command, [['iterm-orch progress 2/5 "migration scripts generated"', 'step 2 of 5 is done']])
}

export function addNote(program: Command, context: CliContext): void {
  const command = program
    .command('note')
    .description('Leaves a note in Markdown, with files if need be, for what is more than a message.')
    .summary('leave a note with attachments')
    .argument('<mailbox>', 'recipient: a mailbox, desktop, or orch')
    .argument('[text]', 'the note, in Markdown')
    .option('--title <title>', 'title of the note', 'Note')
    .addOption(fileOption())
    .option('--attach <file>', 'add a file; several times for several', collect)
    .addOption(asOption())
    .action(async (name: string, argument: string | undefined, options: NotifyOptions) => {
      const text = await textOf(argument, options.file)
      const attachments = enclosuresOf(options.attach)
      const mail = await openOwnMail(context, options.as)
      const { leaveNote } = await import('../../mail/notify.ts')
      const to = await recipientOf(mail, name)
      const note = { title: options.title ?? 'Note', text, attachments }
      report(context, to, leaveNote(mail.comms, mail.own.name, to, note))
    })
  addExamples(command, [
    ['iterm-orch note orch --file findings.md --attach deps.csv --title "Dependencies"', 'with a table'],
  ])
}

function report({ out }: CliContext, to: string, path: string): void {
  if (out.json) out.result({ to, path })
  else out.line(`${out.style.green('left')} for ${to}: ${path}`)
}

function parseSteps(text: string): string {
  const [, done, all] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  if (Number(all) > 0 && Number(done) <= Number(all)) return text
  throw new InvalidArgumentError('It must be steps done and all steps, such as 2/5.')
}
