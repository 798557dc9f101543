// A year of events, a million lines: how long `iterm-orch stats` takes to sum it up, the first time and when a
// day was added, against a loop that only parses every line.
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readJournal } from '../src/analytics/read-journal.ts'
import { report } from '../src/analytics/report.ts'
import { linesOf, madeCases } from '../test/support/made-journal.ts'
import { number, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const lines = Number(process.argv[2] ?? 1_000_000)
/** A blocker with all that belongs to it. */
const linesOfOne = 9
/** What else a session tells: states, screens' worth of other events. */
const restOfLife = {
  session: 'S1',
  name: 'claude',
  task: 'x',
  type: 'state',
  from: 'idle',
  to: 'working',
  reason: 'the screen shows a spinner',
}

const directory = mkdtempSync(join(tmpdir(), 'io-stats-'))
try {
  const journal = join(directory, 'events.jsonl')
  const state = join(directory, 'state', 'stats.json')
  const end = Date.now()
  write(journal, lines, 365, end)
  const bytes = statSync(journal).size
  const parsing = seconds(() => {
    for (const line of readFileSync(journal, 'utf8').split('\n')) if (line !== '') JSON.parse(line)
  })
  const first = seconds(() => report(readJournal(journal, state).summary, end))
  appendFileSync(journal, [...madeCases(100, 1, end + 86_400_000)].flatMap(linesOf).join('\n').concat('\n'))
  const again = seconds(() => report(readJournal(journal, state).summary, end))
  printTable(
    `${number(lines)} lines of a year, ${number(bytes / 1e6)} MB (state: ${number(statSync(state).size / 1e6)} MB)`,
    ['', 's', 'parse every line, s', 'parse : stats'],
    [
      ['the first time', number(first), number(parsing), ratio(parsing, first)],
      ['a day later', number(again), number(parsing), ratio(parsing, again)],
    ],
  )
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** Half of the lines are about blockers, half are states. */
function write(path: string, count: number, days: number, end: number): void {
  const file = openSync(path, 'w')
  let batch: string[] = []
  for (const made of madeCases(Math.round(count / linesOfOne / 2), days, end)) {
    const filler = JSON.stringify({ id: `${made.at}`, ts: new Date(made.at).toISOString(), ...restOfLife })
    batch.push(...linesOf(made), ...Array.from({ length: linesOfOne }, () => filler))
    if (batch.length > 10_000) {
      writeSync(file, `${batch.join('\n')}\n`)
      batch = []
    }
  }
  writeSync(file, `${batch.join('\n')}\n`)
  closeSync(file)
}

function seconds(run: () => unknown): number {
  const started = performance.now()
  run()
  return (performance.now() - started) / 1_000
}
