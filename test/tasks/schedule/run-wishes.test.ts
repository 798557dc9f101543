import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { killProcesses } from '../../../src/runner/end-processes.ts'
import type { Run } from '../../../src/runner/run.ts'
import { knownTasks, writeRun } from '../../../src/runner/run-files.ts'
import type { Scheduler } from '../../../src/tasks/schedule/scheduler.ts'
import { TaskDesk } from '../../../src/tasks/schedule/task-desk.ts'
import { HomeWithTasks, noon } from './home-with-tasks.ts'

let place: HomeWithTasks

afterEach(async () => {
  place.end()
  for (const task of knownTasks(place.home))
    for (const { id } of place.runs(task)) await killProcesses({ run: id })
})

/** A desk whose task processes begin nothing, and stay. */
async function deskAt(config: string): Promise<{ desk: TaskDesk; scheduler: Scheduler }> {
  place = new HomeWithTasks(config)
  const scheduler = await place.start(['/bin/sh', '-c', 'exec sleep 600'])
  return { desk: new TaskDesk(place.home, scheduler, async () => undefined), scheduler }
}

function project(name: string, yaml: string): string {
  const directory = join(place.home.root, name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'iterm-orch.yaml'), yaml)
  return directory
}

const nothing = { files: [], set: {} }

describe('the limit of a concurrency group', () => {
  it('is that of the files that a task is run from, also where nobody follows them', async () => {
    const { desk, scheduler } = await deskAt(
      'tasks:\n  own: { run: "true", concurrency: heavy }\n  other: { run: "true", concurrency: heavy }\n',
    )
    const heavy = (name: string) => `  ${name}: { run: "true", concurrency: heavy }\n`
    const cwd = project('p', `concurrency: { heavy: 2 }\ntasks:\n${['a', 'b', 'c'].map(heavy).join('')}`)
    const { runs } = desk.run({ ...nothing, tasks: ['a', 'b', 'c'], cwd })
    expect(runs.map(({ id }) => scheduler.runner.isStarting({ id }))).toEqual([true, true, false])
    expect(scheduler.waits.get(runs[2]?.id ?? '')).toBe('of the group heavy only 2 may run at once: a, b')
    // What the service runs by itself shares the group, and goes by its own files.
    const [own] = desk.run({ ...nothing, tasks: ['own'] }).runs
    expect(scheduler.waits.get(own?.id ?? '')).toBe('of the group heavy only 1 may run at once: a, b')
    // A file that is named goes before the project's.
    const file = join(cwd, 'wide.yaml')
    writeFileSync(file, `concurrency: { heavy: 3 }\ntasks:\n${heavy('d')}`)
    const [d] = desk.run({ ...nothing, tasks: ['d'], cwd, files: [file] }).runs
    expect(scheduler.runner.isStarting({ id: d?.id ?? '' })).toBe(true)
  })

  it('is the one in force for runs of a file that is followed, however long they wait', async () => {
    const task = (name: string) => `  ${name}: { run: "true", concurrency: heavy }\n`
    const tasks = `tasks:\n${task('a')}${task('b')}`
    const { desk, scheduler } = await deskAt(tasks)
    const [, waiting] = desk.run({ ...nothing, tasks: ['*'] }).runs
    expect(scheduler.runner.isStarting({ id: waiting?.id ?? '' })).toBe(false)
    place.write(`concurrency: { heavy: 2 }\n${tasks}`)
    scheduler.reload()
    expect(scheduler.runner.isStarting({ id: waiting?.id ?? '' })).toBe(true)
  })
})

describe('variables of a run', () => {
  const yaml =
    'tasks:\n  build: { run: "true" }\n  db: { type: daemon, enabled: false, run: "true" }\n' +
    '  site: { run: "true", needs: [build, db] }\n  shop: { run: "true", needs: [build, db] }\n'
  const variablesOf = (runs: readonly Run[]) => runs.map(({ variables }) => variables)

  it('reach all that it needs, and what has others is run again', async () => {
    const { desk } = await deskAt(yaml)
    desk.run({ ...nothing, tasks: ['site'], set: { TARGET: 'staging' } })
    desk.run({ ...nothing, tasks: ['site'], set: { TARGET: 'staging' } })
    desk.run({ ...nothing, tasks: ['shop'], set: { TARGET: 'live' } })
    expect(variablesOf(place.runs('build'))).toEqual([{ TARGET: 'staging' }, { TARGET: 'live' }])
    // A daemon is one for all: whoever started it has said how.
    expect(variablesOf(place.runs('db'))).toEqual([{ TARGET: 'staging' }])
  })

  it('stay with a daemon whose process vanished, or that is restarted, until it is run without', async () => {
    const { desk, scheduler } = await deskAt('tasks:\n  db: { type: daemon, run: "true" }\n')
    const [run] = scheduler.board.openOf('db')
    if (!run) throw new Error('it is kept running')
    const at = new Date(noon).toISOString()
    const end = { state: 'failed' as const, vanished: true as const, reason: 'killed', endedAt: at }
    writeRun(place.home, { ...run, ...end, variables: { PORT: '1' }, updatedAt: at })
    scheduler.board.refresh(run)
    place.pass(60_000)
    const [again] = scheduler.board.openOf('db')
    expect(again).toMatchObject({ cause: { kind: 'restart' }, variables: { PORT: '1' } })
    await desk.restart({ tasks: ['db'], files: [] }, true)
    expect(scheduler.board.openOf('db')).toMatchObject([{ variables: { PORT: '1' } }])
    await desk.stop(['db'], true)
    desk.run({ ...nothing, tasks: ['db'] })
    expect(scheduler.board.openOf('db')).toMatchObject([{ variables: {} }])
  })
})
