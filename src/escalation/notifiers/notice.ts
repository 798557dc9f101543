/** What people are told: one blocker, or several in one. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { plainText } from '../../lib/plain-text.ts'
import { redactLines } from '../../lib/redact.ts'

/** From what can wait to what cannot. */
export const Urgency = z.enum(['low', 'medium', 'high', 'critical'])
export type Urgency = z.infer<typeof Urgency>

export interface Notice {
  /** Of the escalation, or of the digest. */
  id: string
  title: string
  body: string
  /** Kind of the blocker; `digest` and `test` for what is none. */
  kind: string
  urgency: Urgency
  /** Absent in a digest. */
  session?: { id: string; name: string } | undefined
  agent: string
  task: string
  options: { number: number; label: string }[]
  /** Why it comes to this person. */
  reason: string
  /** How to answer, such as `iterm-orch answer <id> 1`. */
  commands: string[]
  link?: string | undefined
  /** How many blockers a digest speaks of. */
  count?: number | undefined
  /** ISO time since which it waits. */
  since: string
}

/** -1: the left one is less urgent. */
export function compareUrgency(left: Urgency, right: Urgency): number {
  return Math.sign(Urgency.options.indexOf(left) - Urgency.options.indexOf(right))
}

/** Longest texts that are announced, in characters, and most parts; a notification shows far less. */
const limits = { line: 300, title: 120, bodyLines: 20, label: 160, options: 12, commands: 12, link: 2_000 }

/** The notice without secrets, without anything invisible, and short: what a screen says is in it. */
export function safeNotice(notice: Notice): Notice {
  const { session, options, link } = notice
  return {
    ...notice,
    title: safeLine(notice.title, limits.title),
    body: safeText(notice.body),
    kind: safeLine(notice.kind, limits.label),
    agent: safeLine(notice.agent, limits.label),
    task: safeLine(notice.task, limits.line),
    reason: safeLine(notice.reason, limits.line),
    options: options
      .slice(0, limits.options)
      .map(({ number, label }) => ({ number, label: safeLine(label, limits.label) })),
    commands: notice.commands.slice(0, limits.commands).map((command) => safeLine(command, limits.line)),
    ...(session && { session: { id: session.id, name: safeLine(session.name, limits.label) } }),
    ...(link !== undefined && { link: plainText(link, limits.link) }),
  }
}

/** Redacted as a whole: a secret may go on in the next line. */
function safeText(text: string): string {
  const lines = redactLines(text.split(/\r\n|[\r\n]/))
  const shown = lines.slice(0, limits.bodyLines).map((line) => plainText(line, limits.line).trimEnd())
  return (lines.length > shown.length ? [...shown, '…'] : shown).join('\n').trim()
}

function safeLine(text: string, limit: number): string {
  return plainText(redactLines(text.split('\n')).join(' '), limit)
}

/** So many blockers are named in a digest. */
const namedInDigest = 10

/**
 * One notice for a burst; the most urgent first, then the longest waiting. The same ones give the same id.
 *
 * @throws {RangeError} when there are none.
 */
export function digest(notices: readonly Notice[]): Notice {
  const [first, ...others] = notices.toSorted(
    (left, right) => compareUrgency(right.urgency, left.urgency) || left.since.localeCompare(right.since),
  )
  if (!first) throw new RangeError('there is nothing to tell')
  if (others.length === 0) return first
  const all = [first, ...others]
  const named = all.slice(0, namedInDigest)
  const sessions = new Set(all.map(({ session, id }) => session?.id ?? id)).size
  const left = all.length - named.length
  return {
    id: digestId(all),
    title: `${sessions === 1 ? 'One session waits' : `${sessions} sessions wait`} for ${all.length} answers`,
    body: [
      ...named.map(({ session, kind, body, title }) => {
        const [line = ''] = (body || title).split('\n')
        return `${session?.name ?? 'several'}: ${kind}: ${line}`
      }),
      ...(left > 0 ? [`and ${left} more`] : []),
    ].join('\n'),
    kind: 'digest',
    urgency: first.urgency,
    agent: '',
    task: '',
    options: [],
    reason: 'many blockers at once',
    commands: ['iterm-orch escalations', ...named.flatMap(({ commands: [command] }) => command ?? [])],
    count: all.length,
    since: all.map(({ since }) => since).sort()[0] ?? first.since,
  }
}

function digestId(notices: readonly Notice[]): string {
  const ids = notices.map(({ id }) => id).sort()
  return `digest-${createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 12)}`
}
