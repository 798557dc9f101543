import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/projects/document.ts'
import type { Listed } from '../../src/projects/list-documents.ts'
import { placesIn } from '../../src/projects/project-places.ts'
import type { QueueState } from '../../src/projects/queue-state.ts'
import { TaskStatus } from '../../src/projects/run/task-result.ts'
import { overviewOf } from '../../src/projects/view/overview.ts'
import { type ProjectFiles, readProject, type TaskFiles } from '../../src/projects/view/read-project.ts'
import { isOver, isWorkedOn, type TaskView } from '../../src/projects/view/task-view.ts'
import { viewProject } from '../../src/projects/view/view-project.ts'
import type { Run } from '../../src/runner/run.ts'
import { attempt, hash, idOf, MadeProject, resultOf } from '../support/made-project.ts'

const now = Date.parse('2026-01-01T12:00:00.000Z')
const home = { root: '/nowhere' }
const failed = { at: '2026-01-01T10:00:05.000Z', state: 'failed' as const, reason: 'exit code 1' }
const done = { at: '2026-01-01T10:00:05.000Z', state: 'completed' as const }

let project: MadeProject

beforeEach(() => {
  project = new MadeProject(mkdtempSync(join(tmpdir(), 'view-')))
})
afterEach(() => rmSync(project.path, { recursive: true, force: true }))

const view = () => viewProject(readProject(home, project.path), now)
const seen = (name: string): TaskView | undefined => view().tasks.find(({ id }) => id === idOf(name))

describe('the state of a task', () => {
  it('is queued or held for a document that nobody began, with what it waits for', () => {
    project.document(idOf('a'))
    project.document(idOf('b'), `---\nneeds: ${idOf('a')}\n---\nx`)
    project.document(idOf('c'))
    project.document(idOf('d'), `---\nneeds: ${idOf('gone')}\n---\nx`)
    project.marks({ [idOf('c')]: { held_since: '2026-01-01T09:00:00.000Z' } })
    expect(view().tasks).toMatchObject([
      { id: idOf('a'), state: 'queued', reason: 'comes next', place: 1, document: 'there' },
      { id: idOf('b'), state: 'queued', reason: `waits for ${idOf('a')}`, place: 2 },
      { id: idOf('c'), state: 'held', heldSince: '2026-01-01T09:00:00.000Z', place: 3 },
      { id: idOf('d'), state: 'queued', reason: `needs ${idOf('gone')}, which is no task here` },
    ])
  })

  it('says how one that waits will be worked on, and of another how it was', () => {
    project.document(idOf('a'))
    project.document(idOf('b'), '---\nagent: gemini\nretries: 0\n---\nx')
    project.document(idOf('c'))
    const plan = { mode: 'session', agent: 'aider', retries: 1, worktree: false } as const
    project.record(idOf('c'), { attempts: [attempt(1)], plan })
    const usual = {
      project: { agent: 'codex', retries: 2 },
      config: { agent: 'claude', mode: 'session', model: 'opus' },
    } as const
    const { tasks } = viewProject(readProject(home, project.path), now, usual)
    expect(tasks.map(({ id, agent, mode, model, tries }) => ({ id, agent, mode, model, tries }))).toEqual([
      { id: idOf('c'), agent: 'aider', mode: 'session', model: undefined, tries: 2 },
      // The model was chosen for another agent.
      { id: idOf('a'), agent: 'codex', mode: 'session', model: undefined, tries: 3 },
      { id: idOf('b'), agent: 'gemini', mode: 'session', model: undefined, tries: 1 },
    ])
  })

  it('follows the attempt that goes on, step by step', () => {
    project.document(idOf('a'))
    project.record(idOf('a'), { attempts: [attempt(1)] })
    expect(seen('a')).toMatchObject({ state: 'running', reason: 'being prepared', attempts: 1 })
    const { id } = { id: 'run1' }
    project.run(idOf('a'), { id, state: 'queued' })
    expect(seen('a')).toMatchObject({ state: 'running', reason: 'about to start', run: id })
    project.run(idOf('a'), {
      id,
      state: 'running',
      progress: { done: 0, of: 1, percent: 40, text: 'testing' },
    })
    expect(seen('a')).toMatchObject({ state: 'running', reason: 'testing', progress: { percent: 40 } })
    const steps: Run['steps'] = [
      { name: 'agent', state: 'blocked', attempt: 1, session: { name: 's' }, escalation: 'esc-12345678' },
    ]
    const reason = 'the agent of step agent waits for an answer (esc-12345678): which config?'
    project.run(idOf('a'), { id, state: 'blocked', steps, reason })
    expect(seen('a')).toMatchObject({
      ...{ state: 'blocked', reason: 'the agent asks: which config?' },
      ...{ escalation: 'esc-12345678', session: 's' },
    })
    project.run(idOf('a'), { id, state: 'completed' })
    expect(seen('a')).toMatchObject({ state: 'running', reason: expect.stringContaining('being looked at') })
    project.record(idOf('a'), { attempts: [attempt(1, done)], over: done })
    expect(seen('a')).toMatchObject({ state: 'completed', durationSeconds: 5, endedAt: done.at })
    expect(seen('a')).not.toHaveProperty('place')
  })

  it('is retrying between two attempts, with the time and what went wrong', () => {
    project.document(idOf('a'), '---\nretries: 2\n---\nx')
    const nextAttemptAt = new Date(now + 40_000).toISOString()
    project.record(idOf('a'), { attempts: [attempt(1, failed)], nextAttemptAt })
    expect(seen('a')).toMatchObject({
      state: 'retrying',
      reason: 'try 2 of 3 in 40s: exit code 1',
      nextAttemptAt,
    })
    project.marks({ [idOf('a')]: { held_since: '2026-01-01T09:00:00.000Z' } })
    expect(seen('a')).toMatchObject({ state: 'held', reason: 'try 2 of 3 in 40s: exit code 1' })
  })

  it('counts the attempts since somebody asked for it once more', () => {
    project.document(idOf('a'), '---\nretries: 1\n---\nx')
    const attempts = [attempt(1, failed), attempt(2, failed), attempt(3, failed)]
    project.record(idOf('a'), { attempts: attempts.slice(0, 2), earlierAttempts: 2 })
    expect(seen('a')).toMatchObject({ state: 'queued', attempts: 0, earlierAttempts: 2 })
    project.record(idOf('a'), { attempts, earlierAttempts: 2, nextAttemptAt: new Date(now).toISOString() })
    expect(seen('a')).toMatchObject({ state: 'retrying', reason: 'try 2 of 2: exit code 1', attempts: 1 })
  })

  it('says of what is over how it went, what it cost, and that its document is another one now', () => {
    project.document(idOf('a'), 'Something else.')
    project.record(idOf('a'), { attempts: [attempt(1, failed)], over: failed })
    const said = { summary: 'Done?', cost_usd: 0.5 }
    project.result(idOf('a'), { status: 'failed', error: 'exit code 1', worker_output: said })
    expect(seen('a')).toMatchObject({
      ...{ state: 'failed', reason: 'exit code 1', document: 'changed', durationSeconds: 2 },
      ...{ cost: { usd: 0.5 }, summary: 'Done?' },
    })
  })

  it('is shown though its document, or its record, is gone', () => {
    project.record(
      idOf('a'),
      { attempts: [attempt(1, done)], over: done },
      '---\npriority: high\n---\nDo it so.',
    )
    project.result(idOf('b'), { status: 'cancelled' })
    project.result(idOf('c'), { status: 'retrying' })
    expect(seen('a')).toMatchObject({
      ...{ state: 'completed', document: 'gone', text: 'Do it so.', settings: { priority: 10 } },
      path: join(placesIn(project.path).tasks, `${idOf('a')}.md`),
    })
    expect(seen('b')).toMatchObject({ state: 'cancelled', document: 'gone' })
    expect(seen('c')).toMatchObject({ state: 'held', reason: expect.stringContaining('its record is gone') })
  })

  it('lets a task go before all others that somebody wants now', () => {
    project.document(idOf('a'), '---\npriority: urgent\n---\nx')
    project.document(idOf('b'))
    project.marks({ [idOf('b')]: { run_now_since: '2026-01-01T09:00:00.000Z' } })
    expect(view().tasks.map(({ id, place }) => [id, place])).toEqual([
      [idOf('b'), 1],
      [idOf('a'), 2],
    ])
  })

  it('lets those behind it wait for one that is tried again', () => {
    project.document(idOf('a'), '---\nretries: 1\n---\nx')
    project.document(idOf('b'))
    const nextAttemptAt = new Date(now + 40_000).toISOString()
    project.record(idOf('a'), { attempts: [attempt(1, failed)], nextAttemptAt })
    expect(view().tasks).toMatchObject([{ state: 'retrying' }, { state: 'queued', reason: '' }])
  })

  it('tells what a task waits for that will not come by itself', () => {
    project.record(idOf('a'), { attempts: [attempt(1, failed)], over: failed })
    project.document(idOf('b'), `---\nneeds: ${idOf('a')}\n---\nx`)
    project.document(idOf('c'), `---\nneeds: ${idOf('d')}\n---\nx`)
    project.document(idOf('d'), `---\nneeds: ${idOf('c')}\n---\nx`)
    expect(seen('b')?.reason).toBe(`needs ${idOf('a')}, which has failed`)
    expect(seen('c')?.reason).toBe(`needs itself: ${idOf('c')} → ${idOf('d')} → ${idOf('c')}`)
    project.record(idOf('a'), { attempts: [attempt(1, done)], over: done })
    expect(seen('b')?.reason).toBe('comes next')
  })
})

describe('files that cannot be used', () => {
  it('are named, and the others are used', () => {
    project.document(idOf('a'))
    project.document(idOf('b'))
    project.document(idOf('c'))
    project.write(`state/tasks/${idOf('a')}/task.json`, '{')
    project.write(`results/${idOf('b')}.json`, '{"version": 2}')
    const { tasks, problems } = view()
    expect(tasks).toMatchObject([
      // Nobody knows whether they were begun, and nobody begins them by mistake.
      { id: idOf('a'), state: 'held', reason: expect.stringContaining('is no JSON') },
      { id: idOf('b'), state: 'held', reason: expect.stringContaining('newer version of iterm-orch') },
      { id: idOf('c'), state: 'queued' },
    ])
    expect(problems).toHaveLength(2)
  })

  it('hide nothing that other files tell', () => {
    project.document(idOf('a'))
    project.record(idOf('a'), { attempts: [attempt(1, done)], over: done })
    project.write(`results/${idOf('a')}.json`, 'garbage')
    project.document(idOf('b'))
    project.record(idOf('b'), { attempts: [attempt(1)] })
    project.write(`state/tasks/${idOf('b')}/runs/run1.json`, '[]')
    expect(seen('a')).toMatchObject({ state: 'completed', cost: {} })
    expect(seen('b')).toMatchObject({
      state: 'running',
      reason: expect.stringContaining('is not as expected'),
    })
    expect(view().problems).toHaveLength(2)
  })

  it('let nothing look as if it was not held, when nobody knows what is held', () => {
    project.document(idOf('a'))
    project.write('state/queue.json', '{"version": 9, "tasks": {}}')
    expect(view()).toMatchObject({ tasks: [{ state: 'held' }], problems: [expect.stringContaining('newer')] })
  })

  it('are no tasks when only a document is wrong; one that was begun stays a task', () => {
    project.document(idOf('a'), '')
    project.document(idOf('b'), '')
    project.record(idOf('b'), { attempts: [attempt(1)] }, 'Do it.\n')
    expect(view()).toMatchObject({
      tasks: [{ id: idOf('b'), state: 'running', document: 'unfit', text: 'Do it.\n' }],
      unfit: [{ file: `${idOf('a')}.md` }],
    })
  })

  it('are told when a directory cannot be read at all', () => {
    rmSync(placesIn(project.path).tasks, { recursive: true })
    expect(view).toThrow(expect.objectContaining({ hint: expect.stringContaining('project init') }))
    rmSync(project.path, { recursive: true })
    expect(view).toThrow(expect.objectContaining({ hint: expect.stringContaining('mount its disk') }))
  })
})

describe('any files', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 })
  const end = fc.constantFrom(failed, done, { at: failed.at, state: 'cancelled' as const })
  const record = fc
    .record({
      ends: fc.array(end, { maxLength: 3 }),
      open: fc.boolean(),
      over: maybe(end),
      next: fc.boolean(),
    })
    .map(({ ends, open, over, next }) => ({
      ...{ version: 1 as const, task_id: 'x', document: { sha256: hash('x'), text: 'x' } },
      attempts: [
        ...ends.map((each, at) => attempt(at + 1, each)),
        ...(open ? [attempt(ends.length + 1)] : []),
      ],
      ...(over && { over }),
      ...(next && { nextAttemptAt: new Date(now + 1000).toISOString() }),
    }))
  const broken = fc.constant({ why: 'it is broken' })
  const files: fc.Arbitrary<TaskFiles> = fc.record({
    record: maybe(
      fc.oneof(
        { weight: 4, arbitrary: record.map((value) => ({ value })) },
        { weight: 1, arbitrary: broken },
      ),
    ),
    run: maybe(broken),
    result: maybe(
      fc.oneof(
        fc
          .constantFrom('completed', 'failed', 'retrying', 'cancelled')
          .map((status) => ({ value: { ...resultOf('x'), status: status as 'failed' } })),
        broken,
      ),
    ),
  })
  const tasks = fc.array(
    fc.record({
      document: fc.constantFrom('there', 'gone', 'unfit'),
      needs: fc.subarray(names),
      priority: fc.integer({ min: -2, max: 2 }),
      held: fc.boolean(),
      soon: fc.boolean(),
      files: maybe(files),
    }),
    { minLength: names.length, maxLength: names.length },
  )

  it('give each task once, in one state, and each document as a task or as none', () => {
    fc.assert(
      fc.property(tasks, fc.boolean(), (made, readable) => {
        const given = filesOf(made, readable)
        const { tasks: shown, unfit } = viewProject(given, now)
        const ids = shown.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        const known = made.flatMap(({ document, files: of }, at) =>
          document === 'there' || of !== undefined ? [idOf(names[at] ?? '')] : [],
        )
        expect([...ids].sort()).toEqual(known.sort())
        for (const { file } of unfit) expect(ids).not.toContain(file.slice(0, -3))
        for (const task of shown) {
          expect(TaskStatus.options).toContain(task.state)
          expect(task.place === undefined).toBe(isOver(task) || isWorkedOn(task))
        }
        const places = shown.flatMap(({ place }) => (place === undefined ? [] : [place]))
        expect(places).toEqual(places.map((_, at) => at + 1))
        const { counts, working } = overviewOf({ tasks: shown, unfit, problems: [] }, given, now)
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(shown.length)
        expect(working.every(isWorkedOn)).toBe(true)
      }),
    )
  })

  function filesOf(
    made: readonly {
      document: string
      needs: string[]
      priority: number
      held: boolean
      soon: boolean
      files: TaskFiles | undefined
    }[],
    readable: boolean,
  ): ProjectFiles {
    const listed: Listed = { documents: [], unfit: [] }
    const begun = new Map<string, TaskFiles>()
    const marks: QueueState['tasks'] = {}
    for (const [at, one] of made.entries()) {
      const name = names[at] ?? ''
      const id = idOf(name)
      const needs = one.needs.map((each) => idOf(each)).join(', ')
      const read = parseDocument(Buffer.from(`---\npriority: ${one.priority}\nneeds: [${needs}]\n---\nx`))
      if (!read.ok) throw new Error(read.problem)
      if (one.document === 'unfit') listed.unfit.push({ file: `${id}.md`, reason: 'it is empty' })
      if (one.document === 'there')
        listed.documents.push({ id, description: name, stamp: id.slice(-15), path: `/${id}.md`, ...read })
      if (one.files) begun.set(id, one.files)
      marks[id] = {
        ...(one.held && { held_since: failed.at }),
        ...(one.soon && { run_now_since: failed.at }),
      }
    }
    const state = readable ? { value: { version: 1 as const, tasks: marks } } : { why: 'it is broken' }
    const none = { past: new Map(), archived: new Map() }
    return { path: '/p', listed, marks: state, begun, problems: [], ...none }
  }
})
