import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { readDocumentFile } from '../../../src/projects/document.ts'
import { type FileLook, isSameLook } from '../../../src/projects/monitor/settled.ts'
import { newDocument } from '../../../src/projects/new-document.ts'
import { readRun } from '../../../src/runner/run-files.ts'
import { runPlacesOf } from '../../../src/runner/run-paths.ts'
import { isOver } from '../../../src/runner/run-state.ts'
import { MonitorProcess } from '../../support/projects/monitor-process.ts'
import {
  letGo,
  linesOf,
  newName,
  overOf,
  ProjectWorld,
  recordOf,
  until,
  untilBegun,
  untilLetGo,
} from '../../support/projects/project-world.ts'

const rewriter = new URL('../../support/projects/rewriter-main.ts', import.meta.url).pathname
const world = new ProjectWorld()

/** A document that counts as whole at once. Gives its path, and the name of its task. */
function write(project: string, name: string, script: string, top = ''): { path: string; id: string } {
  const path = newDocument(project, name, `${top === '' ? '' : `---\n${top}\n---\n`}${script}`)
  return { path, id: basename(path, '.md') }
}

it('a document that an editor begins to write while it is read is not taken for what it was before', async () => {
  const path = join(mkdtempSync(join(process.env['HOME'] ?? '', 'e-')), 'task-edited-20260101-000000.md')
  const editor = spawn(process.execPath, ['--import', 'tsx', rewriter, path, '200', '20'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let writes = true
  void once(editor, 'exit').then(() => {
    writes = false
  })
  const look = () => statSync(path, { throwIfNoEntry: false })
  let whole: FileLook | undefined
  let versions = 0
  let torn = 0
  for (; writes; await nextTurn()) {
    const before = look()
    const read = readDocumentFile(path)
    if (!before || !read || 'problem' in read) continue
    const { content, stat } = read
    const isWhole = content.length === 800_000 && content[0] === content.at(-1)
    const now = look()
    if (whole && isSameLook(whole, stat)) torn += isWhole ? 0 : 1
    else if (isWhole && now && isSameLook(before, now)) {
      whole = before
      versions += 1
    }
  }
  expect(versions).toBeGreaterThan(0)
  expect(torn).toBe(0)
})

it('a task that is to be tried again is not given up while an editor replaces its document', async () => {
  const project = await world.project(newName())
  await MonitorProcess.start(world.home, {
    SETTINGS: JSON.stringify({ settle: 60_000, retry_delay: 3_600_000 }),
  })
  const { path, id } = write(project, 'edited', 'exit 1', 'retries: 1')
  await until(() => recordOf(project, id)?.nextAttemptAt !== undefined, 'not failed yet')
  spawnSync('sh', ['-c', 'mv "$0" "$0~" && sleep 1 && cp "$0~" "$0"', path])
  const { id: other } = write(project, 'other', 'true')
  const log = join(project, 'logs', 'monitor.log')
  await until(() => linesOf(log).some((line) => line.includes(`[${other}] noticed`)), 'not noticed')
  expect(recordOf(project, id)).toMatchObject({ nextAttemptAt: expect.any(String) })
  expect(recordOf(project, id)?.over).toBeUndefined()
})

it('an attempt that fails while an editor replaces the document is followed by another one', async () => {
  const project = await world.project(newName())
  await MonitorProcess.start(world.home, {
    SETTINGS: JSON.stringify({ settle: 60_000, retry_delay: 3_600_000 }),
  })
  const { path, id } = write(project, 'edited', `${untilLetGo}; exit 1`, 'retries: 1')
  await untilBegun(project)
  const [attempt] = recordOf(project, id)?.attempts ?? []
  const run = { task: id, id: attempt?.run ?? '' }
  const isEnded = () => {
    const now = readRun(runPlacesOf(world.home, project), run)
    return now !== undefined && isOver(now)
  }
  spawnSync('mv', [path, `${path}~`])
  letGo(project)
  await until(isEnded, 'not ended')
  spawnSync('sh', ['-c', 'sleep 1 && mv "$0~" "$0"', path])
  await until(() => recordOf(project, id)?.attempts[0]?.end !== undefined, 'not concluded')
  expect(recordOf(project, id)).toMatchObject({ nextAttemptAt: expect.any(String) })
})

it('a task is not tried again when its document was removed while it ran, or while it waited for that', async () => {
  const project = await world.project(newName())
  const monitor = world.monitor({}, { retry_delay: 3_600_000, max_retry_delay: 3_600_000 })
  const running = write(project, 'running', `${untilLetGo}; exit 1`, 'retries: 1')
  await untilBegun(project)
  rmSync(running.path)
  letGo(project)
  await overOf(project, running.id)
  const gone = { what: 'failed', why: expect.stringContaining('its document is gone') }
  expect(world.events.at(-1)).toMatchObject({ task: running.id, ...gone })
  const waiting = write(project, 'waiting', 'exit 1', 'retries: 1')
  await until(() => recordOf(project, waiting.id)?.nextAttemptAt !== undefined, 'not failed yet')
  rmSync(waiting.path)
  await overOf(project, waiting.id)
  expect(world.events.at(-1)).toMatchObject({ task: waiting.id, ...gone })
  monitor.stop()
})
