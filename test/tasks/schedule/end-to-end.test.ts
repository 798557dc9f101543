/** Tasks as people run them: one service, the built binary, real processes that wait for files of the test. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../src/runner/run.ts'
import { readRun, runIds } from '../../../src/runner/run-files.ts'
import { logFile } from '../../../src/runner/run-paths.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import { TaskClient } from '../../../src/service/task-client.ts'
import type { TaskStatus } from '../../../src/tasks/schedule/task-status.ts'
import { binary } from '../../cli/cli.ts'
import { RunningService } from '../../support/running-service.ts'

const service = new RunningService([process.execPath, binary, 'service', 'run'])
const { home, work } = service
const patienceMs = 60_000
let client: TaskClient

beforeAll(async () => {
  // One write for each notice: two of them may come at once.
  const notifier = '#!/bin/sh\nnotice=$(tr -d "\\n")\nprintf "%s\\n" "$notice" >> "$1"\n'
  writeFileSync(join(work, 'notify'), notifier, { mode: 0o755 })
  client = new TaskClient(await service.client())
  define('one')
  await until(async () => ((await client.list()).tasks.length > 0 ? true : undefined))
}, patienceMs)

afterAll(async () => {
  await client.stop({ tasks: ['*'], force: true })
  await service.stop()
}, patienceMs)

describe('tasks that need a daemon', () => {
  it(
    'begin when it is ready, and end before it',
    async () => {
      await client.run({ tasks: ['web'] })
      await until(() => (lines('order').includes('db begins') ? true : undefined))
      expect(await status('web')).toMatchObject({ state: 'queued', reason: expect.stringContaining('db') })
      touch('db-ready')
      await until(() => (lines('order').includes('web begins') ? true : undefined))
      await client.stop({ tasks: ['db', 'web'] })
      expect(lines('order')).toEqual(['db begins', 'web begins', 'web ends', 'db ends'])
    },
    patienceMs,
  )
})

describe('runs that wait for others', () => {
  it(
    'are as many at once as their concurrency group allows',
    async () => {
      await client.run({ tasks: ['pair-*'] })
      await until(() => (lines('pair').length === 2 ? true : undefined))
      const waiting = (await client.list(['pair-*'])).tasks.filter(({ state }) => state === 'queued')
      expect(waiting).toMatchObject([{ task: 'pair-c', reason: expect.stringContaining('two') }])
      touch('pair-go')
      await allOver('pair-c')
      await allOver('pair-b')
      expect(lines('pair').slice(0, 2)).toEqual(['begins', 'begins'])
      expect(lines('pair').indexOf('ends')).toBeLessThan(lines('pair').lastIndexOf('begins'))
    },
    patienceMs,
  )

  it(
    'come after the one before with overlap: queue, and take its place with overlap: replace',
    async () => {
      await client.run({ tasks: ['after', 'instead'] })
      await until(() => (lines('after').length + lines('instead').length === 2 ? true : undefined))
      await client.run({ tasks: ['after', 'instead'] })
      expect((await status('after'))?.waiting).toHaveLength(1)
      touch('after-go')
      await allOver('after')
      expect(lines('after')).toEqual(['begins', 'ends', 'begins', 'ends'])
      await until(() => (lines('instead').length === 2 ? true : undefined))
      expect(runs('instead').map(({ state }) => state)).toEqual(['stopped', 'running'])
      expect(runs('instead').map(({ id }) => id)).toEqual(lines('instead'))
      await client.stop({ tasks: ['instead'] })
    },
    patienceMs,
  )
})

describe('an alert', () => {
  it(
    'arrives at a notifier once, however often it happens; the rest is counted',
    async () => {
      for (const times of [1, 2]) {
        await client.run({ tasks: ['bad'] })
        await until(async () => {
          const counts = (await status('bad'))?.alerts.map(({ count }) => count) ?? []
          return counts.length === 2 && counts.every((count) => count === times) ? true : undefined
        })
        await until(() => (lines('told').length >= 2 ? true : undefined))
      }
      const notices: { title: string; urgency: string; body: string }[] = lines('told').map((line) =>
        JSON.parse(line),
      )
      expect(notices.sort((left, right) => left.title.localeCompare(right.title))).toMatchObject([
        { title: 'Task bad failed', urgency: 'critical', body: expect.stringContaining('exit code 3') },
        { title: 'Task bad says something', urgency: 'medium', body: expect.stringContaining('93 % full') },
      ])
    },
    patienceMs,
  )
})

describe('while a task runs', () => {
  it(
    'its log comes back after the directory of logs was removed',
    async () => {
      const log = logFile(home, 'talk')
      await client.run({ tasks: ['talk'] })
      await until(() =>
        existsSync(log) && readFileSync(log, 'utf8').includes('still here') ? true : undefined,
      )
      // In one step: it may be written to at any time.
      renameSync(dirname(log), join(work, 'old-logs'))
      rmSync(join(work, 'old-logs'), { recursive: true, force: true })
      await until(() =>
        existsSync(log) && readFileSync(log, 'utf8').includes('still here') ? true : undefined,
      )
      touch('talk-go')
      expect(await allOver('talk')).toMatchObject([{ state: 'completed' }])
    },
    patienceMs,
  )

  it(
    'it keeps its definition when the file is changed, and the next run has the new one',
    async () => {
      await client.run({ tasks: ['word'] })
      await until(() => (lines('word').length === 1 ? true : undefined))
      define('two')
      await until(async () => ((await status('word'))?.notes.join().includes('changed') ? true : undefined))
      touch('word-go')
      await allOver('word')
      await client.run({ tasks: ['word'] })
      await allOver('word')
      expect(lines('word')).toEqual(['one begins', 'one ends', 'two begins', 'two ends'])
    },
    patienceMs,
  )
})

/** config.yaml; what `word` says is what changes. */
function define(word: string): void {
  const wait = (file: string) => `while [ ! -e ${file} ]; do sleep 0.1; done`
  const daemon = (name: string) =>
    `trap 'echo ${name} ends >> order; exit 0' TERM; echo ${name} begins >> order; ${wait('never')}`
  const pair = `{ cwd: ${work}, concurrency: two, run: "echo begins >> pair; ${wait('pair-go')}; echo ends >> pair" }`
  writeFileSync(
    home.config,
    `terminal: host
notifiers: [{ type: command, name: file, command: [${work}/notify, ${work}/told] }]
concurrency: { two: 2 }
tasks:
  db: { type: daemon, enabled: false, cwd: ${work}, ready: { run: test -e db-ready, every: 100ms, failures: 1000 }, run: "${daemon('db')}" }
  web: { type: daemon, enabled: false, cwd: ${work}, needs: [db], run: "${daemon('web')}" }
  pair-a: ${pair}
  pair-b: ${pair}
  pair-c: ${pair}
  after: { cwd: ${work}, overlap: queue, run: "echo begins >> after; ${wait('after-go')}; echo ends >> after" }
  instead: { cwd: ${work}, overlap: replace, run: "echo $ITERM_ORCH_RUN >> instead; ${wait('never')}" }
  bad:
    cwd: ${work}
    run: "echo the disk is 93 % full; exit 3"
    alerts: [{ on: failed, severity: critical }, { on: log, match: the disk is }]
  talk: { cwd: ${work}, run: "while [ ! -e talk-go ]; do echo still here; sleep 0.1; done" }
  word: { cwd: ${work}, run: "echo ${word} begins >> word; ${wait('word-go')}; echo ${word} ends >> word" }
`,
  )
}

function touch(name: string): void {
  writeFileSync(join(work, name), '')
}

function lines(name: string): string[] {
  const path = join(work, name)
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
}

async function status(task: string): Promise<TaskStatus | undefined> {
  return (await client.list([task])).tasks[0]
}

function runs(task: string): Run[] {
  return runIds(home, task).flatMap((id) => readRun(home, { task, id }) ?? [])
}

/** Its runs, when they are over. */
function allOver(task: string): Promise<Run[]> {
  return until(() => {
    const found = runs(task)
    return found.every(isOver) ? found : undefined
  })
}

async function until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await delay(50)
  }
}
