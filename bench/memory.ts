// Memory of the terminal for each session that does nothing, against tmux; history empty and full.
import { setTimeout as delay } from 'node:timers/promises'
import { printMachine } from './support/machine.ts'
import { startHost } from './support/own-host.ts'
import { cpuSeconds, residentMb } from './support/process-usage.ts'
import { program } from './support/programs.ts'
import { number, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'
import { Tmux } from './support/tmux.ts'

const sessions = 50
const settleMs = 2000
const idleMs = 5000
/** What the sessions run: nothing, or nothing after 2,000 lines, as many as tmux keeps by default. */
const programs = {
  'empty history': program('history', 0),
  '2,000 lines of history': program('history', 2024),
}

printMachine()
const rows: string[][] = []
for (const [name, argv] of Object.entries(programs)) {
  const host = await startHost()
  const ours = await measure(
    () => host.open(argv),
    async () => host.pid,
  ).finally(() => host.stop())
  const tmux = new Tmux()
  const theirs = await measure(
    () => tmux.open(argv),
    () => tmux.pid(),
  ).finally(() => tmux.close())
  rows.push(
    [`kB per session, ${name}`, number(ours.each), number(theirs.each), ratio(ours.each, theirs.each)],
    [
      `MB at the first session, ${name}`,
      number(ours.base),
      number(theirs.base),
      ratio(ours.base, theirs.base),
    ],
    [`CPU of ${sessions} idle sessions, %, ${name}`, number(ours.idle), number(theirs.idle), ''],
  )
}
printTable('Sessions that do nothing', ['', 'host', 'tmux', 'host : tmux'], rows)

async function measure(open: () => Promise<unknown>, pid: () => Promise<number>) {
  await open()
  await delay(settleMs)
  const base = residentMb(await pid())
  for (let opened = 0; opened < sessions; opened += 1) await open()
  await delay(settleMs)
  const each = ((residentMb(await pid()) - base) * 1024) / sessions
  const cpu = cpuSeconds(await pid())
  await delay(idleMs)
  return { base, each, idle: ((cpuSeconds(await pid()) - cpu) / (idleMs / 1000)) * 100 }
}
