/** How escalations are named on the command line. */
import type { Escalation } from '../../escalation/escalation.ts'

export const escalationArgument = [
  '<escalation>',
  'its id, or a unique beginning or end of it (4 characters or more)',
] as const

/** Digits of an id that are shown: its end, since ids that are made together begin alike. */
const shownDigits = 8

export function shortEscalation({ id }: Pick<Escalation, 'id'>): string {
  return id.slice(-shownDigits)
}
