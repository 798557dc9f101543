import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseNext, type TaskFacts } from '../../../src/projects/monitor/choose-next.ts'
import { isSettled } from '../../../src/projects/monitor/settled.ts'
import type { TaskMark } from '../../../src/projects/queue-state.ts'

const stamp = (second: number) => `20260101-${String(second).padStart(6, '0')}`
const now = 1_000

describe('the next task', () => {
  const document = (second: number, more: { priority?: number; needs?: string[] } = {}) => ({
    id: `t${second}`,
    stamp: stamp(second),
    settings: { priority: 0, needs: [], ...more },
  })
  const choose = (
    documents: ReturnType<typeof document>[],
    facts: Record<string, TaskFacts> = {},
    marks: Record<string, TaskMark> = {},
    settling: { id: string; stamp: string }[] = [],
  ) => chooseNext({ documents, marks, facts: (id) => facts[id] ?? {}, settling, now })

  it('waits in its place to be tried again, unless somebody wants another one now', () => {
    const documents = [document(1), document(2)]
    const facts = { t1: { nextAttemptAt: 5_000 } }
    expect(choose(documents, facts)).toEqual({ kind: 'wait', until: 5_000, for: 't1' })
    const marks = { t2: { run_now_since: '2026' } }
    expect(choose(documents, facts, marks)).toEqual({ kind: 'begin', id: 't2', urgent: true })
  })

  it('waits for one that is being written only when that comes first', () => {
    const documents = [document(2)]
    expect(choose(documents, {}, {}, [{ id: 't3', stamp: stamp(3) }])).toMatchObject({ kind: 'begin' })
    expect(choose(documents, {}, {}, [{ id: 't1', stamp: stamp(1) }])).toEqual({ kind: 'settling' })
  })

  it('is never one that is over, held, or needs what is not completed, and is the first of the others', () => {
    const facts = fc.record({
      over: fc.option(fc.constantFrom('completed', 'failed', 'cancelled'), { nil: undefined, freq: 1 }),
    })
    const task = fc.record({
      facts,
      held: fc.boolean(),
      priority: fc.integer({ min: -1, max: 1 }),
      needs: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 8 }), (tasks) => {
        const documents = tasks.map(({ priority, needs }, second) =>
          document(second, { priority, needs: needs.map((need) => `t${need}`) }),
        )
        const known = Object.fromEntries(tasks.map((each, second) => [`t${second}`, each.facts as TaskFacts]))
        const marks = Object.fromEntries(
          tasks.map(({ held }, second) => [`t${second}`, held ? { held_since: '2026' } : {}]),
        )
        const fitting = documents.filter(
          ({ id, settings }) =>
            known[id]?.over === undefined &&
            marks[id]?.held_since === undefined &&
            settings.needs.every((need) => known[need]?.over === 'completed'),
        )
        const best = Math.max(...fitting.map(({ settings }) => settings.priority))
        const first = fitting.find(({ settings }) => settings.priority === best)
        const choice = choose(documents, known, marks)
        expect(choice).toEqual(first ? { kind: 'begin', id: first.id, urgent: false } : { kind: 'nothing' })
      }),
    )
  })
})

describe('a document', () => {
  const written = { ino: 1, size: 10, mtimeMs: 900, ctimeMs: 900 }

  it('is completely written when nobody has written it for a while', () => {
    expect(isSettled(written, 900, 1_000, 500)).toBe(false)
    expect(isSettled(written, 900, 1_400, 500)).toBe(true)
    // By a clock that is ahead of ours.
    expect(isSettled({ ...written, mtimeMs: 9_000, ctimeMs: 9_000 }, 900, 1_400, 500)).toBe(true)
  })

  it('is completely written when it was renamed or copied with its time, unless it is empty', () => {
    expect(isSettled({ ...written, ctimeMs: 950 }, 950, 950, 500)).toBe(true)
    expect(isSettled({ ...written, size: 0, ctimeMs: 950 }, 950, 950, 500)).toBe(false)
  })
})
