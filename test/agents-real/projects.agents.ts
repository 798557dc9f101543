// Documents of registered projects, from the file to its result, with real agents in both modes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Escalation } from '../../src/escalation/escalation.ts'
import { writeFileAtomic } from '../../src/lib/atomic-file.ts'
import { changeSettings, registerProject } from '../../src/projects/change-registry.ts'
import { newDocumentName } from '../../src/projects/document-name.ts'
import { initProject, placesIn } from '../../src/projects/project-places.ts'
import type { TaskResult } from '../../src/projects/run/task-result.ts'
import { ProjectClient } from '../../src/service/project-client.ts'
import { makeAgentHome } from '../support/agents/agent-home.ts'
import type { PinnedAgent } from '../support/agents/pinned-agents.ts'
import { ModelServer } from '../support/model-server/server.ts'
import { runCommand } from '../support/model-server/tools.ts'
import { recordOf, resultOf } from '../support/projects/project-world.ts'
import { RunningService } from '../support/running-service.ts'
import { binary } from '../support/task-runs.ts'

/** For an agent on a busy computer; nothing is measured by it. */
const patienceMs = 80_000
const service = new RunningService([process.execPath, binary, 'service', 'run'])
const { home } = service
let model: ModelServer

beforeAll(async () => {
  // Whoever is to make the marker wants to run a command that nobody has allowed.
  model = await ModelServer.start((turn) => {
    if (turn.toolResults.length > 0) return { text: 'The marker is made.' }
    if (!turn.prompt.includes('marker')) return { text: 'Nothing to do.' }
    const command = `node -e "fs.writeFileSync('marker.txt', 'made')"`
    return { text: 'I will make it.', toolCalls: [runCommand(turn, command)] }
  })
  await service.client()
  writeFileSync(
    home.config,
    `terminal: host
notifiers: []
agents:
  claude: { command: [claude, --permission-mode, default] }
  codex: { command: [codex, --no-daemon] }
`,
  )
})
afterAll(async () => {
  await service.stop()
  await model.close()
})

/** A registered project whose agents know our model, and nothing else. */
async function newProject(agent: PinnedAgent, name: string): Promise<string> {
  const place = makeAgentHome(agent, { model: model.url, home: join(service.work, name) })
  const project = realpathSync(place.project)
  execFileSync('git', ['init', '--quiet', project])
  initProject(project)
  const lines = Object.entries(place.env).map(([key, value]) => `${key}='${value}'\n`)
  writeFileSync(join(project, '.env'), lines.join(''), { mode: 0o600 })
  await registerProject(home, project, { name })
  return project
}

/** @param second later ones come after */
function drop(project: string, description: string, second: number, keys: string, text: string): string {
  const { id } = newDocumentName(description, new Date(Date.UTC(2026, 10, 21, 12, 0, second)))
  writeFileAtomic(join(placesIn(project).tasks, `${id}.md`), `---\n${keys}\n---\n${text}\n`)
  return id
}

async function resultOfTask(project: string, id: string): Promise<TaskResult> {
  await vi.waitFor(() => expect(recordOf(project, id)?.over, id).toBeDefined(), {
    timeout: patienceMs,
    interval: 100,
  })
  const result = resultOf(project, id)
  if (!result) throw new Error(`${id} has no result`)
  return result
}

/** The one that waits for an answer, as soon as one does. */
async function asked(): Promise<Escalation> {
  const client = await service.client()
  const find = async () => {
    const [found] = (await client.escalations()).escalations
    if (!found) throw new Error('nobody asks')
    return found
  }
  return vi.waitFor(find, { timeout: patienceMs, interval: 100 })
}

describe.each(['claude', 'codex'] as const)('documents for %s', (agent) => {
  it('are worked on in both modes, one after the other; what one asks is answered on the way', async () => {
    const project = await newProject(agent, `${agent}-both`)
    const plain = drop(project, 'say something', 1, `agent: ${agent}`, 'Say something.')
    const asking = drop(project, 'make it', 2, `agent: ${agent}\nmode: session`, 'Create the marker.')
    const first = await resultOfTask(project, plain)
    expect(first).toMatchObject({
      ...{ status: 'completed', mode: 'headless', agent, error: null, escalations: [] },
      worker_output: { summary: 'Nothing to do.' },
      agent_version: expect.stringMatching(/^\d+\./u),
    })
    const { id, kind } = await asked()
    expect(kind).toBe('permission')
    expect(recordOf(project, asking)?.over).toBeUndefined()
    const client = await service.client()
    await client.answerEscalation(id, { choice: 'approve' })
    const second = await resultOfTask(project, asking)
    expect(second).toMatchObject({
      ...{ status: 'completed', mode: 'session', agent, error: null },
      escalations: [{ id, kind: 'permission', outcome: 'answered', from: 'human' }],
      git: { changed_files: expect.arrayContaining(['marker.txt']) },
    })
    expect(readFileSync(join(project, 'marker.txt'), 'utf8')).toBe('made')
    expect(second.stdout).toContain('The marker is made.')
    expect(Date.parse(second.started_at)).toBeGreaterThanOrEqual(Date.parse(first.completed_at))
    expect(await client.sessions()).toEqual([])
  }, 240_000)
})

describe('a document for claude without a terminal', () => {
  it('asks for what its mode does not allow, and goes on when it is granted', async () => {
    const project = await newProject('claude', 'claude-asks')
    const task = drop(project, 'make it', 1, 'agent: claude', 'Create the marker.')
    const { id } = await asked()
    await (await service.client()).answerEscalation(id, { choice: 'approve' })
    expect(await resultOfTask(project, task)).toMatchObject({
      ...{ status: 'completed', mode: 'headless' },
      worker_output: { summary: 'The marker is made.' },
      escalations: [{ id, outcome: 'answered' }],
    })
  }, 240_000)
})

describe('a skill of the project', () => {
  const skill = 'task-implementation'
  const firstLine = 'SKILL: first look at all tests.'

  /** A project of Claude Code whose documents are arguments of its skill. */
  async function withSkill(name: string, mode: 'headless' | 'session'): Promise<string> {
    const project = await newProject('claude', name)
    const place = join(project, '.claude', 'skills', skill)
    mkdirSync(place, { recursive: true })
    const about = `name: ${skill}\ndescription: How tasks are done here.`
    writeFileSync(join(place, 'SKILL.md'), `---\n${about}\n---\n${firstLine}\nThen do this: $ARGUMENTS\n`)
    await changeSettings(home, name, {
      set: { mode, agent: 'claude', prompt: `/${skill} {text}` },
      unset: [],
    })
    return project
  }

  /** What the model was given that had this in it. */
  const given = async (part: string) => (await model.turn(({ prompt }) => prompt.includes(part))).prompt

  it.each(['headless', 'session'] as const)(
    'is what %s documents are done by',
    async (mode) => {
      const project = await withSkill(`skill-${mode}`, mode)
      const text = `Fix the ${mode} login.\n\nIt says "unknown user" at {text} and /other.`
      const task = drop(project, 'fix it', 1, 'priority: high', text)
      expect(await resultOfTask(project, task)).toMatchObject({ status: 'completed', mode, error: null })
      const prompt = await given(`Fix the ${mode} login.`)
      expect(prompt).toContain(firstLine)
      expect(prompt).toContain(`Then do this: ${text}`)
      // Of the document itself only the text is kept.
      const copy = join(project, 'state', 'tasks', task, `${task}.md`)
      expect(readFileSync(copy, 'utf8')).toBe(`${text}\n`)
    },
    240_000,
  )

  it('that is not there is a matter for people in a session, and not done', async () => {
    const name = 'skill-missing'
    const project = await newProject('claude', name)
    const set = { mode: 'session', agent: 'claude', prompt: '/no-such-skill {text}' }
    await changeSettings(home, name, { set, unset: [] })
    const task = drop(project, 'fix it', 1, 'priority: high', 'Fix the login of nobody.')
    const { kind, text } = await asked()
    expect(kind).toBe('error')
    expect(text).toMatch(/no such command|unknown skill|Unknown command/)
    expect(recordOf(project, task)?.over).toBeUndefined()
    await new ProjectClient(await service.client()).cancel(name, task)
    expect(await resultOfTask(project, task)).toMatchObject({ status: 'cancelled' })
  }, 240_000)

  it('gets the file of a text that is too long for an argument', async () => {
    const project = await withSkill('skill-long', 'session')
    const task = drop(project, 'much', 1, 'priority: high', 'A long story. '.repeat(3_000))
    expect(await resultOfTask(project, task)).toMatchObject({ status: 'completed', mode: 'session' })
    const prompt = await given(join('tasks', task, `${task}.md`))
    expect(prompt).toContain(firstLine)
  }, 240_000)
})
