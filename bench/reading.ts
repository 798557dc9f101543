// What it costs to know what 50 agents do, and how soon a dialog is known: screens read per second, the time from
// the last byte of a real dialog to the event, and the CPU for it, against polling a tmux every 500 ms: with a process
// for each pane that looks for words only, with one that reads the styled screen as ours does, and with a single
// process for all panes.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadProfiles } from '../src/agents/load-profiles.ts'
import { readScreen } from '../src/agents/reading/read-screen.ts'
import { viewOfPicture } from '../src/agents/reading/screen-view.ts'
import { renderCapture } from '../src/cli/detect/render-capture.ts'
import { hostStatus } from '../src/host/index.ts'
import { Line } from '../src/iterm2/screen/line.ts'
import { resolveHome } from '../src/lib/home.ts'
import { printMachine } from './support/machine.ts'
import { startHost } from './support/own-host.ts'
import { startService } from './support/own-service.ts'
import { wallClockMs } from './support/printed-lines.ts'
import { cpuSeconds } from './support/process-usage.ts'
import { program } from './support/programs.ts'
import { type RealDialog, writeRealDialog } from './support/real-dialog.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'
import { Tmux } from './support/tmux.ts'

const sessions = 50
/** Row of the recorded screen in which the agent turns its spinner. */
const spinnerRow = 35
/** Often, to measure many delays; and as seldom as agents ask, to measure what the spinners alone cost. */
const often = 4
const seldom = 120
const pollMs = 500
/** Until the programs have begun and the compilers of the processes that go on for hours have done their work. */
const settleMs = 30_000
const measureMs = 20_000
const readings = 5_000

printMachine()
await measureReadings()
const runs: [name: string, measured: Measured][] = [
  ['iterm-orch', await measureOurs(often)],
  ['iterm-orch, hardly a dialog', await measureOurs(seldom)],
  ['tmux, words looked for', await measurePolling('words')],
  ['tmux, screens read', await measurePolling('read')],
  ['tmux, one process for all, screens read', await measurePolling('together')],
]
printTable(
  `${sessions} sessions with a spinner at 10 Hz, tmux polled every ${pollMs} ms`,
  [
    '',
    'dialogs',
    'p50 ms',
    'p99 ms',
    'CPU of the reader, % of a core',
    'CPU of the terminal, %',
    'both, %',
    'polls cost, hardly a dialog',
  ],
  runs.map(([name, { delays, reader, terminal }]) => [
    name,
    String(delays.length),
    ...[0.5, 0.99].map((part) => (delays.length === 0 ? '' : number(percentile(delays, part)))),
    ...[reader, terminal, reader + terminal].map(number),
    name.startsWith('tmux') ? ratio(reader + terminal, quiet()) : '',
  ]),
)

interface Measured {
  /** From the last byte to the event, in ms. */
  delays: number[]
  /** CPU, in percent of a core. */
  reader: number
  terminal: number
}

/** What ours costs when hardly a dialog is drawn. */
function quiet(): number {
  const { reader, terminal } = runs[1]?.[1] ?? { reader: Number.NaN, terminal: Number.NaN }
  return reader + terminal
}

async function measureReadings(): Promise<void> {
  const host = await startHost()
  try {
    const profile = loadProfiles(host.home).profiles.get('claude')
    if (!profile) throw new Error('there is no profile of claude')
    const dialog = writeRealDialog(host.home)
    const rows: string[][] = []
    for (const [name, file] of [
      ['at work', dialog.screenFile],
      ['with a dialog', dialog.dialogFile],
    ] as const) {
      const session = await host.open(program('dialogs', file, file, join(host.home, 'log'), spinnerRow, 0))
      await host.client.request('setProperty', {
        sessionId: session,
        name: 'grid_size',
        jsonValue: JSON.stringify({ width: dialog.columns, height: dialog.rows }),
      })
      await delay(1_500)
      const { contents = [], cursor } = await host.client.request('getBuffer', {
        session,
        lineRange: { screenContentsOnly: true },
      })
      const picture = () => ({
        first: 0,
        columns: dialog.columns,
        lines: contents.map((line) => new Line(line)),
        cursor: { x: cursor?.x ?? 0, y: cursor?.y ?? 0 },
      })
      const read = () => readScreen({ screen: viewOfPicture(picture()), profile, now: 0 })
      const { state } = read()
      for (let warm = 0; warm < readings / 5; warm += 1) read()
      const start = performance.now()
      for (let done = 0; done < readings; done += 1) read()
      const each = (performance.now() - start) / readings
      rows.push([`${dialog.agent} ${dialog.version} ${name} (${state})`, number(each), number(1_000 / each)])
    }
    printTable('Reading one screen', ['', 'ms', 'screens a second and core'], rows)
  } finally {
    await host.stop()
  }
}

async function measureOurs(meanSecondsBetweenDialogs: number): Promise<Measured> {
  const service = await startService()
  try {
    const { client, home } = service
    const dialog = writeRealDialog(home)
    const seen = new Map<string, number[]>()
    const stop = new AbortController()
    const watching = (async () => {
      for await (const event of client.events({ signal: stop.signal })) {
        if (event.type === 'launched') await client.resize(event.session, dialog.columns, dialog.rows)
        if (event.type === 'blocker') seen.set(event.name, [...(seen.get(event.name) ?? []), wallClockMs()])
      }
    })()
    const launches = Array.from({ length: sessions }, (_, index) => {
      const name = `agent-${index}`
      const command = dialogProgram(dialog, join(home, name), meanSecondsBetweenDialogs)
      return client.launch({
        task: 'work',
        name,
        agent: dialog.agent,
        command,
        cwd: home,
        env: { PATH: process.env['PATH'] ?? '' },
      })
    })
    await Promise.all(launches)
    const { pid } = await client.health()
    const host = (await hostStatus(resolveHome())).pid ?? 0
    await delay(settleMs)
    const [from, cpuReader, cpuTerminal] = [
      wallClockMs(),
      cpuSeconds(pid, { children: true }),
      cpuSeconds(host),
    ]
    await delay(measureMs)
    const reader = percentSince(cpuReader, cpuSeconds(pid, { children: true }))
    const terminal = percentSince(cpuTerminal, cpuSeconds(host))
    stop.abort()
    await watching
    const delays = [...seen].flatMap(([name, times]) => match(drawnAt(join(home, name)), times, from))
    return { delays, reader, terminal }
  } finally {
    await service.stop()
  }
}

async function measurePolling(way: 'words' | 'read' | 'together'): Promise<Measured> {
  const tmux = new Tmux()
  const host = await startHost()
  try {
    const dialog = writeRealDialog(host.home)
    const profile = loadProfiles(host.home).profiles.get(dialog.agent)
    if (!profile) throw new Error(`there is no profile of ${dialog.agent}`)
    const asks = (text: string) =>
      way === 'words'
        ? text.includes('Do you want to proceed')
        : readScreen({ screen: renderCapture(text, dialog.columns), profile, now: Date.now() }).prompt !==
          undefined
    const panes: string[] = []
    for (let index = 0; index < sessions; index += 1) {
      panes.push(await tmux.open(dialogProgram(dialog, join(host.home, `agent-${index}`), often), dialog))
    }
    const seen = new Map<string, number[]>()
    const waiting = new Set<string>()
    const stop = new AbortController()
    const polling = (async () => {
      while (!stop.signal.aborted) {
        const next = delay(pollMs)
        const together = way === 'together' ? await tmux.captureAll(panes) : []
        for (const [index, pane] of panes.entries()) {
          const shown = asks(together[index] ?? (await tmux.capture(pane, way === 'read')))
          const name = `agent-${index}`
          if (shown && !waiting.has(pane)) seen.set(name, [...(seen.get(name) ?? []), wallClockMs()])
          if (shown) waiting.add(pane)
          else waiting.delete(pane)
        }
        await next
      }
    })()
    await delay(settleMs)
    const server = await tmux.pid()
    const [from, cpuReader, cpuTerminal] = [
      wallClockMs(),
      cpuSeconds(process.pid, { children: true }),
      cpuSeconds(server),
    ]
    await delay(measureMs)
    const reader = percentSince(cpuReader, cpuSeconds(process.pid, { children: true }))
    const terminal = percentSince(cpuTerminal, cpuSeconds(server))
    stop.abort()
    await polling
    const delays = [...seen].flatMap(([name, times]) => match(drawnAt(join(host.home, name)), times, from))
    return { delays, reader, terminal }
  } finally {
    await tmux.close()
    await host.stop()
  }
}

function dialogProgram(dialog: RealDialog, log: string, meanSeconds: number): string[] {
  return program('dialogs', dialog.screenFile, dialog.dialogFile, log, spinnerRow, meanSeconds)
}

function percentSince(before: number, after: number): number {
  return ((after - before) / (measureMs / 1_000)) * 100
}

function drawnAt(log: string): number[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line) * 1_000)
}

/** For each dialog that was drawn after `from`, how long it took until it was seen first. */
function match(drawn: readonly number[], times: readonly number[], from: number): number[] {
  return drawn.flatMap((time, index) => {
    const next = drawn[index + 1] ?? Number.POSITIVE_INFINITY
    const first = times.find((seen) => seen >= time && seen < next)
    return time > from && first !== undefined ? [first - time] : []
  })
}
