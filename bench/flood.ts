// A flood of 100 MB in one session: how fast it is worked through, and how long a quiet neighbour waits for
// its terminal meanwhile; against tmux. Both terminals answer the same programs, which do the measuring.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { printMachine } from './support/machine.ts'
import { startHost } from './support/own-host.ts'
import { residentMb } from './support/process-usage.ts'
import { program } from './support/programs.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'
import { Tmux } from './support/tmux.ts'

const megabytes = 100
const quietMs = 2000
const longestMs = 120_000

interface Measured {
  seconds: number
  /** Milliseconds that the neighbour waited, before and during the flood. */
  alone: number[]
  beside: number[]
  /** Memory of the terminal after the flood. */
  memory: number
}

printMachine()
const host = await startHost()
const ours = await measure(
  (argv) => host.open(argv),
  async () => host.pid,
).finally(() => host.stop())
const tmux = new Tmux()
const theirs = await measure(
  (argv) => tmux.open(argv),
  () => tmux.pid(),
).finally(() => tmux.close())

const compared: [string, number, number][] = [
  ['throughput, MB/s', megabytes / ours.seconds, megabytes / theirs.seconds],
  ['neighbour alone, p50 ms', percentile(ours.alone, 0.5), percentile(theirs.alone, 0.5)],
  ['neighbour beside the flood, p50 ms', percentile(ours.beside, 0.5), percentile(theirs.beside, 0.5)],
  ['neighbour beside the flood, p99 ms', percentile(ours.beside, 0.99), percentile(theirs.beside, 0.99)],
  ['neighbour beside the flood, worst ms', Math.max(...ours.beside), Math.max(...theirs.beside)],
  ['memory of the terminal after it, MB', ours.memory, theirs.memory],
]
printTable(
  `A flood of ${megabytes} MB in one session`,
  ['', 'host', 'tmux', 'host : tmux'],
  compared.map(([name, own, other]) => [name, number(own), number(other), ratio(own, other)]),
)

async function measure(
  open: (argv: string[]) => Promise<unknown>,
  pid: () => Promise<number>,
): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'io-flood-'))
  try {
    const [pulses, result] = [join(directory, 'pulses'), join(directory, 'result')]
    await open(program('pulse', pulses))
    await delay(quietMs)
    const alone = readNumbers(pulses)
    await open(program('flood', megabytes * 1_000_000, result))
    const deadline = Date.now() + longestMs
    while (!existsSync(result)) {
      if (Date.now() > deadline) throw new Error('the flood did not end')
      await delay(50)
    }
    const beside = readNumbers(pulses).slice(alone.length)
    return { seconds: readNumbers(result)[0] ?? Number.NaN, alone, beside, memory: residentMb(await pid()) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function readNumbers(path: string): number[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1).map(Number)
}
