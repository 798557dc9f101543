/** What agents report at their hooks, with the real `iterm-orch hook`, through the service. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { hostStatus } from '../../src/host/index.ts'
import { hookDirectory } from '../../src/signals/hooks/hook-files.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch, reconnect } = useService()
const binary = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url))

/**
 * A program of this name that writes its arguments down, and calls the hook with every line that it is given
 * in a file, as an agent does with its own events.
 */
function hookedAgent(name: string): { bin: string; calls(): string[]; report(event: object): void } {
  const bin = join(service.work, `${name}-bin`)
  const file = (part: string) => join(bin, `${name}.${part}`)
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh
echo "$@" >> '${file('calls')}'
n=1
while :; do
  if [ -f '${file('event')}'.$n ]; then
    '${process.execPath}' '${binary}' hook --agent ${name} < '${file('event')}'.$n
    n=$((n + 1))
  else sleep 0.05; fi
done
`
  writeFileSync(join(bin, name), script, { mode: 0o755 })
  let events = 0
  return {
    bin,
    calls: () => readFileSync(file('calls'), 'utf8').trim().split('\n'),
    report: (event) => {
      events += 1
      writeFileSync(`${file('event')}.${events}`, JSON.stringify(event))
    },
  }
}

async function launch(name: string, agent: string, bin: string): Promise<string> {
  const env = { PATH: `${bin}:${process.env['PATH']}` }
  const cwd = service.work
  const log = watch()
  // It shows nothing, so that a launch would wait long for its input box.
  client()
    .launch({ task: 'tidy up', agent, name, cwd, env, brief: 'none' })
    .catch(() => undefined)
  const launched = await log.until((event) => event.type === 'launched' && event.name === name)
  return 'session' in launched ? launched.session : ''
}

function record(id: string): { conversation?: string } {
  return JSON.parse(readFileSync(join(service.home.sessions, `${id}.json`), 'utf8'))
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await delay(30)
}

const thread = '01a1fdca-65b8-7a43-93b9-3bdca611738e'

describe('an agent that reports at its hooks', () => {
  it('goes on in the conversation that it named, after the service and the host were killed', async () => {
    const codex = hookedAgent('codex')
    const id = await launch('reporter', 'codex', codex.bin)
    codex.report({ hook_event_name: 'SessionStart', session_id: thread, source: 'startup' })
    await until(() => record(id).conversation === thread)
    const { pid } = await client().health()
    const host = await hostStatus(service.home)
    process.kill(pid, 'SIGKILL')
    process.kill(host.pid ?? 0, 'SIGKILL')
    await reconnect()
    expect(await client().session('reporter')).toMatchObject({ state: 'exited' })
    client()
      .resume('reporter', { PATH: `${codex.bin}:${process.env['PATH']}` })
      .catch(() => undefined)
    await until(() => codex.calls().length === 2)
    expect(codex.calls()).toEqual(['tidy up', `resume ${thread}`])
  })

  it('is waiting as soon as it says so, with the blocker, and working again at its word', async () => {
    const gemini = hookedAgent('gemini')
    await launch('asker', 'gemini', gemini.bin)
    const log = watch()
    gemini.report({ hook_event_name: 'BeforeAgent', prompt: 'tidy up' })
    await log.until((event) => event.type === 'state' && event.to === 'working')
    gemini.report({
      ...{ hook_event_name: 'Notification', notification_type: 'ToolPermission' },
      ...{ message: 'wants to run a command', details: { type: 'exec', command: 'rm old.log' } },
    })
    const told = await log.until((event) => event.type === 'blocker')
    expect(told).toMatchObject({
      name: 'asker',
      blocker: { kind: 'permission', source: 'hook', text: expect.stringContaining('rm old.log') },
    })
    expect(await client().why('asker')).toMatchObject({ session: { state: 'waiting', source: 'hook' } })
    gemini.report({ hook_event_name: 'AfterTool', tool_name: 'run', tool_input: { command: 'rm old.log' } })
    await log.until((event) => event.type === 'unblocked')
    const working = { state: 'working', source: 'hook', evidence: 'run: rm old.log' }
    expect(await client().session('asker')).toMatchObject(working)
  })

  it('is heard although the service was away: what it left is picked up at the start', async () => {
    const claude = hookedAgent('claude')
    const id = await launch('left', 'claude', claude.bin)
    const { pid } = await client().health()
    process.kill(pid, 'SIGKILL')
    const directory = hookDirectory(service.home.state)
    const next = 'a3b9e1f0-0000-4000-8000-000000000001'
    claude.report({ hook_event_name: 'SessionStart', source: 'clear', session_id: next })
    claude.report({ hook_event_name: 'StopFailure', error: 'rate_limit' })
    await until(() => existsSync(directory) && waiting(directory).length === 2)
    await reconnect()
    await until(() => waiting(directory).length === 0)
    expect(record(id).conversation).toBe(next)
    while ((await client().session('left')).waitsFor === undefined) await delay(30)
    expect(await client().session('left')).toMatchObject({ state: 'limited', source: 'hook' })
  })
})

function waiting(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.json'))
}
