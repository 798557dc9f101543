// What the tap costs: time until the first output of a program, throughput of a flood, and memory; each with
// and without it, on the same PTY and in turns. Node that only writes a word shows what no tap on Node can be
// faster than. Needs the build, since that is what people start.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pty } from '../src/lib/pty/pty.ts'
import { builtCommand } from './support/built-command.ts'
import { printMachine } from './support/machine.ts'
import { childrenCpuSeconds, type Memory, processMemory } from './support/process-usage.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const starts = 40
const megabytes = 100
const rounds = 5

const directory = mkdtempSync(join(tmpdir(), 'io-tap-'))
const key = join(directory, 'key')
const mark = 'program-is-here'
const lastMark = 'flood-is-over'
/** The last mark is within so many bytes of the end; a message of the tap may follow it. */
const tailBytes = 400

interface Measured {
  /** From the start to the first output of the program, and from there to its last, in ms. */
  first: number
  flood: number
  /** All processes, start and end included, in ms. */
  cpu: number
  /** Of the process on the PTY, after the last output. */
  memory: Memory | undefined
}

const tap = builtCommand('tap', '--')
const echo = ['/bin/echo', mark]
const word = [process.execPath, '-e', `process.stdout.write('${mark}')`]
// It waits for a line at its end, so that it can be looked at.
const waiting = (script: string) => ['perl', '-e', `$| = 1; print "${mark}\\n"; ${script} <STDIN>`]
const lines = `my $block = (("the quick brown fox " x 4)."\\n") x 500;`
const floodScript = `${lines} print $block for 1 .. ${Math.round((megabytes * 1e6) / 40_500)}; print "${lastMark}\\n";`
const idleNode = [
  process.execPath,
  '-e',
  `console.log('${mark}', '${lastMark}'); process.stdin.once('data', () => process.exit())`,
]

printMachine()
try {
  const start = await inTurns(starts, { without: echo, word, tap: [...tap, ...echo] })
  const flood = await inTurns(rounds, {
    without: waiting(floodScript),
    tap: [...tap, ...waiting(floodScript)],
  })
  const memory = await inTurns(rounds, {
    word: idleNode,
    tap: [...tap, ...waiting(`print "${lastMark}\\n";`)],
  })
  printStart(start)
  printFlood(flood)
  printMemory({
    'node that waits': memory.word,
    'the tap': memory.tap,
    'the tap, after the flood': flood.tap,
  })
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** So that what else the computer does falls on all alike. */
async function inTurns<K extends string>(
  turns: number,
  programs: Record<K, string[]>,
): Promise<Record<K, Measured[]>> {
  const names = Object.keys(programs) as K[]
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, Measured[]>
  for (let turn = 0; turn < turns; turn++) {
    for (const name of names) measured[name].push(await measure(programs[name]))
  }
  return measured
}

function printStart({ without, word, tap }: Record<'without' | 'word' | 'tap', Measured[]>): void {
  const rows = Object.entries({ 'without the tap': without, 'node that writes a word': word, tap })
  const direct = best(without, 'first')
  printTable(
    'Start to the first output of a program',
    ['', 'best, ms', 'median, ms', 'more than without: best', 'median', 'CPU, mean ms'],
    rows.map(([name, values]) => [
      name,
      number(best(values, 'first')),
      number(median(values, 'first')),
      number(best(values, 'first') - direct),
      number(median(values, 'first') - median(without, 'first')),
      number(mean(values, 'cpu')),
    ]),
  )
}

function printFlood({ without, tap }: Record<'without' | 'tap', Measured[]>): void {
  const speeds = (values: Measured[]) => values.map(({ flood }) => (megabytes * 1_000) / flood)
  printTable(
    `${megabytes} MB of output`,
    ['', 'without', 'with the tap', 'without : with'],
    ([1, 0.5] as const).map((share) => {
      const [direct, tapped] = [percentile(speeds(without), share), percentile(speeds(tap), share)]
      return [
        share === 1 ? 'best, MB/s' : 'median, MB/s',
        number(direct),
        number(tapped),
        ratio(direct, tapped),
      ]
    }),
  )
}

function printMemory(processes: Record<string, Measured[]>): void {
  const of = (values: Measured[], field: keyof Memory, share: number) =>
    number(
      percentile(
        values.map(({ memory }) => memory?.[field] ?? Number.NaN),
        share,
      ),
    )
  printTable(
    'Memory of the process on the PTY, without the program behind it, MB',
    ['', 'most so far: best', 'median', 'its own alone: best', 'median'],
    Object.entries(processes).map(([name, values]) => [
      name,
      of(values, 'peakMb', 0),
      of(values, 'peakMb', 0.5),
      of(values, 'ownMb', 0),
      of(values, 'ownMb', 0.5),
    ]),
  )
}

function best(values: Measured[], field: 'first'): number {
  return Math.min(...values.map((value) => value[field]))
}

function median(values: Measured[], field: 'first'): number {
  return percentile(
    values.map((value) => value[field]),
    0.5,
  )
}

function mean(values: Measured[], field: 'cpu'): number {
  return values.reduce((sum, value) => sum + value[field], 0) / values.length
}

function measure([file = '', ...args]: string[]): Promise<Measured> {
  writeFileSync(key, 'iterm-orch-benchmark-key', { mode: 0o600 })
  const { PATH = '' } = process.env
  const env = { PATH, TERM: 'xterm-256color', ITERM_ORCH_TAP_KEY_FILE: key }
  const cpuBefore = childrenCpuSeconds()
  const started = performance.now()
  let [head, tail, first, flood] = ['', '', 0, 0]
  let memory: Memory | undefined
  return new Promise((resolve, reject) => {
    const pty: Pty = new Pty(
      { file, args, cwd: directory, env, columns: 80, rows: 24 },
      {
        output: (bytes) => {
          if (first === 0) {
            head += bytes.toString('latin1')
            if (head.includes(mark)) first = performance.now() - started
          }
          tail = (tail + bytes.subarray(-tailBytes).toString('latin1')).slice(-tailBytes)
          if (flood > 0 || !tail.includes(lastMark)) return
          flood = performance.now() - started - first
          memory = processMemory(pty.pid)
          void pty.write(Buffer.from('\n'))
        },
        gone: () => {},
        end: () => {
          if (first === 0) reject(new Error(`${file} wrote nothing`))
          resolve({ first, flood, cpu: (childrenCpuSeconds() - cpuBefore) * 1_000, memory })
        },
      },
    )
  })
}
