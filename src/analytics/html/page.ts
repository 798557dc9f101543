/** The report as one HTML file that needs nothing else. */
import type { Durations, StatsReport, StatsRow } from '../report.ts'
import { timeText } from '../time-text.ts'
import { type Bar, horizontalBars, stackedColumns } from './charts.ts'
import { type Html, html, Html as Raw } from './escape.ts'

/** Rows of a table or chart; a page is for looking, `--json` for everything. */
const mostRows = 15
const mostQuestions = 25

/** @param policy suggested rules as YAML; undefined where there are none */
export function statsPage(report: StatsReport, madeAt: string, policy?: string): string {
  const { total, by, days, questions, open, torn } = report
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Blockers and answers</title><style>${new Raw(style)}</style></head><body>
<h1>Blockers and answers</h1>
<p>${report.from ?? 'nothing yet'}${report.to === undefined || report.to === report.from ? '' : ` to ${report.to}`} · made ${madeAt}${torn > 0 ? ` · ${torn} torn lines left out` : ''}</p>
<ul class="tiles">${tilesOf(total, open.length)}</ul>
<h2>Day by day</h2>
${stackedColumns(
  'Blockers day by day',
  ['automatic', 'by people', 'unanswered'],
  days.map(({ day, automatic, human, unanswered }) => ({
    label: day,
    values: [automatic, human, unanswered],
  })),
)}
<h2>What costs most time</h2>
<h3>by kind of blocker</h3>${horizontalBars('Waiting by kind', waiting(by.kind))}
<h3>by agent</h3>${horizontalBars('Waiting by agent', waiting(by.agent))}
<h2>How fast</h2>
${durationsTable(total)}
<h3>Channels: from the announcement to the answer</h3>
${facetTable(by.channel)}
<h3>People</h3>
${facetTable(by.person)}
<h2>Commonest questions</h2>
<div class="scroll"><table><tr><th>times</th><th>waited</th><th>kind</th><th>agent</th><th>question</th><th>answers</th></tr>
${questions
  .slice(0, mostQuestions)
  .map(
    (one) =>
      html`<tr><td>${one.cases}</td><td>${timeText(one.waitMs)}</td><td>${one.kind}</td><td>${one.agent}</td><td>${one.text}</td><td>${answersText(one.answers, one.automatic)}</td></tr>`,
  )}</table></div>
${openTable(report)}
${suggestions(policy)}
</body></html>
`
  return page.text
}

function tilesOf(total: StatsRow, open: number): Html[] {
  const tiles: [string, string][] = [
    ['blockers', String(total.cases)],
    ['waited, all together', timeText(total.waitMs)],
    ['median wait', timeText(total.wait.p50)],
    ['answered by rules', String(total.automatic)],
    ['answered by people', String(total.human)],
    ['unanswered', String(total.unanswered)],
    ['open now', String(open)],
  ]
  return tiles.map(([name, value]) => html`<li><b>${value}</b>${name}</li>`)
}

function waiting(rows: readonly StatsRow[]): Bar[] {
  return rows.slice(0, mostRows).map(({ name, waitMs, cases }) => ({
    label: name,
    value: waitMs,
    shown: `${timeText(waitMs)} (${cases})`,
  }))
}

function durationsTable({ notice, announce, answer, type, wait }: StatsRow): Html {
  const rows: [string, Durations][] = [
    ['to notice', notice],
    ['to announce', announce],
    ['to answer (people)', answer],
    ['to be typed', type],
    ['in all', wait],
  ]
  const lines = rows.map(
    ([name, one]) =>
      html`<tr><th>${name}</th><td>${one.count}</td><td>${timeText(one.p50)}</td><td>${timeText(one.p90)}</td><td>${timeText(one.p99)}</td><td>${timeText(one.max)}</td></tr>`,
  )
  return html`<table><tr><th></th><th>measured</th><th>half within</th><th>90 %</th><th>99 %</th><th>longest</th></tr>${lines}</table>`
}

function facetTable(rows: readonly StatsRow[]): Html {
  if (rows.length === 0) return html`<p>None is known.</p>`
  const lines = rows
    .slice(0, mostRows)
    .map(
      (one) =>
        html`<tr><th>${one.name}</th><td>${one.cases}</td><td>${one.answered}</td><td>${timeText(one.answer.p50)}</td><td>${timeText(one.answer.p90)}</td></tr>`,
    )
  return html`<table><tr><th></th><th>blockers</th><th>answered</th><th>half within</th><th>90 %</th></tr>${lines}</table>`
}

function openTable({ open }: StatsReport): Html {
  if (open.length === 0) return html``
  const lines = open
    .slice(0, mostRows)
    .map(
      (one) =>
        html`<tr><td>${timeText(one.waitMs)}</td><td>${one.kind}</td><td>${one.agent}</td><td>${one.task}</td><td>${one.text}</td></tr>`,
    )
  return html`<h2>Open now</h2><div class="scroll"><table><tr><th>waits</th><th>kind</th><th>agent</th><th>task</th><th>question</th></tr>${lines}</table></div>`
}

function suggestions(policy: string | undefined): Html {
  if (policy === undefined) return html``
  return html`<h2>Rules that would have answered</h2><p>People always answered these alike. Read each before you copy it.</p><pre>${policy}</pre>`
}

function answersText(answers: Readonly<Record<string, number>>, automatic: number): string {
  const told = Object.entries(answers)
    .sort(([, left], [, right]) => right - left)
    .slice(0, 3)
    .map(([answer, count]) => `${answer} × ${count}`)
  return [...told, ...(automatic > 0 ? [`rule × ${automatic}`] : [])].join(', ')
}

const style = `
:root{color-scheme:light dark;--text:#1d2329;--faint:#59636e;--page:#fff;--tile:#f3f5f7;--line:#d5dadf;--bar:#2f6fb4;--p0:#3a8f5c;--p1:#2f6fb4;--p2:#c2662d}
@media(prefers-color-scheme:dark){:root{--text:#e4e8ec;--faint:#9aa5b1;--page:#14181c;--tile:#20262c;--line:#3a434c;--bar:#5f9fe0;--p0:#5fb985;--p1:#5f9fe0;--p2:#e0915c}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:0}h2{margin-top:2.2rem;font-size:1.2rem}h3{font-size:1rem;color:var(--faint);margin-bottom:.3rem}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;list-style:none}.tiles li{background:var(--tile);padding:.6rem .9rem;border-radius:6px;color:var(--faint);font-size:.85rem}
.tiles b{display:block;color:var(--text);font-size:1.25rem;white-space:nowrap}
svg{width:100%;height:auto;font-size:13px}.label{fill:var(--text)}.value{fill:var(--faint)}.bar{fill:var(--bar)}
.part0{fill:var(--p0);background:var(--p0)}.part1{fill:var(--p1);background:var(--p1)}.part2{fill:var(--p2);background:var(--p2)}
.legend span{margin-right:1rem;color:var(--faint)}.legend i{display:inline-block;width:.8em;height:.8em;margin-right:.35em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{color:var(--faint);font-weight:600}td:first-child{white-space:nowrap}.scroll{overflow-x:auto}
pre{background:var(--tile);padding:.8rem;border-radius:6px;overflow-x:auto}
`
