/** What is said of limits, to people. */
import { OrchError } from '../../lib/errors.ts'
import type { AccountLimit, Parked } from './account-limit.ts'
import type { heldBack } from './breaker.ts'
import type { LimitRules } from './limit-rules.ts'

/** The refusal of a start. */
export function limited(limit: AccountLimit, held: NonNullable<ReturnType<typeof heldBack>>): OrchError {
  const { title, seenBy, evidence, kind, tryAt, resetsAt, account } = limit
  const what = kind === 'login' ? 'The login has failed' : 'The usage limit is reached'
  const when =
    held === 'trial'
      ? ' One of its sessions is tried now.'
      : tryAt === undefined
        ? ''
        : resetsAt === undefined
          ? ` It is tried again at ${localTime(tryAt)}.`
          : ` It resets at ${localTime(resetsAt)}.`
  const hint =
    kind === 'login'
      ? `Log in in one of its sessions, or clear it with \`iterm-orch limits clear ${account}\`; --force starts all the same.`
      : `Wait, start it on another account, or clear it with \`iterm-orch limits clear ${account}\`; --force starts all the same.`
  return new OrchError(
    'account-limited',
    `${what} (${title}), seen by "${seenBy.name}": ${evidence}.${when}`,
    {
      hint,
      details: { account, kind, seenBy, ...(tryAt && { tryAt }), ...(resetsAt && { resetsAt }) },
    },
  )
}

/** What comes next for a parked session. */
export function nextFor(limit: AccountLimit, parked: Parked, { resume, attempts }: LimitRules): string {
  const { session, givenUp, notBefore, kind } = parked
  if (givenUp !== undefined) return `a person is needed: ${givenUp}`
  if (limit.trial?.session === session) return `it is tried now (attempt ${parked.attempts} of ${attempts})`
  if (kind === 'login' && limit.phase !== 'closed') return 'somebody has to log in'
  const at = notBefore === undefined ? '' : ` at ${localTime(notBefore)}`
  if (!resume) return `a person lets it go on${at}`
  return `it goes on by itself${at || ' when it is its turn'}`
}

/** `17:00`, with the date where it is not today. */
export function localTime(iso: string, now = Date.now()): string {
  const date = new Date(iso)
  const pad = (value: number) => String(value).padStart(2, '0')
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`
  if (date.toDateString() === new Date(now).toDateString()) return time
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`
}
