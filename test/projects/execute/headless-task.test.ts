import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ensurePrivateDirectory } from '../../../src/lib/home.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import { type ExecutedTask, executeTask } from '../../support/executed-task.ts'
import { RunningService } from '../../support/running-service.ts'
import { binary } from '../../support/task-runs.ts'

/**
 * Does what Claude Code does with a hook in its settings: starts it when it wants more than it may, and goes on with
 * what it says.
 */
const agent = `#!/usr/bin/env node
const { execFileSync } = require('node:child_process')
const task = require('node:fs').readFileSync(0, 'utf8').trim()
const said = (message) => console.log(JSON.stringify(message))
said({ type: 'system', subtype: 'init', session_id: 's-1', model: 'sham', claude_code_version: '9.9.9' })
const settings = process.argv[process.argv.indexOf('--settings') + 1]
const hook = JSON.parse(settings).hooks.PermissionRequest[0].hooks[0].command
const input = { hook_event_name: 'PermissionRequest', cwd: process.cwd(), tool_name: 'Bash', tool_input: { command: task } }
const answer = JSON.parse(execFileSync('/bin/sh', ['-c', hook], { input: JSON.stringify(input), encoding: 'utf8' }))
const { behavior, message } = answer.hookSpecificOutput.decision
const denied = behavior === 'allow' ? [] : [{ tool_name: 'Bash', tool_input: { command: task } }]
said({ type: 'result', subtype: 'success', is_error: false, result: behavior + ' ' + (message ?? ''),
  num_turns: 1, total_cost_usd: 0.5, usage: { input_tokens: 3, output_tokens: 4 }, permission_denials: denied })
`

const profile = (program: string) => `start: { command: [${program}] }
headless:
  command: [${program}]
  output: claude
  permissions: { accept-edits: {} }
  asks: [--settings, '{hooks}']
`

const service = new RunningService([process.execPath, binary, 'service', 'run'])
const project = join(service.work, 'shop')
let task: ExecutedTask | undefined
beforeAll(async () => {
  mkdirSync(project)
  initProject(project)
  const program = join(service.work, 'sham.js')
  writeFileSync(program, agent, { mode: 0o755 })
  ensurePrivateDirectory(service.home.root)
  ensurePrivateDirectory(service.home.agents)
  writeFileSync(join(service.home.agents, 'sham.yaml'), profile(program))
  writeFileSync(service.home.config, `agent: sham\nagents:\n  sham: { command: [${program}] }\n`)
  await service.client()
}, 60_000)
afterEach(() => task?.kill())
afterAll(() => service.stop())

const start = async (text: string) => {
  const environment = { ...process.env, ITERM_ORCH_HOME: service.home.root }
  task = await executeTask(service.home, project, `${text}\n`, environment)
  return task
}

it('is blocked while its agent waits for a permission, and goes on with the answer', async () => {
  const { until, result } = await start('make marker')
  const blocked = await until(({ steps: [step] }) => step?.escalation !== undefined)
  expect(blocked).toMatchObject({ state: 'blocked', steps: [{ state: 'blocked' }] })
  const id = blocked.steps[0]?.escalation ?? ''
  expect(blocked.reason).toContain(id)
  const client = await service.client()
  expect((await client.escalation(id)).text).toContain('make marker')
  await client.answerEscalation(id, { choice: 'approve' })
  expect(await result()).toMatchObject({
    ...{ status: 'completed', error: null, mode: 'headless', agent: 'sham', agent_version: '9.9.9' },
    worker_output: {
      summary: 'allow ',
      session_id: 's-1',
      cost_usd: 0.5,
      usage: { output_tokens: 4 },
      turns: 1,
    },
    escalations: [{ id, kind: 'permission', outcome: 'answered', answer: 'Yes', from: 'human' }],
  })
}, 90_000)

it('tells in its result what was denied, and why', async () => {
  const { until, result } = await start('rm -rf build')
  const blocked = await until(({ steps: [step] }) => step?.escalation !== undefined)
  const client = await service.client()
  await client.answerEscalation(blocked.steps[0]?.escalation ?? '', { text: 'keep it' })
  expect(await result()).toMatchObject({
    status: 'completed',
    worker_output: { summary: 'deny keep it', denied: [{ tool: 'Bash', what: 'rm -rf build' }] },
    escalations: [{ answer: 'keep it' }],
  })
}, 90_000)

it('leaves no question behind when it is stopped', async () => {
  const { until, run, result } = await start('make marker')
  const blocked = await until(({ steps: [step] }) => step?.escalation !== undefined)
  const { pid = 0 } = (await until(({ process: own }) => own !== undefined)).process ?? {}
  process.kill(pid, 'SIGTERM')
  expect((await until(({ state }) => state === 'stopped')).id).toBe(run.id)
  const client = await service.client()
  await expect
    .poll(async () => (await client.escalation(blocked.steps[0]?.escalation ?? '')).outcome, {
      timeout: 60_000,
    })
    .toBe('withdrawn')
  expect((await result()).status).toBe('cancelled')
}, 90_000)
