import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ensurePrivateDirectory } from '../../src/lib/home.ts'
import type { Run } from '../../src/runner/run.ts'
import { signalRun } from '../../src/runner/signal-run.ts'
import type { Done, Step } from '../../src/runner/task.ts'
import { RunningService } from '../support/running-service.ts'
import { binary, useTaskRuns } from '../support/task-runs.ts'

const orch = `${process.execPath} ${binary}`
/** Ends in the way that its task names; what exits within a second has not started. */
const agent = `#!/bin/sh
case "$*" in
  *"by file"*) echo found > findings.json; sleep 600;;
  *"by completion"*) echo "COMPLETE: all audited"; sleep 600;;
  *"by mailbox"*)
    # As one that leads others, with a mailbox of its own.
    export ITERM_ORCH_MAILBOX=claude_cli_orch_4711
    echo audit > req_1.md; echo audited > report.md
    ${orch} coord submit req_1.md --to "$ITERM_ORCH_MAILBOX"
    ${orch} coord claim && ${orch} coord complete --file report.md; sleep 600;;
  *"by idle"*) printf '\\033]7501;state=working\\033\\\\'; sleep 1.5; printf '\\033]7501;state=idle\\033\\\\'; sleep 600;;
  *"by exit"*) sleep 1.5; echo bye; exit 0;;
  *"badly"*) sleep 1.5; echo broken; exit 5;;
  *"asking"*) printf 'PERMISSION: may I delete old.log? [y/n] '; read answer; echo "got <$answer>"; echo "$answer" > answered; exit 0;;
  *) sleep 600;;
esac
`
/** A prompt may be called like a task: it is not taken for it. */
const tasks = 'tasks:\n  badly: { run: echo no agent }\n'
// The built binary starts much faster than the sources, and there are many processes here.
const service = new RunningService([process.execPath, binary, 'service', 'run'])
process.env['ITERM_ORCH_TERMINAL'] = 'host'
// The last to be registered is the first to be called: what runs ends before the service.
afterAll(() => service.stop())
const runs = useTaskRuns({ home: service.home, patienceMs: 50_000 })

beforeAll(async () => {
  const program = join(runs.work, 'agent.sh')
  writeFileSync(program, agent, { mode: 0o755 })
  ensurePrivateDirectory(service.home.root)
  writeFileSync(
    service.home.config,
    `agents:\n  sham:\n    command: [${program}]\n    task: argument\n${tasks}`,
  )
  await service.client()
}, 60_000)

function step(prompt: string, done: Done): Partial<Step> {
  return { name: 'audit', action: { kind: 'agent', agent: 'sham', prompt, done } }
}

const start = (name: string, prompt: string, done: Done) =>
  runs.start(runs.task([step(prompt, done), 'echo after'], { name }))

it.concurrent.each<[string, Done]>([
  ['file', { when: 'file', path: 'findings.json' }],
  ['completion', { when: 'completion' }],
  ['mailbox', { when: 'completion' }],
  ['idle', { when: 'idle' }],
  ['exit', { when: 'exit' }],
])(
  'is done by %s, and its session is closed',
  async (kind, done) => {
    const run = await runs.ended(await start(`by-${kind}`, `finish by ${kind} as in the file.md`, done))
    expect(run).toMatchObject({
      state: 'completed',
      steps: [{ state: 'completed', attempt: 1 }, { state: 'completed' }],
    })
    const { session } = run.steps[0] ?? {}
    const sessions = await (await service.client()).sessions()
    expect(sessions.map(({ id }) => id)).not.toContain(session?.id)
  },
  60_000,
)

it.concurrent('fails with the agent, and keeps the end of its screen', async () => {
  const run = await runs.ended(await start('badly', 'badly', { when: 'exit' }))
  expect(run).toMatchObject({ state: 'failed', reason: 'step audit: the agent ended with exit code 5' })
  expect(runs.printed('badly', 'audit').join('\n')).toContain('broken')
}, 60_000)

it.concurrent('stops with its session', async () => {
  const run = await working('stopped')
  expect((await signalRun(runs.home, run, 'stop')).run.state).toBe('stopped')
  await gone(run)
}, 60_000)

it.concurrent('fails when somebody closes its session', async () => {
  const run = await working('closed')
  await (await service.client()).close(run.steps[0]?.session?.id ?? '', { force: true })
  expect((await runs.ended(run)).reason).toMatch(/its session (was closed|is gone)|the agent ended/)
}, 60_000)

it.concurrent('fails when its process is killed, and the service closes the session that it left open', async () => {
  const run = await working('killed')
  process.kill(run.process?.pid ?? 0, 'SIGKILL')
  expect((await runs.ended(run)).reason).toContain('vanished')
  await vi.waitFor(() => gone(run), { timeout: 20_000, interval: 200 })
}, 60_000)

it('is blocked while its agent waits for an answer, and goes on with it, though the service dies meanwhile', async () => {
  const run = await start('asking', 'try asking', { when: 'exit' })
  const blocked = await runs.until(run, ({ state }) => state === 'blocked')
  const escalation = blocked.steps[0]?.escalation ?? ''
  expect(blocked.reason).toContain('waits for an answer')
  const { pid } = await (await service.client()).health()
  process.kill(pid, 'SIGKILL')
  const client = await service.client()
  expect((await client.escalation(escalation)).id).toBe(escalation)
  expect((await runs.until(run, () => true)).state).toBe('blocked')
  await client.answerEscalation(escalation, { choice: 'approve' })
  expect(await runs.ended(run)).toMatchObject({ state: 'completed', steps: [{ state: 'completed' }, {}] })
  expect(readFileSync(join(runs.work, 'answered'), 'utf8')).toBe('y\n')
}, 90_000)

const kills = Number(process.env['ITERM_ORCH_LAUNCH_KILLS'] ?? 3)

it(`leaves nothing when its process is killed over the launch, ${kills} times at any moment`, async () => {
  const killed: string[] = []
  for (let round = 0; round < kills; round++) {
    const run = await start(`early-${round}`, 'work for ever', { when: 'exit' })
    killed.push(run.id)
    const begun = await runs.until(run, ({ steps: [audit] }) => audit?.session !== undefined)
    // A launch takes a second and more.
    await delay((1_500 * round) / Math.max(1, kills - 1))
    if (round % 3 === 2) process.kill((await (await service.client()).health()).pid, 'SIGKILL')
    process.kill(begun.process?.pid ?? 0, 'SIGKILL')
    await service.client()
    await runs.ended(run)
  }
  const left = async () => {
    const sessions = await (await service.client()).sessions()
    return sessions.filter(({ run }) => killed.includes(run?.id ?? ''))
  }
  await expect.poll(left, { timeout: 20_000, interval: 200 }).toEqual([])
}, 300_000)

async function working(name: string): Promise<Run> {
  const run = await start(name, 'work for ever', { when: 'exit' })
  return runs.until(run, ({ steps: [audit] }) => audit?.session?.id !== undefined)
}

async function gone(run: Run): Promise<void> {
  const sessions = await (await service.client()).sessions()
  expect(sessions.map(({ id }) => id)).not.toContain(run.steps[0]?.session?.id)
}
