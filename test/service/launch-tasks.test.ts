import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { tasksForLaunch } from '../../src/service/launch-tasks.ts'
import { resolveTask } from '../../src/sessions/task.ts'

let project: string
let inner: string
const ofConfig = { tidy: { prompt: 'Tidy up.' }, audit: { prompt: 'Not this one.' } }

beforeEach(() => {
  project = mkdtempSync(join(process.env['HOME'] ?? '', 'p-'))
  inner = join(project, 'src')
  mkdirSync(inner)
})

const define = (yaml: string) => writeFileSync(join(project, 'iterm-orch.yaml'), yaml)
const named = (task: string) => tasksForLaunch({ task, cwd: inner }, ofConfig)

describe('a launch in the directory of a project', () => {
  it('knows its tasks, from its subdirectories, too; they work where the project is', () => {
    define(`tasks:
  audit: { prompt: Audit it., agent: codex, env: { A: "1", B: "1" }, env_file: .env }
  sub: { steps: [{ prompt: Here., cwd: src }] }
`)
    writeFileSync(join(project, '.env'), 'A=file\nC=file\n')
    expect(named('audit')).toEqual({
      audit: { prompt: 'Audit it.', agent: 'codex', cwd: project, env: { A: '1', B: '1', C: 'file' } },
    })
    expect(named('sub')).toEqual({ sub: { prompt: 'Here.', cwd: inner, env: {} } })
    expect(named('tidy')).toEqual({ tidy: { prompt: 'Tidy up.' } })
    expect(named('a prompt')).toEqual({})
  })

  it('says what a task is for that is nothing for an agent alone', () => {
    define('tasks: { build: { run: make }, both: { steps: [{ run: make }, { prompt: Go on. }] } }')
    const refusal = (task: string) => () => resolveTask(task, inner, named(task))
    expect(refusal('build')).toThrow('The task "build" cannot be launched: it runs a command.')
    expect(refusal('both')).toThrow('it has 2 steps')
  })

  it('takes no name for a prompt while the file has mistakes', () => {
    define('tasks: { audit: { prompt: Audit it., agnet: codex } }')
    expect(() => resolveTask('audit', inner, named('audit'))).toThrow(/iterm-orch\.yaml, where it stands/u)
    expect(named('tidy')).toEqual({ tidy: { prompt: 'Tidy up.' } })
    expect(named('hello')).toEqual({})
    // Nobody can tell what it names.
    define('tasks: [')
    expect(() => resolveTask('hello', inner, named('hello'))).toThrow(/has mistakes/u)
    expect(named('two words')).toEqual({})
  })

  it('does not look at them for a prompt that is said to be one, nor beside a command', () => {
    define('tasks: { build: { run: make } }')
    expect(tasksForLaunch({ task: 'build', cwd: inner, literal: true }, ofConfig)).toEqual({})
    expect(tasksForLaunch({ task: 'build', cwd: inner, command: ['make'] }, ofConfig)).toEqual({})
  })

  it('is refused when its env_file is missing', () => {
    define('tasks: { audit: { prompt: Audit it., env_file: .env } }')
    expect(() => named('audit')).toThrow(/env_file .* cannot be used/u)
  })
})
