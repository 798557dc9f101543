// How fast secrets are looked for, against what any row of a screen goes through anyway in such tools:
// stripping escape sequences with Node's own function.
import { stripVTControlCharacters } from 'node:util'
import { redact } from '../src/lib/redact.ts'
import { number, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const row =
  '  \u001b[2m⎿\u001b[0m  Updated src/session/session.ts with 12 additions and 3 removals (ctrl+r to expand)'
const screen = Array.from({ length: 40 }, (_, index) => `${row} ${index}`).join('\n')
const withSecret = screen.replace('12 additions', `API_KEY=${'aB3dE5fG7h'.repeat(4)}`)
const dump = 'the quick brown fox: jumps over="the" lazy dog, 12 times. '.repeat(4_000)

const rows = Object.entries({
  'a screen of 40 rows': screen,
  'with a secret': withSecret,
  '230 KB of prose': dump,
}).map(([name, text]) => {
  const ours = microseconds(() => redact(text))
  const strip = microseconds(() => stripVTControlCharacters(text))
  return [name, number(ours), number(text.length / ours), number(strip), ratio(ours, strip)]
})
printTable('Looking for secrets', ['', 'µs', 'MB/s', 'strip escapes, µs', 'redact : strip'], rows)

/** Of one run: the best of many, so that other processes count little. */
function microseconds(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  const until = performance.now() + 1_000
  while (performance.now() < until) {
    const started = performance.now()
    run()
    best = Math.min(best, performance.now() - started)
  }
  return best * 1_000
}
