// What an agent waits for at each of its hooks: the command in its settings, against node that does nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hookCommand } from '../src/signals/hooks/hook-command.ts'
import { builtCommand } from './support/built-command.ts'
import { printMachine } from './support/machine.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const rounds = 40
const event = JSON.stringify({ hook_event_name: 'PreToolUse', tool_input: { command: 'x'.repeat(2_000) } })
const home = mkdtempSync(join(tmpdir(), 'bench-hook-'))
const command = hookCommand(builtCommand(), 'claude', false)
const calls = {
  'node that does nothing': { argv: [process.execPath, '-e', ''], session: 'S' },
  'the hook, no service': { argv: ['/bin/sh', '-c', command], session: 'S' },
  'the hook, outside of a session': { argv: ['/bin/sh', '-c', command], session: '' },
}

printMachine()
const times = new Map<string, number[]>(Object.keys(calls).map((name) => [name, []]))
// In turns, so that what else the computer does falls on all alike.
for (let round = 0; round < rounds; round += 1) {
  for (const [name, { argv, session }] of Object.entries(calls)) times.get(name)?.push(time(argv, session))
}
rmSync(home, { recursive: true, force: true })
const nothing = percentile(times.get('node that does nothing') ?? [], 0)
const rows = [...times].map(([name, all]) => {
  const fastest = percentile(all, 0)
  return [
    name,
    number(fastest),
    number(percentile(all, 0.5)),
    number(fastest - nothing),
    ratio(fastest, nothing),
  ]
})
printTable('One call of a hook', ['', 'fastest, ms', 'median, ms', 'more than node, ms', 'ratio'], rows)

function time([program = '', ...args]: readonly string[], session: string): number {
  const env = { ...process.env, ITERM_ORCH_HOME: home, ITERM_ORCH_SESSION: session }
  const start = performance.now()
  const { status } = spawnSync(program, args, { input: event, env })
  if (status !== 0) throw new Error(`it ended with ${status}`)
  return performance.now() - start
}
