/** What waits too long in a mailbox: questions, notifications. */
import type { Comms } from '../comms.ts'
import { droppedFiles } from '../dropped-files.ts'
import { sameParticipant } from '../identity.ts'
import { openQuestions } from '../questions.ts'
import type { MailboxView, Problem } from './problem.ts'

/** After so long, somebody should look: an hour for a question, a day for a notification. */
const questionMs = 3_600_000
const notificationMs = 86_400_000

export function checkWaiting(comms: Comms, { mailbox }: MailboxView, now: number): Problem[] {
  const questions = openQuestions(comms, mailbox)
    .filter(({ message }) => now - Date.parse(message.ts) > questionMs)
    .filter(({ message }) => !sameParticipant(message.from, mailbox.name))
    .map(
      ({ directory, message }): Problem => ({
        kind: 'stuck',
        path: directory,
        detail: `${message.from} has waited for an answer since ${message.ts}: ${message.text.slice(0, 200)}`,
        repair: `\`iterm-orch reply ${message.id} "<text>" --as ${mailbox.name}\``,
        fixed: false,
      }),
    )
  const old = droppedFiles(comms, mailbox.pendingNotifications).filter(
    ({ changed }) => now - Date.parse(changed) > notificationMs,
  )
  if (old.length === 0) return questions
  const notifications: Problem = {
    kind: 'stuck',
    path: mailbox.pendingNotifications,
    detail: `${old.length} notifications have not been read for more than a day.`,
    repair: `\`iterm-orch inbox --as ${mailbox.name}\``,
    fixed: false,
  }
  return [...questions, notifications]
}
