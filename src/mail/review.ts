/** A peer review hold: a task and a notification for the reviewer, and a question in the thread. */
import type { Comms } from './comms.ts'
import { dropFile } from './dropped-files.ts'
import { existingMailbox } from './mailbox.ts'
import { fileNamePart, shortName } from './names.ts'
import { type Sent, sendMessage } from './send.ts'

export interface ReviewRequest {
  from: string
  to: string
  task: string
  /** Number or name of the step that is done. */
  step: string
  checklist: readonly string[]
  /** What was done. */
  context: string
}

/**
 * Asks for a review: the question in the thread, then `tasks/incoming/review_<task>_step<N>.md` and a
 * notification of the same name, as the founding document has them. The decision is an answer to the question.
 */
export function requestReview(comms: Comms, request: ReviewRequest): Sent {
  const reviewer = existingMailbox(comms, request.to)
  const sent = sendMessage(comms, {
    from: request.from,
    to: request.to,
    task: request.task,
    type: 'review_request',
    text: [`Step ${request.step} of ${request.task} is ready for review.`, request.context]
      .concat(request.checklist.map((item) => `- [ ] ${item}`))
      .filter((line) => line !== '')
      .join('\n'),
    urgency: 'medium',
    facts: { step: request.step },
  })
  const name = fileNamePart(`review_${request.task}_step${request.step}`, 180)
  dropFile(comms, reviewer.tasks, `${name}.md`, taskText(request, sent.message.id))
  const summary = `${request.task} ready for peer review at step ${request.step}\n`
  dropFile(comms, reviewer.pendingNotifications, `${shortName(request.from)}_${name}.txt`, summary)
  return sent
}

function taskText({ from, task, step, checklist, context }: ReviewRequest, id: string): string {
  const items = checklist.length > 0 ? checklist : ['Does the result hold?']
  return `# Review Task: ${task} Step ${step} Completion

**From:** ${from}
**Current State:** ${context || `Step ${step} is complete.`}
**Hold Point:** Step ${step} complete, awaiting review before going on

**Review Checklist:**
${items.map((item) => `- [ ] ${item}`).join('\n')}

**After Review:**
- Approve: \`iterm-orch review approve ${id}\`
- Reject: \`iterm-orch review reject ${id} "<reason>"\`

Or write a line into ${from}/instant_messaging/active/${task}/thread.jsonl, with "APPROVED" or
"REJECTED: <reason>" as its text.
`
}
