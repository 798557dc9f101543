/** Waits for the answer to a question and shows it. */
import { ExitCode } from '../../lib/errors.ts'
import type { OpenQuestion } from '../../mail/questions.ts'
import type { CliContext } from '../context.ts'
import type { OwnMail } from './mail-call.ts'
import { oneLine, shownText } from './message-text.ts'
import { writeOut } from './write-out.ts'

/**
 * Prints the text of the answer; a refusal ends with exit code 7, no answer in time with 6. The answer then
 * counts as read.
 */
export async function showAnswer(
  context: CliContext,
  { comms, own }: OwnMail,
  question: OpenQuestion,
  timeoutMs: number | undefined,
): Promise<void> {
  const [{ waitForAnswer }, { isRefusal }, { wholeText }, { join }] = await Promise.all([
    import('../../mail/questions.ts'),
    import('../../mail/match-answers.ts'),
    import('../../mail/attachments.ts'),
    import('node:path'),
  ])
  const { out } = context
  const signal = context.untilInterrupted()
  const answer = await waitForAnswer(comms, own, question, {
    timeoutMs,
    signal,
    onProblem: (reason) => out.note(`Changes are looked for every 2 s, because: ${reason}`),
  }).catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
  if (!answer) return
  const refused = isRefusal(answer)
  const whole = answer.attachments ? wholeText(comms, join(own.active, question.task), answer) : answer.text
  const text = out.json
    ? `${JSON.stringify({ id: question.message.id, task: question.task, refused, answer }, null, 2)}\n`
    : `${shownText(whole)}\n`
  if (!(await writeOut(text))) return
  await markRead({ comms, own }, question.task, answer.id)
  if (refused) context.exitCode = ExitCode.refused
}

/** Says on standard error how to come back to the question, should the command be interrupted. */
export function tellAsked(context: CliContext, { message }: OpenQuestion): void {
  if (context.out.json) return
  context.out.note(context.out.errorStyle.faint(`${oneLine(message.to ?? '')} is asked: ${message.id}`))
}

async function markRead({ comms, own }: OwnMail, task: string, id: string): Promise<void> {
  const { Receipts } = await import('../../mail/receipts.ts')
  new Receipts(comms, own, 'inbox').record(task, [id])
}
