import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ensurePrivateDirectory } from '../../src/lib/home.ts'
import { initProject } from '../../src/projects/project-places.ts'
import { makeAgentHome } from '../support/agents/agent-home.ts'
import type { PinnedAgent } from '../support/agents/pinned-agents.ts'
import { type ExecutedTask, executeTask } from '../support/executed-task.ts'
import { usageLimit } from '../support/model-server/refusals.ts'
import { ModelServer, type Script } from '../support/model-server/server.ts'
import { runCommand, writeFile } from '../support/model-server/tools.ts'
import { RunningService } from '../support/running-service.ts'
import { binary } from '../support/task-runs.ts'

const service = new RunningService([process.execPath, binary, 'service', 'run'])
let script: Script = () => ({ text: 'Hello from the model.' })
let model: ModelServer
let task: ExecutedTask | undefined
beforeAll(async () => {
  model = await ModelServer.start((turn) => script(turn))
  ensurePrivateDirectory(service.home.root)
  await service.client()
})
afterEach(async () => {
  await task?.kill()
  model.turns.length = 0
})
afterAll(async () => {
  await service.stop()
  await model.close()
})

let homes = 0

/** Has a document worked on in a project of its own. */
async function start(agent: PinnedAgent, document: string) {
  const { project, env } = makeAgentHome(agent, { model: model.url, home: join(service.work, `a${++homes}`) })
  initProject(project)
  writeFileSync(service.home.config, `agent: ${agent}\n`)
  task = await executeTask(service.home, project, document, { ...env, ITERM_ORCH_HOME: service.home.root })
  return { ...task, project: realpathSync(project) }
}

const wants =
  (command: string): Script =>
  (turn) =>
    turn.toolResults.length > 0
      ? { text: `It said: ${turn.toolResults.join(' ')}` }
      : { text: 'I will run it.', toolCalls: [runCommand(turn, command)] }

describe.each(['claude', 'codex'] as const)('%s without a terminal', (agent) => {
  it('works on a document that is too long for an argument, and its result tells of it', async () => {
    script = () => ({ text: 'All done.' })
    const text = `Read this. ${'word '.repeat(40_000)}The end.`
    const { result } = await start(agent, `${text}\n`)
    expect(await result()).toMatchObject({
      ...{ status: 'completed', mode: 'headless', agent, error: null },
      worker_output: { summary: 'All done.', session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    expect(JSON.stringify(model.turns[0]?.body)).toContain('The end.')
  })

  it('says that its usage limit is reached', async () => {
    script = () => ({ refusal: usageLimit })
    // Codex waits for the end of the limit.
    const { result } = await start(agent, '---\ntimeout: 15s\n---\nDo it.\n')
    const { status, error } = await result()
    expect(status).toBe('failed')
    expect(error).toContain('the usage limit is reached: ')
  })
})

describe('claude', () => {
  it('changes files of its project at once, and is asked for nothing', async () => {
    script = (turn) =>
      turn.toolResults.length > 0
        ? { text: 'Written.' }
        : { text: 'I will.', toolCalls: [writeFile(turn, join(where, 'note.txt'), 'hello\n')] }
    let where = ''
    const started = start('claude', 'Write a note.\n')
    // The model is asked only once the agent is up.
    where = join(realpathSync(service.work), `a${homes}`, 'shop')
    const { result, project } = await started
    expect(project).toBe(where)
    expect(await result()).toMatchObject({ status: 'completed', escalations: [] })
    expect(readFileSync(join(project, 'note.txt'), 'utf8')).toBe('hello\n')
  })

  it('asks for what its mode does not allow; it is granted from outside, and goes on', async () => {
    script = wants("node -e \"fs.writeFileSync('marker.txt', 'made')\" && echo RAN")
    const { until, result, project } = await start('claude', 'Create the marker.\n')
    const blocked = await until(({ steps: [step] }) => step?.escalation !== undefined)
    expect(existsSync(join(project, 'marker.txt'))).toBe(false)
    const id = blocked.steps[0]?.escalation ?? ''
    const client = await service.client()
    expect((await client.escalation(id)).prompt?.subject).toContain("fs.writeFileSync('marker.txt'")
    await client.answerEscalation(id, { choice: 'approve' })
    expect(await result()).toMatchObject({
      status: 'completed',
      worker_output: { summary: expect.stringContaining('RAN') },
      escalations: [{ id, outcome: 'answered', from: 'human' }],
    })
    expect(readFileSync(join(project, 'marker.txt'), 'utf8')).toBe('made')
  })

  it('does without it when it is denied, and the result says what', async () => {
    script = wants('make marker')
    const { until, result } = await start('claude', 'Create the marker.\n')
    const blocked = await until(({ steps: [step] }) => step?.escalation !== undefined)
    const client = await service.client()
    await client.answerEscalation(blocked.steps[0]?.escalation ?? '', { text: 'not today' })
    expect(await result()).toMatchObject({
      status: 'completed',
      worker_output: {
        summary: 'It said: not today',
        denied: [{ tool: 'Bash', what: 'make marker' }],
      },
    })
  })
})

describe('codex', () => {
  it('is denied what its sandbox does not allow, and the result says so', async () => {
    script = wants('make marker')
    const { result } = await start('codex', 'Create the marker.\n')
    expect(await result()).toMatchObject({
      status: 'completed',
      worker_output: { denied: [{ tool: 'command', why: expect.stringContaining('reject') }] },
      escalations: [],
    })
  })
})
