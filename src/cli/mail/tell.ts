import { type Command, Option } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { collect } from './ask.ts'
import { enclosuresOf } from './enclosures.ts'
import { asOption, fileOption, openOwnMail, recipientOf, taskOf, taskOption, textOf } from './mail-call.ts'

interface TellOptions {
  as?: string
  task?: string
  type: 'message' | 'command'
  file?: string
  attach?: string[]
}

export function addTell(program: Command, context: CliContext): void {
  const command = program
    .command('tell')
    .description('Sends a message that needs no answer.')
    .summary('send a message')
    .argument('<mailbox>', 'recipient: a mailbox, desktop, or orch')
    .argument('[text]', 'the message')
    .addOption(
      new Option('--type <type>', 'a message, or a command to the recipient')
        .choices(['message', 'command'])
        .default('message'),
    )
    .addOption(taskOption())
    .addOption(fileOption())
    .option('--attach <file>', 'send a file along; several times for several', collect)
    .addOption(asOption())
    .action(async (to: string, argument: string | undefined, options: TellOptions) => {
      const text = await textOf(argument, options.file)
      const mail = await openOwnMail(context, options.as)
      const { sendMessage } = await import('../../mail/send.ts')
      const recipient = await recipientOf(mail, to)
      const { message, task, copyProblem } = sendMessage(mail.comms, {
        from: mail.own.name,
        to: recipient,
        task: await taskOf(mail, recipient, options.task),
        type: options.type,
        text,
        attachments: enclosuresOf(options.attach),
      })
      if (copyProblem) context.out.note(`Sent, but without a copy of your own: ${copyProblem.message}`)
      if (context.out.json) context.out.result({ id: message.id, task, message })
      else context.out.line(`${context.out.style.green('sent')} to ${message.to}: ${message.id}`)
    })
  addExamples(command, [
    ['iterm-orch tell desktop "The migration is done."', 'a message to the coordinator'],
    ['iterm-orch tell claude_cli_b_4711 --type command "Stop and report." --as claude', 'a command'],
    ['git diff | iterm-orch tell orch --task req_1234', 'the text from a pipe'],
  ])
}
