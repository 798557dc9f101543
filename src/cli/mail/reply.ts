import { type Command, Option } from 'commander'
import { type AnswerType, answerTypes } from '../../mail/message.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { asOption, fileOption, openOwnMail, textOf } from './mail-call.ts'

interface ReplyOptions {
  as?: string
  type?: AnswerType | 'message'
  file?: string
  again?: boolean
}

const types = [...Object.values(answerTypes).flat(), 'message']

export function addReply(program: Command, context: CliContext): void {
  const command = program
    .command('reply')
    .description(
      'Answers a message. A question for a permission or a review needs --type, since a wrong guess would allow ' +
        'what nobody allowed; a number chooses one of the options of a question.',
    )
    .summary('answer a message')
    .argument('<id>', 'of the message, or a unique end of it (6 characters or more)')
    .argument('[text]', 'the answer')
    .addOption(
      new Option('--type <type>', 'what kind of answer (default: what fits the question)').choices(types),
    )
    .addOption(fileOption())
    .option('--again', 'also when you have answered it already')
    .addOption(asOption())
    .action(async (id: string, argument: string | undefined, options: ReplyOptions) => {
      const text = await textOf(argument, options.file)
      await reply(context, id, text, options)
    })
  addExamples(command, [
    ['iterm-orch reply 0mk3v8xq1a7f "Use prod.conf"', 'answers a question'],
    ['iterm-orch reply 8xq1a7 2', 'chooses its second option'],
    ['iterm-orch reply 8xq1a7 "for this session only" --type permission_grant', 'allows something'],
  ])
}

/** Sends the answer, and says so; also used by `review approve` and `review reject`. */
export async function reply(
  context: CliContext,
  id: string,
  text: string,
  { as, type, again }: Pick<ReplyOptions, 'as' | 'type' | 'again'>,
): Promise<void> {
  const { comms, own } = await openOwnMail(context, as)
  const { answerMessage } = await import('../../mail/answer.ts')
  const { message, task, copyProblem } = await answerMessage(comms, own, id, { text, type, again })
  if (copyProblem) context.out.note(`Sent, but without a copy of your own: ${copyProblem.message}`)
  if (context.out.json) context.out.result({ id: message.id, task, message })
  else context.out.line(`${context.out.style.green('sent')} to ${message.to}: ${message.id}`)
}
