// 100 agents ask, as often as 1,000 times an hour but 24 times as dense: how long from the last byte of a prompt until
// its message stands in the mailbox of Desktop, and from the answer given until it is seen to be taken. Against a
// script that polls a tmux every 500 ms for the same agents, looks for the words of their prompts, calls a command
// for each, answers with send-keys and looks at the pane until the prompt has gone.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { printMachine } from './support/machine.ts'
import { startHost } from './support/own-host.ts'
import { startService } from './support/own-service.ts'
import { wallClockMs } from './support/printed-lines.ts'
import { program } from './support/programs.ts'
import { type RealDialog, writeRealDialog } from './support/real-dialog.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'
import { Tmux } from './support/tmux.ts'

const run = promisify(execFile)

const sessions = 100
const blockersPerHour = 1_000
/** An hour is made this short, in ms. */
const hourMs = 150_000
const pollMs = 500
/** Mean time from one prompt of a session to the next, in ms. */
const cycleMs = (sessions * hourMs) / blockersPerHour
/** Somebody answers so long after hearing of it, in ms; the polls of a script need about as much again. */
const answerAfterMs = { least: 200, more: 800 }
const workSeconds = (cycleMs - answerAfterMs.least - answerAfterMs.more / 2) / 1_000
/** Until the programs have begun and the compiler of the service has seen its code. */
const settleMs = 30_000
const measureMs = 75_000
/** Row of the recorded screen in which the agent turns its spinner. */
const spinnerRow = 35
const forms = ['dialog', 'line'] as const
type Form = (typeof forms)[number]

/** What is told of one agent: when its prompts were announced, and how long its answers took, in ms. */
interface Told {
  announced: number[]
  confirmed: { at: number; took: number }[]
  failed: string[]
}

interface Agent {
  name: string
  form: Form
  log: string
  command: string[]
  told: Told
}

interface Measured {
  announced: Record<Form, number[]>
  confirmed: Record<Form, number[]>
  asked: number
  answered: number
  failed: string[]
}

printMachine()
const ours = await measureOurs()
const alone = await measurePolling('each')
const together = await measurePolling('together')
const ways: [name: string, measured: Measured][] = [
  ['iterm-orch', ours],
  ['tmux, a process for each pane', alone],
  ['tmux, one process for all panes', together],
]
for (const [title, part] of [
  ['From the prompt to its being announced', 'announced'],
  ['From the answer to its being seen to be taken', 'confirmed'],
] as const) {
  printTable(
    `${title}, ms: ${sessions} sessions, ${blockersPerHour} blockers in ${hourMs / 1_000} s`,
    ['', 'asked with', 'n', 'p50', 'p99', 'p50 ÷ ours', 'p99 ÷ ours'],
    ways.flatMap(([name, measured]) =>
      forms.map((form) => {
        const [mine, theirs] = [ours[part][form], measured[part][form]]
        const shares = [0.5, 0.99]
        return [
          ...[name, form === 'dialog' ? 'dialog' : 'line', String(theirs.length)],
          ...shares.map((share) => number(percentile(theirs, share))),
          ...shares.map((share) => ratio(percentile(theirs, share), percentile(mine, share))),
        ]
      }),
    ),
  )
}
for (const [name, { asked, answered, failed }] of ways) {
  console.log(`${name}: ${asked} asked in all, ${answered} answered, ${failed.length} answers not confirmed`)
  for (const why of new Set(failed)) console.log(`  ${why}`)
}

async function measureOurs(): Promise<Measured> {
  const service = await startService()
  try {
    const { client, home } = service
    const dialog = writeRealDialog(home)
    const agents = agentsIn(home, dialog)
    const byName = new Map(agents.map((agent) => [agent.name, agent]))
    const stop = new AbortController()
    const answering: Promise<void>[] = []
    const watching = (async () => {
      for await (const event of client.events({ signal: stop.signal })) {
        if (event.type !== 'announced' || !event.ok) continue
        const agent = byName.get(event.name)
        if (!agent) continue
        agent.told.announced.push(wallClockMs())
        const answer = agent.form === 'dialog' ? { options: [1] } : { text: 'prod.conf' }
        const give = () => client.answerEscalation(event.escalation, { ...answer, via: 'cli' })
        answering.push(answerLater(agent, give))
      }
    })()
    for (const { name, form, command } of agents) {
      await client.launch({
        ...{ task: name, name, command, cwd: home, env: { PATH: process.env['PATH'] ?? '' } },
        ...(form === 'dialog' && { agent: dialog.agent }),
      })
      if (form === 'dialog') await client.resize(name, dialog.columns, dialog.rows)
    }
    const measured = await measure(agents)
    stop.abort()
    await watching
    await Promise.all(answering)
    return measured
  } finally {
    await service.stop()
  }
}

async function measurePolling(way: 'each' | 'together'): Promise<Measured> {
  const tmux = new Tmux()
  // Only for its directory.
  const host = await startHost()
  try {
    const dialog = writeRealDialog(host.home)
    const agents = agentsIn(host.home, dialog)
    const panes: string[] = []
    for (const { command } of agents) panes.push(await tmux.open(command, dialog))
    const stop = new AbortController()
    const answering = new Map<string, Promise<void>>()
    const polling = (async () => {
      while (!stop.signal.aborted) {
        const next = delay(pollMs)
        const all = way === 'together' ? await tmux.captureAll(panes) : []
        for (const [index, agent] of agents.entries()) {
          const pane = panes[index] ?? ''
          const text = all[index] ?? (await tmux.capture(pane))
          if (!asks(text, agent.form) || answering.has(pane)) continue
          // It is known to be answered until the script has seen the prompt go.
          const answered = announceAndAnswer(tmux, pane, agent).finally(() => answering.delete(pane))
          answering.set(pane, answered)
        }
        await next
      }
    })()
    const measured = await measure(agents)
    stop.abort()
    await polling
    await Promise.all(answering.values())
    return measured
  } finally {
    await tmux.close()
    await host.stop()
  }
}

async function announceAndAnswer(tmux: Tmux, pane: string, agent: Agent): Promise<void> {
  await run('sh', ['-c', 'echo "$0 asks" >>"$1"', agent.name, `${agent.log}.told`])
  agent.told.announced.push(wallClockMs())
  await answerLater(agent, async () => {
    await tmux.sendKeys(pane, agent.form === 'dialog' ? ['1'] : ['prod.conf', 'Enter'])
    while (asks(await tmux.capture(pane), agent.form)) await delay(pollMs)
  })
}

async function answerLater({ told }: Agent, give: () => Promise<unknown>): Promise<void> {
  await delay(answerAfterMs.least + Math.random() * answerAfterMs.more)
  const at = wallClockMs()
  try {
    await give()
    told.confirmed.push({ at, took: wallClockMs() - at })
  } catch (error) {
    told.failed.push(error instanceof Error ? error.message : String(error))
  }
}

/** As such scripts do: words at the end of the screen, styled or not. */
function asks(text: string, form: Form): boolean {
  if (form === 'dialog') return text.includes('Do you want to proceed')
  return /QUESTION: [^\n]*\?\s*$/u.test(text)
}

function agentsIn(directory: string, dialog: RealDialog): Agent[] {
  return Array.from({ length: sessions }, (_, index) => {
    const [name, form] = [`agent-${index}`, forms[index % forms.length] ?? 'line']
    const log = join(directory, `${name}.log`)
    const screen = form === 'dialog' ? [dialog.screenFile, dialog.dialogFile, spinnerRow] : []
    const command = program('asker', log, workSeconds, form, ...screen)
    return { name, form, log, command, told: { announced: [], confirmed: [], failed: [] } }
  })
}

async function measure(agents: readonly Agent[]): Promise<Measured> {
  await delay(settleMs)
  const from = wallClockMs()
  await delay(measureMs)
  const until = wallClockMs()
  // What was asked at the end may take its time.
  await delay(2 * pollMs)
  const of = (form: Form) => agents.filter((agent) => agent.form === form)
  const lines = agents.flatMap(({ log }) => linesOf(log))
  return {
    announced: byForm((form) => of(form).flatMap((agent) => announcements(agent, from, until))),
    confirmed: byForm((form) =>
      of(form).flatMap(({ told }) =>
        told.confirmed.filter(({ at }) => at >= from && at < until).map(({ took }) => took),
      ),
    ),
    asked: lines.filter((line) => line.startsWith('asked ')).length,
    answered: lines.filter((line) => line === 'got 1' || line === 'got prod.conf').length,
    failed: agents.flatMap(({ told }) => told.failed),
  }
}

function byForm(of: (form: Form) => number[]): Record<Form, number[]> {
  return { dialog: of('dialog'), line: of('line') }
}

/** For each prompt that was drawn in this time, how long it took until it was announced. */
function announcements({ log, told }: Agent, from: number, until: number): number[] {
  const asked = linesOf(log)
    .filter((line) => line.startsWith('asked '))
    .map((line) => Number(line.slice('asked '.length)) * 1_000)
  return asked.flatMap((time, index) => {
    const next = asked[index + 1] ?? Number.POSITIVE_INFINITY
    const first = told.announced.find((at) => at >= time && at < next)
    return time >= from && time < until && first !== undefined ? [first - time] : []
  })
}

function linesOf(log: string): string[] {
  return readFileSync(log, 'utf8').split('\n').slice(0, -1)
}
