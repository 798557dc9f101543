import { type Command, Option } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { QuestionType } from '../../mail/message.ts'
import { urgencies } from '../../mail/message.ts'
import type { OpenQuestion } from '../../mail/questions.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { showAnswer, tellAsked } from './answering.ts'
import {
  addNoWait,
  asOption,
  fileOption,
  type OwnMail,
  openOwnMail,
  recipientOf,
  taskOf,
  taskOption,
  textOf,
  timeoutOption,
  toOption,
} from './mail-call.ts'

interface AskOptions {
  as?: string
  to?: string
  task?: string
  type: QuestionType
  option?: string[]
  urgency?: (typeof urgencies)[number]
  file?: string
  timeout?: number
  /** The id of an earlier question; false with --no-wait. */
  wait?: string | boolean
}

const types: QuestionType[] = ['clarification', 'permission_request', 'blocker', 'context_request']

export function addAsk(program: Command, context: CliContext): void {
  const command = program
    .command('ask')
    .description(
      'Asks another participant and waits for the answer, which is printed. Exit code 6: no answer in time, the ' +
        'question stays open; 7: the permission was denied.',
    )
    .summary('ask somebody and wait for the answer')
    .argument('[question]', 'the question')
    .addOption(toOption())
    .addOption(new Option('--type <type>', 'what kind of question').choices(types).default('clarification'))
    .option('-o, --option <text>', 'a possible answer; several times for several', collect)
    .addOption(new Option('--urgency <urgency>', 'how urgent it is').choices([...urgencies]))
    .addOption(taskOption())
    .addOption(fileOption())
    .addOption(timeoutOption())
    .option('--wait <id>', 'wait for the answer to an earlier question')
    .addOption(asOption())
  addNoWait(command).action(async (text: string | undefined, options: AskOptions) => {
    const mail = await openOwnMail(context, options.as)
    const question =
      typeof options.wait === 'string'
        ? await earlierQuestion(mail, options.wait, text ?? options.file)
        : await sendQuestion(context, mail, text, options)
    if (options.wait === false) {
      if (context.out.json) context.out.result({ id: question.message.id, task: question.task })
      else context.out.line(question.message.id)
      return
    }
    tellAsked(context, question)
    await showAnswer(context, mail, question, options.timeout)
  })
  addExamples(command, [
    ['iterm-orch ask "Found 3 configuration files. Which?" --option dev.conf --option prod.conf', 'waits'],
    [
      'iterm-orch ask "Write to /var/log?" --type permission_request --timeout 10m && sudo ./install',
      'goes on only when it was granted',
    ],
    ['id=$(iterm-orch ask --no-wait "Which region?" --to orch)', 'asks, and goes on working'],
    ['iterm-orch ask --wait "$id"', 'comes back for the answer'],
  ])
}

export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value]
}

async function sendQuestion(
  context: CliContext,
  mail: OwnMail,
  argument: string | undefined,
  options: AskOptions,
): Promise<OpenQuestion> {
  const text = await textOf(argument, options.file)
  const { sendMessage } = await import('../../mail/send.ts')
  const to = await recipientOf(mail, options.to)
  const { message, task, copyProblem } = sendMessage(mail.comms, {
    from: mail.own.name,
    to,
    task: await taskOf(mail, to, options.task),
    type: options.type,
    text,
    ...(options.option && { options: options.option }),
    ...(options.urgency && { urgency: options.urgency }),
  })
  if (copyProblem) context.out.note(`Asked, but without a copy of your own: ${copyProblem.message}`)
  return { message, task }
}

async function earlierQuestion(
  { comms, own }: OwnMail,
  id: string,
  text: string | undefined,
): Promise<OpenQuestion> {
  if (text !== undefined) {
    throw new OrchError('usage', 'There is a new question and an earlier one.', {
      hint: 'Leave the text away with --wait ID.',
    })
  }
  const { findAskedQuestion } = await import('../../mail/questions.ts')
  return findAskedQuestion(comms, own, id)
}
