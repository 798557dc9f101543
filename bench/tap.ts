// What the tap costs: time until the first output of a program, throughput of a flood, and memory; each with
// and without it, on the same PTY and in turns. Needs the build, since that is what people start.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pty } from '../src/lib/pty/pty.ts'
import { residentMb } from './support/process-usage.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const starts = 30
const megabytes = 100
const rounds = 3

const main = process.argv[2] ?? fileURLToPath(new URL('../dist/main.cjs', import.meta.url))
if (!existsSync(main)) throw new Error('There is no build to measure: npm run build')
const directory = mkdtempSync(join(tmpdir(), 'io-tap-'))
const key = join(directory, 'key')
const mark = 'program-is-here'

interface Measured {
  /** From the start to the first output of the program, and to the end, in ms. */
  first: number
  total: number
  /** Memory of the process on the PTY after the last output, in MB. */
  memory: number
}

try {
  const echo = ['/bin/echo', mark]
  const lines = `my $line = ("the quick brown fox " x 4)."\\n"; my $block = $line x 500;`
  const flood = [
    'perl',
    '-e',
    `$| = 1; print "${mark}\\n"; ${lines} print $block for 1 .. ${Math.round((megabytes * 1e6) / 40_500)}; sleep 1`,
  ]
  const [plain, tapped]: [Measured[], Measured[]] = [[], []]
  for (let turn = 0; turn < starts; turn++) {
    plain.push(await measure(echo, false))
    tapped.push(await measure(echo, true))
  }
  const [plainFlood, tappedFlood]: [Measured[], Measured[]] = [[], []]
  for (let turn = 0; turn < rounds; turn++) {
    plainFlood.push(await measure(flood, false))
    tappedFlood.push(await measure(flood, true))
  }
  const median = (values: Measured[], field: keyof Measured) =>
    percentile(
      values.map((value) => value[field]),
      0.5,
    )
  const speed = (values: Measured[]) =>
    (megabytes * 1_000) / (median(values, 'total') - median(values, 'first') - 1_000)
  const rows: [string, number, number][] = [
    ['start to first output, median ms', median(plain, 'first'), median(tapped, 'first')],
    ['start to first output, best ms', best(plain), best(tapped)],
    ['throughput, MB/s', speed(plainFlood), speed(tappedFlood)],
    ['memory on the PTY after the flood, MB', median(plainFlood, 'memory'), median(tappedFlood, 'memory')],
  ]
  printTable(
    'A program with and without the tap',
    ['', 'without', 'with', 'with : without'],
    rows.map(([name, without, withIt]) => [name, number(without), number(withIt), ratio(withIt, without)]),
  )
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function best(values: Measured[]): number {
  return Math.min(...values.map(({ first }) => first))
}

function measure(program: string[], withTap: boolean): Promise<Measured> {
  writeFileSync(key, 'iterm-orch-benchmark-key', { mode: 0o600 })
  const [file = '', ...args] = withTap ? [process.execPath, main, 'tap', '--', ...program] : program
  const { PATH = '' } = process.env
  const env = { PATH, TERM: 'xterm-256color', ...(withTap && { ITERM_ORCH_TAP_KEY_FILE: key }) }
  const started = performance.now()
  let [head, first, memory] = ['', 0, 0]
  return new Promise((resolve) => {
    let probe: NodeJS.Timeout | undefined
    const pty: Pty = new Pty(
      { file, args, cwd: directory, env, columns: 80, rows: 24 },
      {
        output: (bytes) => {
          if (first === 0) {
            head += bytes.toString('latin1')
            if (head.includes(mark)) first = performance.now() - started
          }
          // The flood is over when nothing came for a while; the program waits for that.
          clearTimeout(probe)
          probe = setTimeout(() => {
            memory = residentMb(pty.pid)
          }, 500)
        },
        gone: () => {},
        end: () => {
          clearTimeout(probe)
          resolve({ first, total: performance.now() - started, memory })
        },
      },
    )
  })
}
