import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdTask, moveTask, readQueue, releaseTask } from '../../src/projects/change-queue.ts'
import { initProject } from '../../src/projects/project-places.ts'
import { compareKeys, movedKeys, type QueueKey } from '../../src/projects/queue-order.ts'

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'queue-'))
  initProject(project)
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const idOf = (name: string, day = 1) => `task-${name}-202501${String(day).padStart(2, '0')}-000000`
const fileOf = (name: string, day = 1) => join(project, 'tasks', `${idOf(name, day)}.md`)
const write = (name: string, day = 1, top = '') =>
  writeFileSync(fileOf(name, day), `${top === '' ? '' : `---\n${top}\n---\n`}do ${name}\n`)
const names = () => readQueue(project).tasks.map(({ description }) => description)
const state = () => JSON.parse(readFileSync(join(project, 'state', 'queue.json'), 'utf8'))

describe('the queue of a project', () => {
  it('is in the order of priority, then of time, then of names', () => {
    write('b', 2)
    write('a', 2)
    write('old', 1)
    write('urgent', 9, 'priority: urgent')
    write('whenever', 1, 'priority: low')
    expect(names()).toEqual(['urgent', 'old', 'a', 'b', 'whenever'])
    expect(existsSync(join(project, 'state', 'queue.json'))).toBe(false)
  })

  it('says what a task waits for, what is not there, and what goes in a circle', () => {
    write('plain')
    write('later', 2, `needs: ${idOf('plain')}`)
    write('lost', 3, `needs: [${idOf('plain')}, ${idOf('gone')}]`)
    write('one', 4, `needs: ${idOf('two', 5)}`)
    write('two', 5, `needs: ${idOf('one', 4)}`)
    expect(readQueue(project).tasks.map(({ reason }) => reason)).toEqual([
      '',
      `waits for ${idOf('plain')}`,
      `needs ${idOf('gone')}, which is no task here`,
      `needs itself: ${idOf('one', 4)} → ${idOf('two', 5)} → ${idOf('one', 4)}`,
      `needs itself: ${idOf('two', 5)} → ${idOf('one', 4)} → ${idOf('two', 5)}`,
    ])
  })

  it('finds a task by its description as it was told, also with accents as a Mac has them', async () => {
    write('fix-the-login')
    write('cafe\u0301', 2)
    expect(await holdTask(project, 'Fix the login!')).toMatchObject({ id: idOf('fix-the-login') })
    expect(await holdTask(project, 'Fix the')).toMatchObject({ id: idOf('fix-the-login') })
    expect(await holdTask(project, 'caf\u00e9')).toMatchObject({ id: idOf('cafe\u0301', 2) })
    expect(await holdTask(project, idOf('caf\u00e9', 2))).toMatchObject({ id: idOf('cafe\u0301', 2) })
    await expect(holdTask(project, '!')).rejects.toThrow('There is no task "!"')
  })

  it('holds a task at its place since it was first held, until it is released', async () => {
    write('a')
    write('b', 2)
    const now = new Date('2026-01-01T00:00:00Z')
    expect(await holdTask(project, 'a', now)).toMatchObject({ id: idOf('a'), status: 'held' })
    await holdTask(project, `${idOf('a')}.md`)
    expect(readQueue(project).tasks).toMatchObject([
      { description: 'a', status: 'held', reason: 'since 2026-01-01T00:00:00.000Z' },
      { description: 'b', status: 'queued', reason: '' },
    ])
    expect(await releaseTask(project, fileOf('a'))).toMatchObject({ status: 'queued' })
    expect(state()).toEqual({ version: 1, tasks: {} })
  })

  it('lets a task be moved anywhere, and lets those that come later in between', async () => {
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) write(name, (index + 1) * 2)
    await moveTask(project, 'd', { before: 'b' })
    expect(names()).toEqual(['a', 'd', 'b', 'c'])
    await moveTask(project, 'a', 'last')
    expect(names()).toEqual(['d', 'b', 'c', 'a'])
    await moveTask(project, 'c', 'first')
    await moveTask(project, 'b', { after: 'a' })
    expect(names()).toEqual(['c', 'd', 'a', 'b'])
    await expect(moveTask(project, 'b', { after: 'b' })).rejects.toMatchObject({ code: 'usage' })
    expect(names()).toEqual(['c', 'd', 'a', 'b'])
    write('new', 5)
    write('urgent', 20, 'priority: high')
    write('latest', 21)
    expect(names()).toEqual(['urgent', 'c', 'd', 'new', 'a', 'b', 'latest'])
  })

  it('forgets a document that is gone, and remembers one that is being mended', async () => {
    write('a')
    write('b', 2)
    await holdTask(project, 'a')
    await holdTask(project, 'b')
    writeFileSync(fileOf('a'), '')
    rmSync(fileOf('b', 2))
    write('c', 3)
    await holdTask(project, 'c')
    // An editor may be replacing it.
    expect(Object.keys(state().tasks)).toEqual([idOf('a'), idOf('b', 2), idOf('c', 3)])
    write('b', 2)
    await releaseTask(project, 'c')
    expect(state().tasks[idOf('b', 2)]).toEqual({ held_since: expect.any(String) })
    rmSync(fileOf('b', 2))
    await holdTask(project, 'c')
    await holdTask(project, 'c', new Date(Date.now() + 60_000))
    expect(Object.keys(state().tasks)).toEqual([idOf('a'), idOf('c', 3)])
    write('a')
    expect(readQueue(project).tasks).toMatchObject([{ status: 'held' }, { status: 'held' }])
  })

  it('loses nothing when many hold tasks at the same time', async () => {
    const many = Array.from({ length: 15 }, (_, index) => `t${index}`)
    for (const name of many) write(name)
    await Promise.all(many.map((name) => holdTask(project, name)))
    expect(readQueue(project).tasks.every(({ status }) => status === 'held')).toBe(true)
  })

  it.each(['', '{', '{"version": 1}', '{"version": 2, "tasks": {}}'])(
    'is not taken for one without marks when its state cannot be understood: %j',
    async (text) => {
      write('a')
      const path = join(project, 'state', 'queue.json')
      writeFileSync(path, text)
      expect(() => readQueue(project)).toThrow(path)
      await expect(holdTask(project, 'a')).rejects.toThrow(path)
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )

  it('is not begun anew where the directory of its project is missing', async () => {
    write('a')
    const away = `${project}-away`
    renameSync(project, away)
    try {
      await expect(holdTask(project, 'a')).rejects.toMatchObject({ code: 'usage' })
      expect(existsSync(project)).toBe(false)
    } finally {
      renameSync(away, project)
    }
  })

  it('names the tasks that there are when one is not found, or two fit', async () => {
    write('a', 1)
    write('a', 2)
    await expect(holdTask(project, 'a')).rejects.toMatchObject({
      message: 'More than one task is meant by "a".',
      details: { candidates: [idOf('a', 1), idOf('a', 2)] },
    })
    await expect(holdTask(project, 'x')).rejects.toMatchObject({ code: 'task-not-found' })
  })
})

describe('moving', () => {
  it('puts a task directly beside the other one and leaves all others in their order, however often', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const id = fc.constantFrom(...ids)
    const moves = fc.array(fc.tuple(id, fc.constantFrom('before' as const, 'after' as const), id))
    fc.assert(
      fc.property(moves, (all) => {
        const keys = new Map<string, QueueKey>(
          ids.map((each, index) => [each, { priority: index % 2, stamp: '1', id: each, turn: 0 }]),
        )
        const order = () => ids.toSorted((x, y) => compareKeys(keyOf(keys, x), keyOf(keys, y)))
        for (const [moved, side, other] of all) {
          const before = order()
          for (const [each, key] of movedKeys(keys, moved, side, other)) keys.set(each, key)
          if (moved === other) {
            expect(order()).toEqual(before)
            continue
          }
          const rest = before.filter((each) => each !== moved)
          const at = rest.indexOf(other) + (side === 'before' ? 0 : 1)
          expect(order()).toEqual([...rest.slice(0, at), moved, ...rest.slice(at)])
        }
      }),
    )
  })
})

function keyOf(keys: ReadonlyMap<string, QueueKey>, id: string): QueueKey {
  const key = keys.get(id)
  if (!key) throw new Error(`no key of ${id}`)
  return key
}
