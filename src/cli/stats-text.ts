import type { Durations, StatsReport, StatsRow } from '../analytics/report.ts'
import type { Facet } from '../analytics/summary.ts'
import { timeText } from '../analytics/time-text.ts'
import { shownText } from '../lib/shown-text.ts'
import type { Output } from './output.ts'
import { type Cell, renderTable } from './table.ts'

/** Rows of each part; `--json` has everything. */
const mostRows = 10

/** The report for people. */
export function* statsText(
  report: StatsReport,
  by: Facet | undefined,
  policy: string | undefined,
  out: Output,
): Generator<string> {
  const { total, from, to, questions, open, torn, failed } = report
  const { style } = out
  if (total.cases === 0 && open.length === 0) {
    yield 'Nothing has blocked yet, as far as the journal tells.'
  } else {
    const period = from === undefined ? '' : from === to ? `, ${from}` : `, ${from} to ${to}`
    yield style.bold(`${total.cases} blockers${period}`)
    yield `  waited ${timeText(total.waitMs)} in all, half of them less than ${timeText(total.wait.p50)}`
    yield `  answered: ${total.human} by people, ${total.automatic} by rules; ${total.unanswered} unanswered; ${open.length} open`
    yield ''
    yield* table(timesOf(total), ['', 'measured', 'half within', '90 %', '99 %', 'longest'], out)
    for (const facet of by === undefined ? (['kind', 'agent', 'channel'] as const) : [by]) {
      const rows = by === undefined ? report.by[facet].slice(0, mostRows) : report.by[facet]
      if (rows.length === 0 && by === undefined) continue
      yield ''
      yield style.bold(`by ${facet}`)
      const titles = [facet, 'blockers', 'waited', 'people', 'rules', 'unanswered', 'answer, half within']
      yield* table(rows.map(facetRow), titles, out)
    }
    if (by === undefined) yield* details(report, out)
  }
  const lost = Object.entries(failed).map(([channel, count]) => `${shownText(channel)} ${count}`)
  if (lost.length > 0) yield `\nannouncements that did not work: ${lost.join(', ')}`
  if (torn > 0) yield `\n${torn} torn lines of the journal were left out`
  if (policy !== undefined && by === undefined) {
    yield ''
    yield style.bold('rules that would have answered (read each before you copy it)')
    yield policy.trimEnd()
  } else if (questions.length > 0 && by === undefined && total.human > 0) {
    yield ''
    yield style.faint('No rule is suggested: no question was answered by people five times and always alike.')
  }
}

function* details({ questions, open }: StatsReport, out: Output): Generator<string> {
  if (questions.length > 0) {
    yield ''
    yield out.style.bold('commonest questions')
    const rows = questions
      .slice(0, mostRows)
      .map(({ cases, waitMs, kind, agent, text }) => [String(cases), timeText(waitMs), kind, agent, text])
    yield* table(rows, ['times', 'waited', 'kind', 'agent', 'question'], out)
  }
  if (open.length === 0) return
  yield ''
  yield out.style.bold('open now')
  const rows = open
    .slice(0, mostRows)
    .map(({ waitMs, kind, agent, text }) => [timeText(waitMs), kind, agent, text])
  yield* table(rows, ['waits', 'kind', 'agent', 'question'], out)
}

function timesOf({ notice, announce, answer, type, wait }: StatsRow): string[][] {
  const row = (name: string, { count, p50, p90, p99, max }: Durations) => [
    ...[name, String(count), timeText(p50), timeText(p90), timeText(p99), timeText(max)],
  ]
  return [
    row('to notice', notice),
    row('to announce', announce),
    row('to answer (people)', answer),
    row('to be typed', type),
    row('in all', wait),
  ]
}

function facetRow({ name, cases, waitMs, human, automatic, unanswered, answer }: StatsRow): string[] {
  return [
    name,
    String(cases),
    timeText(waitMs),
    String(human),
    String(automatic),
    String(unanswered),
    timeText(answer.p50),
  ]
}

/** Only questions are cut when the terminal is narrow. */
function table(rows: readonly string[][], titles: readonly string[], out: Output): string[] {
  const columns = titles.map((title) => ({ title, ...(title === 'question' && { least: 20 }) }))
  const cells: Cell[][] = rows.map((row) => row.map((text) => ({ text: shownText(text) })))
  return renderTable(columns, cells, out.width, out.style.faint)
}
