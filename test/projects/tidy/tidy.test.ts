import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tryLockFile } from '../../../src/lib/lock-file.ts'
import { TaskStore } from '../../../src/projects/monitor/task-store.ts'
import { tidyHere } from '../../../src/projects/tidy/tidy-here.ts'
import type { TidyOptions } from '../../../src/projects/tidy/tidy-project.ts'
import { underFault } from '../../support/faults/faulty-fs.ts'
import { attempt, hash, idOf, MadeProject } from '../../support/made-project.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const main = fileURLToPath(new URL('../../support/projects/tidy-main.ts', import.meta.url))
const kills = Number(process.env['KILLS'] ?? 6)
const day = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * day).toISOString()
const over = (days: number) => ({ at: ago(days), state: 'completed' as const })

const newProject = () =>
  new MadeProject(join(realpathSync(mkdtempSync(join(process.env['HOME'] ?? '', 'tidy-'))), 'shop'))

const tidy = ({ path }: MadeProject, options: Partial<TidyOptions> = {}) =>
  tidyHere({ name: 'shop', path }, { olderThanMs: 30 * day, ...options })

/** A task that has been over for so many days, with all that one can leave. */
function leave(project: MadeProject, id: string, days: number): void {
  project.document(id)
  project.record(id, { attempts: [attempt(1, over(days))], over: over(days) })
  project.run(id, { id: 'run1', state: 'completed' })
  project.result(id, { completed_at: ago(days), stdout_file: `${id}.stdout.log` })
  project.write(`results/${id}.stdout.log`, `all of ${id}\n`)
  project.write(`logs/${id}.log`, 'new\n')
  project.write(`logs/${id}.log.1`, 'old\n')
}

/** Paths of all files of tasks, with what stands in them, without what only tells of tidying. */
function filesIn({ path }: MadeProject): Record<string, string> {
  const paths = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (each) => statSync(join(path, each)).isFile() && each.includes('task-'),
  )
  return Object.fromEntries(paths.map((each) => [each, readFileSync(join(path, each), 'utf8')]))
}

/** Where a file is when its task is archived. */
function archivedPath(path: string): string {
  const [, id = ''] = /(task-.*?-\d{8}-\d{6})/u.exec(path) ?? []
  const inState = /^state\/tasks\/[^/]+\/(.*)$/su.exec(path)?.[1]
  return `archive/${id}/${inState === undefined ? path.replace(/^[^/]*\//u, '') : `state/${inState}`}`
}

const allArchived = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [archivedPath(path), text]))

const otherFiles = (files: Record<string, string>, id: string) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes(id)))

describe('project tidy', () => {
  it('moves everything of tasks that have been over for long enough, and nothing else', async () => {
    const project = newProject()
    leave(project, idOf('old'), 31)
    const before = filesIn(project)
    leave(project, idOf('new'), 29)
    project.document(idOf('waits'))
    writeFileSync(join(project.path, 'logs', 'monitor.log'), 'x\n')
    writeFileSync(join(project.path, 'own.txt'), 'x')
    const all = filesIn(project)
    expect(await tidy(project, { dryRun: true })).toEqual({
      ...{ tidied: [idOf('old')], left: [], recent: 1, notOver: 0 },
    })
    expect(filesIn(project)).toEqual(all)
    expect(await tidy(project)).toMatchObject({ tidied: [idOf('old')], left: [], recent: 1 })
    expect(filesIn(project)).toEqual({ ...otherFiles(all, idOf('old')), ...allArchived(before) })
    expect(statSync(join(project.path, 'archive')).mode & 0o777).toBe(0o700)
    expect(statSync(join(project.path, 'archive', idOf('old'))).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(project.path, 'archive', '.gitignore'), 'utf8')).toBe('*\n')
    expect(readFileSync(join(project.path, 'logs', 'monitor.log'), 'utf8')).toContain('1 task that was over')
    expect(await tidy(project)).toMatchObject({ tidied: [], recent: 1 })
  })

  it('deletes instead', async () => {
    const project = newProject()
    leave(project, idOf('new'), 1)
    const rest = filesIn(project)
    leave(project, idOf('old'), 31)
    expect(await tidy(project, { remove: true })).toMatchObject({ tidied: [idOf('old')] })
    expect(filesIn(project)).toEqual(rest)
    expect(existsSync(join(project.path, 'archive'))).toBe(false)
    expect(existsSync(join(project.path, 'state', 'deleted'))).toBe(false)
  })

  it('says of each task that stays why', async () => {
    const project = newProject()
    const names = ['needed', 'tree', 'broken', 'changed', 'runs', 'directory', 'unread']
    for (const name of names) leave(project, idOf(name), 100)
    project.document(idOf('waits'), `---\nneeds: ${idOf('needed')}\n---\nx\n`)
    const tree = join(project.path, 'state', 'worktrees', idOf('tree'))
    mkdirSync(tree, { recursive: true })
    const worktree = { path: tree, branch: 'b', kept: true, reason: 'a file in it is not committed' }
    project.result(idOf('tree'), {
      git: { commit_before: null, commit_after: null, changed_files: [], worktree },
    })
    project.write(`state/tasks/${idOf('broken')}/task.json`, '{')
    project.write(`results/${idOf('unread')}.json`, '{')
    project.document(idOf('changed'), 'Do more.\n')
    const lock = tryLockFile(join(project.path, 'state', 'tasks', idOf('runs'), 'running.lock'))
    leave(project, idOf('goes on'.replace(' ', '-')), 100)
    project.record(idOf('goes-on'), { attempts: [attempt(1)] })
    const directory = join(project.path, 'tasks', `${idOf('directory')}.md`)
    rmSync(directory)
    mkdirSync(directory)
    const before = filesIn(project)
    const { tidied, left, notOver } = await tidy(project)
    lock?.release()
    expect(tidied).toEqual([])
    expect(notOver).toBe(1)
    const why = Object.fromEntries(left.map((one) => [one.task, one.why]))
    expect(why).toEqual({
      [idOf('needed')]: `${idOf('waits')} needs it`,
      [idOf('tree')]: 'its worktree is still there (a file in it is not committed)',
      [idOf('broken')]: expect.stringContaining('is no JSON'),
      [idOf('unread')]: expect.stringContaining('is no JSON'),
      [idOf('changed')]: 'its document was changed since it was over',
      [idOf('runs')]: 'its process is still there',
      [idOf('directory')]: 'its document: it is no file',
    })
    expect(filesIn(project)).toEqual(before)
  })

  it('replaces nothing in the archive, and says so', async () => {
    const project = newProject()
    leave(project, idOf('twice'), 100)
    await tidy(project)
    leave(project, idOf('twice'), 50)
    const before = filesIn(project)
    const { tidied, left } = await tidy(project)
    expect(tidied).toEqual([])
    expect(left[0]).toMatchObject({ task: idOf('twice'), why: expect.stringContaining('has another') })
    expect(filesIn(project)).toEqual(before)
  })

  it('leaves a project alone that a service has', async () => {
    const project = newProject()
    leave(project, idOf('old'), 100)
    const lock = tryLockFile(join(project.path, 'state', 'monitor.lock'))
    const before = filesIn(project)
    await expect(tidy(project)).rejects.toMatchObject({ code: 'busy' })
    lock?.release()
    expect(filesIn(project)).toEqual(before)
  })

  it('does with every task one of four things, whatever the tasks are', async () => {
    const state = fc.constantFrom('over', 'goes on', 'waits', 'result only')
    const tasks = fc.array(fc.record({ state, days: fc.nat(60), needs: fc.option(fc.nat(8)) }), {
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(tasks, fc.boolean(), async (made, remove) => {
        const project = newProject()
        const name = (at: number) => idOf(`t${at % made.length}`)
        for (const [at, { state: of, days, needs }] of made.entries()) {
          const text = needs === null ? 'Do it.\n' : `---\nneeds: ${name(needs)}\n---\nDo it.\n`
          project.document(name(at), text)
          if (of === 'goes on') project.record(name(at), { attempts: [attempt(1)] }, text)
          if (of === 'over')
            project.record(name(at), { attempts: [attempt(1, over(days))], over: over(days) }, text)
          if (of === 'over' || of === 'result only')
            project.result(name(at), { completed_at: ago(days), document_sha256: hash(text) })
        }
        const before = filesIn(project)
        const { tidied, left, recent, notOver } = await tidy(project, { remove })
        const isWaiting = (at: number) => made[at]?.state === 'waits' || made[at]?.state === 'goes on'
        const needed = new Set(
          made.flatMap(({ needs }, at) => (isWaiting(at) && needs !== null ? [name(needs)] : [])),
        )
        const old = made.flatMap(({ days }, at) => (!isWaiting(at) && days >= 30 ? [name(at)] : []))
        expect(tidied).toEqual(old.filter((id) => !needed.has(id)))
        expect(left.map(({ task }) => task).sort()).toEqual(old.filter((id) => needed.has(id)))
        expect(recent).toBe(made.filter(({ days }, at) => !isWaiting(at) && days < 30).length)
        expect(notOver).toBe(made.filter(({ state: of }) => of === 'goes on').length)
        const gone = (path: string) => tidied.some((id) => path.includes(id))
        const kept = Object.entries(before).filter(([path]) => !remove || !gone(path))
        expect(filesIn(project)).toEqual(
          Object.fromEntries(kept.map(([path, text]) => [gone(path) ? archivedPath(path) : path, text])),
        )
      }),
      { numRuns: 30 },
    )
  })
})

describe.each([false, true])('a tidy that is stopped (deleting: %s)', (remove) => {
  it('at any of its calls leaves no task that would be run again, loses nothing, and is completed by the next', async () => {
    for (let at = 1, met = true; met; at++) {
      const project = newProject()
      for (const second of [1, 2]) leave(project, idOf('old', second), 100)
      const before = filesIn(project)
      const trace = await underFault({ kind: 'dies', at, half: false }, () => tidy(project, { remove }))
      met = trace.met
      examine(project, before, remove, `${at} ${trace.call}`)
      // With another age: what was begun is completed all the same.
      await tidy(project, { olderThanMs: 99 * day, remove })
      expect(filesIn(project), `${at} ${trace.call}`).toEqual(remove ? {} : allArchived(before))
    }
  }, 120_000)

  it(`by kill -9, ${kills} times, the same`, async () => {
    const random = seededRandom(Number(process.env['SEED'] ?? 5))
    const project = newProject()
    for (let second = 0; second < 60; second++) {
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) leave(project, idOf(name, second), 1)
    }
    const before = filesIn(project)
    let interrupted = 0
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main], {
        ...{ cwd: project.path, stdio: ['ignore', 'pipe', 'inherit'] as const },
        env: { ...process.env, DELETE: remove ? '1' : '0' },
      })
      // It may have done everything before it is killed.
      const exited = once(child, 'exit')
      await once(child.stdout, 'data')
      await delay(kill === 0 ? 0 : random() * 60)
      child.kill('SIGKILL')
      const [, signal] = await exited
      if (signal === 'SIGKILL') interrupted += 1
      examine(project, before, remove, `kill ${kill}`)
    }
    expect(interrupted).toBeGreaterThan(0)
    expect((await tidy(project, { olderThanMs: 0, remove })).left).toEqual([])
    expect(filesIn(project)).toEqual(remove ? {} : allArchived(before))
  }, 120_000)
})

/** Each file is in one of its two places, and whose document is there is known to be over. */
function examine(project: MadeProject, before: Record<string, string>, remove: boolean, when: string): void {
  const now = filesIn(project)
  if (!remove) {
    for (const [path, text] of Object.entries(before)) {
      const there = [path, archivedPath(path)].filter((each) => now[each] !== undefined)
      expect(there, `${when}: ${path}`).toHaveLength(1)
      expect(now[there[0] ?? ''], when).toBe(text)
    }
    expect(Object.keys(now), when).toHaveLength(Object.keys(before).length)
  }
  const store = new TaskStore(project.path)
  store.load()
  for (const file of readdirSync(join(project.path, 'tasks')).filter((each) => each.startsWith('task-')))
    expect(store.known(file.slice(0, -'.md'.length))?.over, `${when}: ${file}`).toBe('completed')
}
