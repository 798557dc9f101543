/** Answers the questions that the journal was kept for: what is asked, what it costs, who answers how fast. */
import { type Histogram, percentileOf } from './histogram.ts'
import {
  emptyStats,
  type Facet,
  facets,
  mergeStats,
  type Question,
  type QuestionStats,
  type Stats,
  type Summary,
} from './summary.ts'
import { dayName } from './take-event.ts'

/** In ms; undefined when nothing was measured. */
export interface Durations {
  count: number
  p50?: number
  p90?: number
  p99?: number
  max?: number
}

export interface StatsRow {
  name: string
  cases: number
  answered: number
  automatic: number
  human: number
  unanswered: number
  /** All waiting together, in ms. */
  waitMs: number
  notice: Durations
  announce: Durations
  answer: Durations
  type: Durations
  wait: Durations
}

export interface AskedQuestion {
  kind: string
  agent: string
  text: string
  /** What its prompt asks and what about, such as a command; the subject is empty where it has none. */
  question: string
  subject: string
  exact: boolean
  cases: number
  waitMs: number
  automatic: number
  answers: Record<string, number>
  meanings: Record<string, string>
  /** A hook of the agent told of at least one of them; otherwise only the screen did. */
  hooked: boolean
}

export interface OpenBlocker {
  session: string
  agent: string
  task: string
  kind: string
  text: string
  since: string
  waitMs: number
}

export interface StatsReport {
  /** First and last day that is counted. */
  from: string | undefined
  to: string | undefined
  total: StatsRow
  by: Record<Facet, StatsRow[]>
  /** The commonest first. */
  questions: AskedQuestion[]
  open: OpenBlocker[]
  /** Announcements that did not work, by channel. */
  failed: Record<string, number>
  days: { day: string; cases: number; automatic: number; human: number; unanswered: number }[]
  events: number
  torn: number
}

/** So many questions are reported. */
const mostQuestions = 100

/** @param since only days from the one of this time on, in ms since 1970 */
export function report(summary: Summary, now: number, since?: number): StatsReport {
  const first = since === undefined ? '' : dayName(since)
  const days = Object.keys(summary.days)
    .filter((day) => day >= first)
    .sort()
  const total = emptyStats()
  const by = {
    agent: new Map(),
    kind: new Map(),
    channel: new Map(),
    task: new Map(),
    person: new Map(),
  } as Record<Facet, Map<string, Stats>>
  const failed = new Map<string, number>()
  const questions = new Map<string, QuestionStats>()
  for (const day of days) {
    const found = summary.days[day]
    if (!found) continue
    mergeStats(total, found.total)
    for (const facet of facets) mergeAll(by[facet], found.by[facet] ?? {})
    for (const [channel, count] of Object.entries(found.failed))
      failed.set(channel, (failed.get(channel) ?? 0) + count)
    for (const [key, one] of Object.entries(found.questions))
      questions.set(key, added(questions.get(key), one))
  }
  return {
    from: days[0],
    to: days.at(-1),
    total: rowOf('all', total),
    by: Object.fromEntries(facets.map((facet) => [facet, rowsOf(by[facet])])) as Record<Facet, StatsRow[]>,
    questions: asked(questions, summary.questions),
    open: openOf(summary, now),
    failed: Object.fromEntries(failed),
    days: days.map((day) => {
      const { cases = 0, automatic = 0, human = 0, unanswered = 0 } = summary.days[day]?.total ?? {}
      return { day, cases, automatic, human, unanswered }
    }),
    events: summary.events,
    torn: summary.torn,
  }
}

function mergeAll(into: Map<string, Stats>, from: Record<string, Stats>): void {
  for (const [name, stats] of Object.entries(from)) {
    const known = into.get(name) ?? emptyStats()
    mergeStats(known, stats)
    into.set(name, known)
  }
}

/** What costs most time comes first. */
function rowsOf(all: Map<string, Stats>): StatsRow[] {
  return [...all].map(([name, stats]) => rowOf(name, stats)).sort((left, right) => right.waitMs - left.waitMs)
}

function rowOf(name: string, stats: Stats): StatsRow {
  const { cases, answered, automatic, human, unanswered } = stats
  return {
    ...{ name, cases, answered, automatic, human, unanswered },
    waitMs: Math.round(stats.wait.sum),
    notice: durations(stats.notice),
    announce: durations(stats.announce),
    answer: durations(stats.answer),
    type: durations(stats.type),
    wait: durations(stats.wait),
  }
}

function durations(histogram: Histogram): Durations {
  const { count, max } = histogram
  if (count === 0) return { count }
  const at = (p: number) => Math.round(percentileOf(histogram, p) ?? 0)
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max }
}

function added(known: QuestionStats | undefined, one: QuestionStats): QuestionStats {
  const answers = { ...known?.answers }
  for (const [answer, count] of Object.entries(one.answers)) {
    answers[answer] = (Object.hasOwn(answers, answer) ? (answers[answer] ?? 0) : 0) + count
  }
  return {
    cases: (known?.cases ?? 0) + one.cases,
    waitMs: (known?.waitMs ?? 0) + one.waitMs,
    automatic: (known?.automatic ?? 0) + one.automatic,
    answers,
  }
}

function asked(counted: Map<string, QuestionStats>, known: Record<string, Question>): AskedQuestion[] {
  return [...counted]
    .flatMap(([key, stats]) => {
      const question = known[key]
      return question ? [{ ...question, ...stats }] : []
    })
    .sort((left, right) => right.cases - left.cases || right.waitMs - left.waitMs)
    .slice(0, mostQuestions)
}

/** The longest waiting first. */
function openOf(summary: Summary, now: number): OpenBlocker[] {
  return Object.values(summary.open)
    .map(({ session, agent, task, kind, text, since }) => ({
      ...{ session, agent, task, kind, text },
      since: new Date(since).toISOString(),
      waitMs: Math.max(0, now - since),
    }))
    .sort((left, right) => right.waitMs - left.waitMs)
}
