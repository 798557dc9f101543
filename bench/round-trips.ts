// Reading a screen: GetBuffer round trips a second and CPU per call, against `tmux capture-pane`.
import { setTimeout as delay } from 'node:timers/promises'
import { printMachine } from './support/machine.ts'
import { startHost } from './support/own-host.ts'
import { cpuSeconds } from './support/process-usage.ts'
import { program } from './support/programs.ts'
import { number, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'
import { Tmux } from './support/tmux.ts'

const measureMs = 4000
/** Requests under way at once in the second measurement. */
const pipelined = 16
/** A full screen with colours, as an agent's is. */
const screenful = program('screenful')

interface Measured {
  perSecond: number
  terminalMs: number
  clientMs: number
}

printMachine()
const host = await startHost()
const tmux = new Tmux()
try {
  const session = await host.open(screenful)
  const pane = await tmux.open(screenful)
  await delay(500)
  const read = () =>
    host.client.request('getBuffer', {
      session,
      lineRange: { screenContentsOnly: true },
      includeStyles: true,
    })
  const results: [string, Measured][] = [
    ['GetBuffer, one after the other', await measure(read, 1, host.pid)],
    [`GetBuffer, ${pipelined} at once`, await measure(read, pipelined, host.pid)],
    ['tmux capture-pane', await measure(() => tmux.capture(pane), 1, await tmux.pid())],
  ]
  const reference = results.at(-1)?.[1].perSecond ?? Number.NaN
  printTable(
    'Reading a screen of 80 × 24 with colours',
    ['', 'reads/s', 'terminal CPU ms/read', 'client CPU ms/read', 'ratio of reads/s'],
    results.map(([name, { perSecond, terminalMs, clientMs }]) => [
      name,
      number(perSecond),
      number(terminalMs),
      number(clientMs),
      ratio(perSecond, reference),
    ]),
  )
} finally {
  await tmux.close()
  await host.stop()
}

async function measure(read: () => Promise<unknown>, atOnce: number, pid: number): Promise<Measured> {
  for (let warmUp = 0; warmUp < 100; warmUp += 1) await read()
  const before = { terminal: cpuSeconds(pid), client: cpuSeconds(process.pid, { children: true }) }
  const started = performance.now()
  let count = 0
  const worker = async (): Promise<void> => {
    while (performance.now() - started < measureMs) {
      await read()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const seconds = (performance.now() - started) / 1000
  return {
    perSecond: count / seconds,
    terminalMs: ((cpuSeconds(pid) - before.terminal) * 1000) / count,
    clientMs: ((cpuSeconds(process.pid, { children: true }) - before.client) * 1000) / count,
  }
}
