/** Brings a summary up to date by one event of the journal. */
import { addDuration } from './histogram.ts'
import type { JournalEvent } from './journal-events.ts'
import { questionGroup } from './question-group.ts'
import {
  type DaySummary,
  emptyDay,
  emptyStats,
  type Facet,
  type OpenCase,
  type Stats,
  type Summary,
} from './summary.ts'

/** Longest texts that are kept, in characters. */
const longestText = 200
const longestName = 80

/** Names of one facet that are kept apart in one day; what comes later is counted together. */
const mostNames = 50
const mostQuestions = 500
export const others = '(others)'

export function takeEvent(summary: Summary, event: JournalEvent): void {
  const at = Date.parse(event.ts)
  if (Number.isNaN(at)) return
  switch (event.type) {
    case 'launched':
      summary.agents[event.session] = event.agent
      return
    case 'blocker':
    case 'prompt':
    case 'escalation':
      open(summary, event, at)
      return
    case 'unblocked':
      unblocked(summary, event, at)
      return
    case 'injection':
      injected(summary, event, at)
      return
    case 'exited':
    case 'closed':
      over(summary, event, at)
      return
    default:
      escalated(summary, event, at)
  }
}

type Of<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

function open(summary: Summary, event: Of<'blocker' | 'prompt' | 'escalation'>, at: number): void {
  const escalated = event.type === 'escalation'
  const { kind, text } = escalated ? event : event.blocker
  const since = Date.parse(escalated ? event.noticedAt : event.blocker.since)
  const key = keyOf(event.session, since)
  const known = summary.open[key]
  const agent = escalated ? event.agent : (summary.agents[event.session] ?? known?.agent ?? 'unknown')
  const present: OpenCase = known ?? {
    ...{
      session: event.session,
      agent,
      task: event.task,
      kind,
      text: '',
      question: '',
      subject: '',
      since,
      seenAt: at,
    },
    ...{ announced: [], failed: [], hooked: false, options: [] },
  }
  const prompt = escalated ? undefined : event.blocker.prompt
  const { options = [], question = present.question || text, subject = present.subject } = prompt ?? {}
  summary.open[key] = {
    ...present,
    agent: short(agent, longestName),
    // The prompt tells more than what was said before it was read.
    ...(present.text === '' || event.type === 'prompt' ? { kind, text: short(text, longestText) } : {}),
    ...{ question: short(question, longestText), subject: short(subject, longestText) },
    ...(escalated
      ? { escalation: event.escalation }
      : { hooked: present.hooked || event.blocker.source === 'hook' }),
    ...(options.length > 0 ? { options: options.slice(0, 20) } : {}),
  }
}

function unblocked(summary: Summary, event: Of<'unblocked'>, at: number): void {
  const key = keyOf(event.session, Date.parse(event.blocker.since))
  const found = summary.open[key]
  if (!found) return
  found.unblockedAt = at
  // Of an escalation the outcome comes with its own end.
  if (found.escalation === undefined) close(summary, key, found, at)
}

/** With its program every question ends. */
function over(summary: Summary, event: Of<'exited' | 'closed'>, at: number): void {
  for (const [key, found] of Object.entries(summary.open)) {
    if (found.session === event.session && found.escalation === undefined) close(summary, key, found, at)
  }
  if (event.type === 'closed') delete summary.agents[event.session]
}

/** An answer that was typed without an escalation. */
function injected(summary: Summary, event: Of<'injection'>, at: number): void {
  if (event.verb !== 'answer' || !event.confirmed) return
  const found = Object.values(summary.open).findLast(({ session }) => session === event.session)
  if (!found) return
  found.typedAt ??= at
  if (found.escalation !== undefined || found.answeredAt !== undefined) return
  Object.assign(found, { answeredAt: at, from: 'somebody', via: 'cli' })
  found.choice = short(event.text ?? event.keys.join(' '), longestText)
}

function escalated(
  summary: Summary,
  event: Of<'announced' | 'answer-received' | 'delivered' | 'escalation-closed'>,
  at: number,
): void {
  const key = Object.keys(summary.open).find((one) => summary.open[one]?.escalation === event.escalation)
  const found = key === undefined ? undefined : summary.open[key]
  if (key === undefined || !found) return
  if (event.type === 'announced') {
    const { channel, ok } = event
    if (!ok) found.failed.push(short(channel, longestName))
    else if (!found.announced.some((one) => one.channel === channel)) found.announced.push({ channel, at })
  } else if (event.type === 'answer-received') {
    if (event.verdict !== 'taken' || found.answeredAt !== undefined) return
    const { from, via, choice, receivedAt } = event
    const received = Date.parse(receivedAt ?? '')
    Object.assign(found, {
      answeredAt: Number.isNaN(received) ? at : received,
      from: short(from, longestName),
      via,
      choice: short(choice, longestText),
    })
  } else if (event.type === 'delivered') {
    if (event.confirmed) found.typedAt ??= at
  } else close(summary, key, found, found.unblockedAt ?? at)
}

function close(summary: Summary, key: string, ended: OpenCase, at: number): void {
  delete summary.open[key]
  const day = dayOf(summary, ended.seenAt)
  const { agent, kind, task, from, announced, answeredAt } = ended
  const reader =
    announced.findLast((one) => answeredAt === undefined || one.at <= answeredAt) ?? announced.at(-1)
  count(day.total, ended, at)
  const names: Record<Facet, string | undefined> = {
    agent,
    kind,
    channel: reader?.channel,
    task,
    person: ended.via === 'policy' ? undefined : from,
  }
  for (const [facet, name] of Object.entries(names) as [Facet, string | undefined][]) {
    if (name) count(statsFor(day, facet, name), ended, at)
  }
  for (const channel of ended.failed) increase(day.failed, channel)
  countQuestion(summary, day, ended, at)
}

function count(stats: Stats, ended: OpenCase, at: number): void {
  const { since, seenAt, announced, answeredAt, typedAt, via } = ended
  const announcedAt = announced[0]?.at
  stats.cases += 1
  addDuration(stats.notice, seenAt - since)
  addDuration(stats.wait, at - since)
  if (announcedAt !== undefined) addDuration(stats.announce, announcedAt - seenAt)
  if (answeredAt === undefined) {
    stats.unanswered += 1
    return
  }
  stats.answered += 1
  if (via === 'policy') stats.automatic += 1
  else {
    stats.human += 1
    addDuration(stats.answer, answeredAt - (announcedAt ?? seenAt))
  }
  if (typedAt !== undefined) addDuration(stats.type, typedAt - answeredAt)
}

function countQuestion(summary: Summary, day: DaySummary, ended: OpenCase, at: number): void {
  const { agent, kind, text, question: asks, subject, since, via, choice, hooked, options } = ended
  const full = Object.keys(day.questions).length >= mostQuestions
  const key = JSON.stringify([kind, agent, questionGroup(text)])
  if (full && !day.questions[key]) return
  const known = summary.questions[key]
  const meanings = { ...known?.meanings }
  for (const { number, label, meaning } of options) {
    meanings[String(number)] = meaning
    meanings[safeKey(short(label, longestText))] = meaning
  }
  const first = known ?? { kind, agent, text, question: asks, subject, exact: true, meanings, hooked }
  const same = first.text === text && first.question === asks && first.subject === subject
  const exact = first.exact && same
  summary.questions[key] = { ...first, exact, meanings, hooked: first.hooked || hooked }
  day.questions[key] ??= { cases: 0, waitMs: 0, automatic: 0, answers: {} }
  const question = day.questions[key]
  question.cases += 1
  question.waitMs += Math.max(0, at - since)
  if (via === 'policy') question.automatic += 1
  else if (choice) {
    const label = options.find(({ number }) => String(number) === choice)?.label ?? choice
    increase(question.answers, label)
  }
}

function statsFor(day: DaySummary, facet: Facet, name: string): Stats {
  day.by[facet] ??= {}
  const known = day.by[facet]
  const full = !Object.hasOwn(known, name) && Object.keys(known).length >= mostNames
  return ownEntry(known, full ? others : name, emptyStats)
}

function increase(counts: Record<string, number>, name: string): void {
  const key = safeKey(name)
  counts[key] = (Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0) + 1
}

/** Names come from screens and people: one may be called like something that every object has. */
function ownEntry<T>(record: Record<string, T>, name: string, make: () => T): T {
  const key = safeKey(name)
  const known = Object.hasOwn(record, key) ? record[key] : undefined
  if (known !== undefined) return known
  const made = make()
  record[key] = made
  return made
}

function safeKey(name: string): string {
  return name === '__proto__' ? '(__proto__)' : name
}

function dayOf(summary: Summary, at: number): DaySummary {
  const key = dayName(at)
  summary.days[key] ??= emptyDay()
  return summary.days[key]
}

/** The day in the time zone of the computer. */
export function dayName(at: number): string {
  const date = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function keyOf(session: string, since: number): string {
  return `${session} ${since}`
}

function short(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`
}
