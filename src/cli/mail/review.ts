import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { showAnswer, tellAsked } from './answering.ts'
import { collect } from './ask.ts'
import {
  addNoWait,
  asOption,
  fileOption,
  openOwnMail,
  optionalText,
  recipientOf,
  taskOf,
  taskOption,
  textOf,
  timeoutOption,
  toOption,
} from './mail-call.ts'
import { reply } from './reply.ts'

interface RequestOptions {
  as?: string
  to?: string
  task?: string
  step: string
  checklist?: string[]
  file?: string
  timeout?: number
  wait: boolean
}

export function addReview(program: Command, context: CliContext): void {
  const review = program
    .command('review')
    .description('Holds a task until somebody has looked at it.')
    .summary('ask for a review, approve or reject')
  addExamples(review, [
    ['iterm-orch review request --task req_1234 --step 3', 'asks, and waits'],
    ['iterm-orch review approve 8xq1a7', 'lets it go on'],
  ])
  addRequest(review, context)
  addDecision(review, context, 'approve')
  addDecision(review, context, 'reject')
}

function addRequest(review: Command, context: CliContext): void {
  const command = review
    .command('request')
    .description(
      'Asks for a review: a task and a notification in the mailbox of the reviewer. Waits for the decision: exit ' +
        'code 0 when approved, 7 when rejected, 6 when nobody decided in time.',
    )
    .summary('ask for a review and wait for the decision')
    .argument('[text]', 'what was done, and what comes after the approval')
    .requiredOption('-s, --step <step>', 'the step that is done')
    .option('-c, --checklist <item>', 'what to look at; several times for several', collect)
    .addOption(toOption())
    .addOption(taskOption())
    .addOption(fileOption())
    .addOption(timeoutOption())
    .addOption(asOption())
  addNoWait(command).action(async (argument: string | undefined, options: RequestOptions) => {
    const none = argument === undefined && options.file === undefined
    const text = none ? undefined : await optionalText(argument, options.file)
    const mail = await openOwnMail(context, options.as)
    const to = await recipientOf(mail, options.to)
    const task = await taskOf(mail, to, options.task)
    const { requestReview } = await import('../../mail/review.ts')
    const checklist = options.checklist ?? []
    const request = { from: mail.own.name, to, task, step: options.step, checklist, context: text ?? '' }
    const { message, copyProblem } = requestReview(mail.comms, request)
    if (copyProblem) context.out.note(`Asked, but without a copy of your own: ${copyProblem.message}`)
    if (!options.wait) {
      if (context.out.json) context.out.result({ id: message.id, task })
      else context.out.line(message.id)
      return
    }
    tellAsked(context, { message, task })
    await showAnswer(context, mail, { message, task }, options.timeout)
  })
  addExamples(command, [
    [
      'iterm-orch review request --task req_1234 --step 3 --checklist "Rollback plan adequate?" "Scripts are ready."',
      'holds until it is decided',
    ],
  ])
}

function addDecision(review: Command, context: CliContext, decision: 'approve' | 'reject'): void {
  const approves = decision === 'approve'
  const command = review
    .command(decision)
    .description(approves ? 'Lets a task go on.' : 'Sends a task back, with the reason.')
    .argument('<id>', 'of the request, or a unique end of it (6 characters or more)')
    .argument('[reason]', approves ? 'what else there is to say' : 'why')
    .addOption(fileOption())
    .addOption(asOption())
    .action(
      async (id: string, argument: string | undefined, { as, file }: { as?: string; file?: string }) => {
        const none = approves && argument === undefined && file === undefined
        const reason = none ? '' : await textOf(argument, file)
        const text = `${approves ? 'APPROVED' : 'REJECTED'}${reason === '' ? '' : `: ${reason}`}`
        await reply(context, id, text, {
          ...(as !== undefined && { as }),
          type: approves ? 'approved' : 'rejected',
        })
      },
    )
  const reason = approves ? '' : ' "The rollback plan is missing."'
  addExamples(command, [[`iterm-orch review ${decision} 8xq1a7${reason}`, 'decides']])
}
