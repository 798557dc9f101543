// What an agent waits for at each of its hooks: the command in its settings, and `iterm-orch hook` itself, against
// node that does nothing. By the clock and in CPU, which other work on the computer changes less.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { resolveHome } from '../src/lib/home.ts'
import { hookCommand } from '../src/signals/hooks/hook-command.ts'
import { hookDirectory } from '../src/signals/hooks/hook-files.ts'
import { builtCommand } from './support/built-command.ts'
import { printMachine } from './support/machine.ts'
import { startService } from './support/own-service.ts'
import { childrenCpuSeconds } from './support/process-usage.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

interface Call {
  argv: string[]
  session: string
  home: string
  /** A file, which it may go on writing when the agent goes on. */
  leaves?: true
}

const rounds = 100
const event = JSON.stringify({ hook_event_name: 'PreToolUse', tool_input: { command: 'x'.repeat(2_000) } })
const nowhere = mkdtempSync(join(tmpdir(), 'bench-hook-'))
const service = await startService()
const nothing = 'node that does nothing'
const installed = ['/bin/sh', '-c', hookCommand(builtCommand(), 'claude', false)]
const itself = builtCommand('hook', '--agent', 'claude')
const calls: Record<string, Call> = {
  [nothing]: { argv: [process.execPath, '-e', ''], session: 'S', home: nowhere },
  'as installed, a service runs': { argv: installed, session: 'S', home: service.home },
  'as installed, no service': { argv: installed, session: 'S', home: nowhere, leaves: true },
  'as installed, outside of a session': { argv: installed, session: '', home: nowhere },
  '`iterm-orch hook`, a service runs': { argv: itself, session: 'S', home: service.home },
  '`iterm-orch hook`, no service': { argv: itself, session: 'S', home: nowhere, leaves: true },
}

printMachine()
const times = new Map<string, { clock: number; cpu: number }[]>()
try {
  // In turns, so that what else the computer does falls on all alike.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, call] of Object.entries(calls)) {
      times.set(name, [...(times.get(name) ?? []), time(call)])
      await settled(call)
    }
  }
} finally {
  await service.stop()
  rmSync(nowhere, { recursive: true, force: true })
}

const fastest = (name: string) =>
  percentile(
    (times.get(name) ?? []).map(({ clock }) => clock),
    0,
  )
const rows = [...times].map(([name, all]) => {
  const clocks = all.map(({ clock }) => clock)
  const cpu = all.reduce((sum, one) => sum + one.cpu, 0) / all.length
  return [
    name,
    number(percentile(clocks, 0)),
    number(percentile(clocks, 0.5)),
    number(percentile(clocks, 0.99)),
    ratio(fastest(name), fastest(nothing)),
    number(cpu),
  ]
})
printTable(
  'One call of a hook',
  ['', 'best, ms', 'median, ms', 'p99, ms', 'best : node’s', 'CPU, mean ms'],
  rows,
)

function time({ argv: [program = '', ...args], session, home }: Call): { clock: number; cpu: number } {
  const env = { ...process.env, ITERM_ORCH_HOME: home, ITERM_ORCH_SESSION: session }
  const cpuBefore = childrenCpuSeconds()
  const start = performance.now()
  const { status } = spawnSync(program, args, { input: event, env })
  const clock = performance.now() - start
  if (status !== 0) throw new Error(`it ended with ${status}`)
  return { clock, cpu: (childrenCpuSeconds() - cpuBefore) * 1_000 }
}

/** What goes on of a call must not slow down the next. */
async function settled({ home, leaves }: Call): Promise<void> {
  const directory = hookDirectory(resolveHome({ ITERM_ORCH_HOME: home }).state)
  const hasFile = () => existsSync(directory) && readdirSync(directory).some((name) => name.endsWith('.json'))
  while (leaves && !hasFile()) await delay(5)
  if (leaves) rmSync(directory, { recursive: true, force: true })
}
