/** Real agents in sessions of iterm-orch over the embedded host, with a scripted model behind them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Home } from '../../../src/lib/home.ts'
import type { ServiceClient } from '../../../src/service/client.ts'
import { installHooks } from '../../../src/signals/hooks/install.ts'
import { ModelServer, type Script } from '../model-server/server.ts'
import { EventLog, RunningService } from '../running-service.ts'
import { type AgentHome, type HomeOptions, makeAgentHome } from './agent-home.ts'
import { AgentSession } from './agent-session.ts'
import type { PinnedAgent } from './pinned-agents.ts'

export interface AgentsUnderTest {
  home: Home
  client(): ServiceClient
  model(): ModelServer
  /** What the model says in this test. */
  script(script: Script): void
  launch(agent: PinnedAgent, task: string, options?: LaunchOptions): Promise<AgentSession>
}

export interface LaunchOptions extends Pick<HomeOptions, 'trusted' | 'keyApproved'> {
  name?: string
  args?: string[]
  /** The question whether the project is trusted is answered with yes. */
  trust?: boolean
  /** Behind the tap, as in iTerm2. */
  tap?: boolean
  /** With our hooks in its settings. */
  hooks?: boolean
}

/** `iterm-orch` from the sources. */
const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const own = [process.execPath, '--import', import.meta.resolve('tsx'), main]

/** One service and one model for the tests of a file; every agent has a home of its own. */
export function useAgents(): AgentsUnderTest {
  const service = new RunningService()
  const homes: AgentHome[] = []
  const logs: EventLog[] = []
  let connected: { client: ServiceClient; model: ModelServer } | undefined
  let current: Script = () => ({ text: 'Hello from the model.' })
  const present = () => {
    if (connected) return connected
    throw new Error('the service does not run yet')
  }
  beforeAll(async () => {
    const model = await ModelServer.start((turn) => current(turn))
    connected = { client: await service.client(), model }
  })
  afterEach(async () => {
    const { client, model } = present()
    for (const log of logs.splice(0)) log.stop()
    const sessions = await client.sessions()
    await Promise.all(sessions.map(({ id }) => client.close(id, { force: true })))
    model.turns.length = 0
    await expectNothingLeft(homes.splice(0))
  })
  afterAll(async () => {
    await service.stop()
    await connected?.model.close()
  })
  return {
    home: service.home,
    client: () => present().client,
    model: () => present().model,
    script: (script) => {
      current = script
    },
    async launch(
      agent,
      task,
      { name = agent, args = [], trust = false, tap = false, hooks = false, ...options } = {},
    ) {
      const { client, model } = present()
      mkdirSync(join(service.work, 'agents'), { recursive: true })
      const home = makeAgentHome(agent, {
        ...options,
        model: model.url,
        home: join(service.work, 'agents', `${name}-${homes.length}-${Date.now()}`),
      })
      homes.push(home)
      if (hooks) await installHooks({ home: service.home, agent, own, env: home.env })
      const events = new EventLog(client)
      logs.push(events)
      const [session] = await client.launch({
        task,
        agent,
        name,
        args: [...home.args, ...args],
        cwd: home.project,
        env: { ...home.env, ...(hooks && { ITERM_ORCH_HOME: service.home.root }) },
        trust,
        tap,
      })
      if (!session) throw new Error('launch gave no session')
      return new AgentSession(client, events, session.id, home)
    },
  }
}

/** Processes that an agent leaves behind are ended, and fail the test. */
async function expectNothingLeft(homes: readonly AgentHome[]): Promise<void> {
  for (const { home } of homes) {
    await expect
      .poll(() => processesOf(home).map(({ command }) => command), { timeout: 5_000 })
      .toEqual([])
      .finally(() => {
        for (const { pid } of processesOf(home)) process.kill(pid, 'SIGKILL')
      })
  }
}

/** The processes with this home in their environment, which children inherit wherever they go. */
function processesOf(home: string): { pid: number; command: string }[] {
  const listing = execFileSync('ps', ['axeww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return listing
    .split('\n')
    .filter((line) => line.includes(` HOME=${home} `))
    .map((line) => {
      const [, pid = '', command = ''] = /^\s*(\d+)\s+(.{0,80})/.exec(line) ?? []
      return { pid: Number(pid), command }
    })
}
