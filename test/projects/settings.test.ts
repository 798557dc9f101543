import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { OrchError } from '../../src/lib/errors.ts'
import { ensurePrivateDirectory, resolveHome } from '../../src/lib/home.ts'
import { changeSettings, enableProject, registerProject } from '../../src/projects/change-registry.ts'
import { parseDocument } from '../../src/projects/document.ts'
import { fillPrompt } from '../../src/projects/execute/fill-prompt.ts'
import { parseSettings } from '../../src/projects/parse-setting.ts'
import { planOf, type SaidSettings, settingsInForce } from '../../src/projects/plan-of.ts'
import { readRegistry } from '../../src/projects/registry.ts'
import { WorkSettings, workKeys } from '../../src/projects/work-settings.ts'

const someSettings: fc.Arbitrary<WorkSettings> = fc.record(
  {
    mode: fc.constantFrom('headless', 'session'),
    agent: fc.constantFrom('claude', 'codex', 'mine'),
    model: fc.constantFrom('opus', 'o9', '4'),
    permissions: fc.constantFrom('read-only', 'ask', 'accept-edits', 'full'),
    timeout: fc.integer({ min: 1, max: 100_000 }).map((seconds) => seconds * 1_000),
    retries: fc.integer({ min: 0, max: 100 }),
    worktree: fc.oneof(fc.boolean(), fc.constantFrom('fix/login', 'main')),
    done: fc.constantFrom('idle', 'exit', 'completion', 'file:report.md'),
    prompt: fc.string({ unit: 'grapheme' }).map((text) => `${text}{text}`),
  },
  { requiredKeys: [] },
)

/** What somebody may say in a document. */
const ofDocument = someSettings.filter(({ mode, permissions, done }) =>
  mode === undefined ? !(permissions && done) : mode === 'session' ? !permissions : !done,
)

describe('what holds for a document', () => {
  it('stands in the document, else with its project, else in config.yaml', () => {
    const said: SaidSettings = {
      document: { timeout: 1_000, worktree: false },
      project: { timeout: 2_000, retries: 2, worktree: 'fix/login', prompt: '/go {text}' },
      config: { timeout: 3_000, retries: 3, model: 'opus' },
    }
    expect(planOf(said)).toEqual({
      ...{ mode: 'headless', agent: 'claude', model: 'opus', timeoutMs: 1_000 },
      ...{ retries: 2, worktree: false, prompt: '/go {text}' },
    })
    expect(settingsInForce({ project: { agent: 'codex' }, config: { mode: 'session' } })).toEqual({
      mode: { value: 'session', from: 'config' },
      agent: { value: 'codex', from: 'project' },
      done: { value: 'idle', from: 'default' },
      retries: { value: 0, from: 'default' },
      worktree: { value: false, from: 'default' },
    })
  })

  it.each<[SaidSettings, object]>([
    [
      { document: { mode: 'session' }, project: { permissions: 'full' } },
      { mode: 'session', done: 'idle' },
    ],
    [{ document: { mode: 'headless' }, project: { mode: 'session', done: 'exit' } }, { mode: 'headless' }],
    // What only one mode has, in a document, means that mode.
    [
      { document: { permissions: 'read-only' }, project: { mode: 'session', done: 'exit' } },
      { mode: 'headless', permissions: 'read-only' },
    ],
    [
      { document: { done: 'exit' }, project: { permissions: 'full' }, config: { mode: 'headless' } },
      { mode: 'session', done: 'exit' },
    ],
    // A model was chosen for an agent.
    [{ document: { agent: 'codex' }, project: { agent: 'claude', model: 'opus' } }, { agent: 'codex' }],
    [
      { document: { agent: 'claude' }, config: { model: 'opus' } },
      { agent: 'claude', model: 'opus' },
    ],
    [
      { document: { model: 'o9' }, project: { agent: 'codex' } },
      { agent: 'codex', model: 'o9' },
    ],
  ])('fits together, whoever said it: %j', (said, plan) => {
    const agent = 'claude'
    expect(planOf(said)).toEqual({ mode: 'headless', agent, retries: 0, worktree: false, ...plan })
  })

  it('is always one plan: with nothing that its mode has not, and nothing of a document left out', () => {
    fc.assert(
      fc.property(ofDocument, someSettings, someSettings, (document, project, config) => {
        const { timeoutMs, ...plan } = planOf({ document, project, config })
        const { timeout, ...said } = document
        expect(plan).toMatchObject(said)
        if (timeout !== undefined) expect(timeoutMs).toBe(timeout)
        expect(plan.mode === 'session' ? plan.permissions : plan.done).toBeUndefined()
      }),
    )
  })
})

describe('a setting that is typed', () => {
  it('is what it would be in a file', () => {
    fc.assert(
      fc.property(someSettings, (settings) => {
        const typed = workKeys.flatMap((key) => {
          const value = settings[key]
          if (value === undefined) return []
          return [`${key}=${key === 'timeout' ? `${Number(value) / 1_000}s` : String(value)}`]
        })
        expect(WorkSettings.parse(parseSettings(typed))).toEqual(settings)
      }),
    )
  })

  it('is refused with the reason, and never breaks anything', () => {
    const refused = (text: string) => () => parseSettings([text])
    expect(refused('agent')).toThrow('"agent" is no setting.')
    expect(refused('timout=2h')).toThrow(expect.objectContaining({ hint: 'Did you mean timeout?' }))
    expect(refused('agent=')).toThrow(expect.objectContaining({ hint: 'To take it away: --unset agent' }))
    expect(refused('mode=tab')).toThrow('mode: must be headless or session.')
    expect(refused('timeout=soon')).toThrow('timeout: must be a duration such as 90s, 30m, 2h or 1d.')
    expect(refused('retries=1.5')).toThrow('retries: must be a whole number')
    expect(refused('prompt=Do it.')).toThrow('prompt: must have {text} or {file} in it.')
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom(...workKeys, '__proto__'), fc.string()).map((parts) => parts.join('=')),
    )
    fc.assert(
      fc.property(text, (typed) => {
        try {
          WorkSettings.parse(parseSettings([typed]))
        } catch (error) {
          expect(error).toBeInstanceOf(OrchError)
        }
      }),
    )
  })
})

describe('a prompt', () => {
  const parts = { text: '\nFix {file}, $& and {task}.\n', file: '/p/x.md', task: 'task-x' }

  it('has the text, its file and the name of the task in their places, and nothing in the text is a place', () => {
    expect(fillPrompt('/go {text} ({task}: {file}, {other})', parts)).toBe(
      '/go Fix {file}, $& and {task}. (task-x: /p/x.md, {other})',
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fillPrompt('<{text}|{text}>', { ...parts, text })).toBe(`<${text.trim()}|${text.trim()}>`)
      }),
    )
  })

  it('may stand in a document', () => {
    const read = parseDocument(Buffer.from('---\nprompt: /review {file}\n---\nx'))
    expect(read).toMatchObject({ settings: { prompt: '/review {file}' } })
  })
})

describe('the settings of a project', () => {
  const home = resolveHome()
  const project = join(process.env['HOME'] ?? '', 'set-shop')
  const onDisk = () => JSON.parse(readFileSync(home.registered, 'utf8')).projects
  const change = (set: object, ...unset: string[]) => changeSettings(home, project, { set, unset })

  beforeAll(async () => {
    ensurePrivateDirectory(home.root)
    ensurePrivateDirectory(project)
    await registerProject(home, project, { name: 'shop', settings: { agent: 'codex', timeout: '2h' } })
  })

  it('stand in the registry as they were typed, and are changed one by one', async () => {
    expect(onDisk()).toMatchObject({ shop: { settings: { agent: 'codex', timeout: '2h' } } })
    expect(await change({ retries: 2 }, 'agent')).toMatchObject({
      settings: { timeout: 7_200_000, retries: 2 },
    })
    await enableProject(home, 'shop', false)
    expect(onDisk()).toMatchObject({ shop: { enabled: false, settings: { timeout: '2h', retries: 2 } } })
    await change({}, 'timeout', 'retries')
    expect(onDisk().shop).not.toHaveProperty('settings')
  })

  it('are named when they are wrong, others are used, and they can be mended by a command', async () => {
    const near = join(project, 'near')
    ensurePrivateDirectory(near)
    await registerProject(home, near, { name: 'near' })
    const broken = { ...onDisk().shop, settings: { timout: '2h', retries: 1 }, colour: 'red' }
    writeFileSync(home.registered, JSON.stringify({ projects: { ...onDisk(), shop: broken } }))
    const { projects, problems } = readRegistry(home)
    expect(projects.map(({ name }) => name)).toEqual(['near'])
    expect(problems).toEqual(['project shop: settings.timout: is no key here; did you mean "timeout"?'])
    await expect(registerProject(home, project, { name: 'again' })).rejects.toMatchObject({
      code: 'project-exists',
    })
    await expect(change({}, 'retrys')).rejects.toMatchObject({ code: 'usage', hint: 'Did you mean retries?' })
    await expect(change({ retries: 2 })).rejects.toMatchObject({ code: 'invalid-config' })
    expect(onDisk().shop).toEqual(broken)
    expect(await change({}, 'timout')).toMatchObject({ name: 'shop', settings: { retries: 1 } })
    expect(onDisk().shop).toMatchObject({ colour: 'red', settings: { retries: 1 } })
  })
})
