// How long after a program wrote a line it is known: as an event of `watch`, and to a tool that polls the
// screens of a tmux every 500 ms, one after the other, as such tools do.

import { setTimeout as delay } from 'node:timers/promises'
import { printMachine } from './support/machine.ts'
import { startService } from './support/own-service.ts'
import { PrintedLines } from './support/printed-lines.ts'
import { program } from './support/programs.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'
import { Tmux } from './support/tmux.ts'

const sessionCounts = [1, 20, 100]
/** Mean seconds between two lines of a session: agents redraw a spinner or a counter about as often. */
const printEvery = 0.5
const pollMs = 500
const settleMs = 2000
const measureMs = 8000
const printer = program('printer', printEvery)

printMachine()
const rows: string[][] = []
for (const count of sessionCounts) {
  const watched = await measureWatch(count)
  const polled = await measurePolling(count)
  for (const [share, name] of [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ] as const) {
    const [ours, theirs] = [percentile(watched, share), percentile(polled, share)]
    rows.push([String(count), name, number(ours), number(theirs), ratio(theirs, ours)])
  }
}
printTable(
  'From the write of a program to its being known, milliseconds',
  ['sessions', '', 'watch', `tmux polled every ${pollMs} ms`, 'ratio'],
  rows,
)

async function measureWatch(count: number): Promise<number[]> {
  const service = await startService()
  try {
    const lines = new PrintedLines()
    const stop = new AbortController()
    const watching = (async () => {
      for await (const event of service.client.events({ screens: true, signal: stop.signal })) {
        if (event.type === 'screen') lines.see(event.session, event.lines)
      }
    })()
    await service.client.launch({ task: 'print', command: printer, count, cwd: service.home })
    await measure(lines, count)
    stop.abort()
    await watching
    return lines.delays
  } finally {
    await service.stop()
  }
}

async function measurePolling(count: number): Promise<number[]> {
  const tmux = new Tmux()
  try {
    const panes: string[] = []
    for (let opened = 0; opened < count; opened += 1) panes.push(await tmux.open(printer))
    const lines = new PrintedLines()
    const stop = new AbortController()
    const polling = poll(tmux, panes, lines, stop.signal)
    await measure(lines, count)
    stop.abort()
    await polling
    return lines.delays
  } finally {
    await tmux.close()
  }
}

async function poll(tmux: Tmux, panes: string[], lines: PrintedLines, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const next = delay(pollMs)
    for (const pane of panes) lines.see(pane, (await tmux.capture(pane)).split('\n'))
    await next
  }
}

async function measure(lines: PrintedLines, count: number): Promise<void> {
  const deadline = Date.now() + 30_000
  while (lines.sessions < count) {
    if (Date.now() > deadline) throw new Error(`only ${lines.sessions} of ${count} sessions were seen`)
    await delay(50)
  }
  await delay(settleMs)
  lines.reset()
  await delay(measureMs)
}
