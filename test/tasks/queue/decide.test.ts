import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ActiveRun,
  decide,
  type Limits,
  limitsOf,
  type QueuedRun,
  type QueuedTask,
} from '../../../src/tasks/queue/decide.ts'

const task = (name: string, more: Partial<QueuedTask> = {}): QueuedTask => ({
  name,
  type: 'one-shot',
  groups: [],
  ...more,
})
let runs = 0
const queued = (of: QueuedTask, more: Partial<QueuedRun> = {}): QueuedRun => ({
  run: `${of.name}-${++runs}`,
  task: of,
  queuedAt: runs,
  overlap: 'skip',
  needs: [],
  ...more,
})
const going = (of: QueuedTask): ActiveRun => ({ run: `${of.name}-going`, task: of })
const open: Limits = limitsOf({})

describe('the queue', () => {
  it('starts what nothing holds up, in the order in which it came', () => {
    const [b, a] = [queued(task('b')), queued(task('a'))]
    expect(decide([a, b], [], open, 0)).toEqual({ start: [b.run, a.run], wait: [], drop: [], stop: [] })
  })

  it('does what overlap says when the task still runs', () => {
    const build = task('build')
    const entry = (overlap: QueuedRun['overlap']) => [queued(build, { run: 'new', overlap })]
    const decided = (overlap: QueuedRun['overlap']) => decide(entry(overlap), [going(build)], open, 0)
    expect(decided('skip')).toMatchObject({ drop: [{ run: 'new', why: 'build still runs' }], wait: [] })
    expect(decided('queue')).toMatchObject({
      wait: [{ run: 'new', why: 'the run before it has not ended' }],
      drop: [],
    })
    expect(decided('replace')).toMatchObject({
      wait: [{ run: 'new', why: 'the run before it is being stopped' }],
      stop: ['build-going'],
    })
  })

  it('keeps one of several that skip, all that queue, and the newest that replaces', () => {
    const several = (overlap: QueuedRun['overlap']) =>
      ['1', '2', '3'].map((run) => queued(task('t'), { run, overlap }))
    expect(decide(several('skip'), [], open, 0)).toMatchObject({
      start: ['1'],
      drop: [{ run: '2', why: 't waits already' }, { run: '3' }],
    })
    expect(decide(several('queue'), [], open, 0)).toMatchObject({
      start: ['1'],
      wait: [{ run: '2', why: 'an earlier run of t goes first' }, { run: '3' }],
    })
    expect(decide(several('replace'), [], open, 0)).toMatchObject({
      start: ['3'],
      drop: [{ run: '1', why: 'a newer run of t takes its place' }, { run: '2' }],
    })
  })

  it('keeps the run that would be replaced when the newer one cannot run', () => {
    const needs = [{ task: 'build', state: 'failed' as const }]
    const [old, newer] = [
      queued(task('t'), { overlap: 'replace' }),
      queued(task('t'), { overlap: 'replace', needs }),
    ]
    expect(decide([old, newer], [], open, 0)).toMatchObject({ start: [old.run], drop: [{ run: newer.run }] })
  })

  it('waits for what a run needs, and gives up when that failed', () => {
    const needs = (state: 'met' | 'pending' | 'failed') => [
      { task: 'lint', state: 'met' as const },
      { task: 'build', state },
    ]
    const decided = (state: 'met' | 'pending' | 'failed') =>
      decide([queued(task('t'), { run: 'r', needs: needs(state) })], [], open, 0)
    expect(decided('met').start).toEqual(['r'])
    expect(decided('pending').wait).toEqual([{ run: 'r', why: 'it needs build first' }])
    expect(decided('failed').drop).toEqual([{ run: 'r', why: 'it needs build, which did not succeed' }])
  })

  it('waits for its time', () => {
    const entry = queued(task('t'), { run: 'r', notBefore: 60_000 })
    expect(decide([entry], [], open, 59_999).wait).toEqual([
      { run: 'r', why: 'it starts at 1970-01-01T00:01:00.000Z' },
    ])
    expect(decide([entry], [], open, 60_000).start).toEqual(['r'])
  })

  it('keeps to the limits of groups and of all, and says which', () => {
    const audit = (name: string) => task(name, { concurrency: 'audits' })
    const limits = limitsOf({ all: 3, audits: 2 })
    const queue = [audit('a2'), audit('a3'), task('b'), task('c'), task('d', { type: 'daemon' })].map(
      (each) => queued(each, { run: each.name }),
    )
    expect(decide(queue, [going(audit('a1'))], limits, 0)).toEqual({
      start: ['a2', 'b', 'd'],
      wait: [
        { run: 'a3', why: 'of the group audits only 2 may run at once: a1, a2' },
        { run: 'c', why: 'only 3 may run at once, and 3 do' },
      ],
      drop: [],
      stop: [],
    })
    const two = [
      queued(task('x', { concurrency: 'toString' })),
      queued(task('y', { concurrency: 'toString' })),
    ]
    expect(decide(two, [], open, 0)).toMatchObject({ start: [two[0]?.run], wait: [{ run: two[1]?.run }] })
  })

  it('lets a group with one run in between the hundred of another', () => {
    const many = Array.from({ length: 100 }, (_, index) => queued(task(`m${index}`, { groups: ['many'] })))
    const one = queued(task('one', { groups: ['few'] }), { run: 'one' })
    const active = [going(task('m-0', { groups: ['many'] }))]
    expect(decide([...many, one], active, { all: 2, groups: {} }, 0).start).toEqual(['one'])
  })
})

const names = ['a', 'b', 'c', 'd', 'e']
const anyTask = fc.constantFrom(...names).map((name) =>
  task(name, {
    type: name === 'e' ? 'daemon' : 'one-shot',
    groups: name < 'c' ? ['first'] : [],
    ...(name === 'b' || name === 'c' ? { concurrency: 'few' } : {}),
  }),
)
const anyQueue = fc.array(
  fc.record({
    task: anyTask,
    queuedAt: fc.integer({ min: 0, max: 3 }),
    overlap: fc.constantFrom('skip', 'queue', 'replace'),
    needs: fc.array(
      fc.record({ task: fc.constant('x'), state: fc.constantFrom('met', 'met', 'pending', 'failed') }),
      { maxLength: 2 },
    ),
    notBefore: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  }),
  { maxLength: 12 },
)
const anyLimits = fc.record({
  all: fc.integer({ min: 1, max: 4 }),
  groups: fc.record({ few: fc.integer({ min: 1, max: 2 }) }),
})
const anyActive = fc.uniqueArray(anyTask, { selector: ({ name }) => name }).map((tasks) => tasks.map(going))

describe('any queue', () => {
  const withIds = (entries: object[]) =>
    entries.map((entry, index) => ({ ...entry, run: `r${index}` })) as QueuedRun[]

  it('loses no run, names none twice, and gives a reason for each that does not start', () => {
    fc.assert(
      fc.property(anyQueue, anyActive, anyLimits, (entries, active, limits) => {
        const queue = withIds(entries)
        const { start, wait, drop } = decide(queue, active, limits, 2)
        const all = [...start, ...wait.map(({ run }) => run), ...drop.map(({ run }) => run)]
        expect(all.sort()).toEqual(queue.map(({ run }) => run).sort())
        for (const { why } of [...wait, ...drop]) expect(why).not.toBe('')
      }),
    )
  })

  it('keeps every rule at once', () => {
    fc.assert(
      fc.property(anyQueue, anyActive, anyLimits, (entries, active, limits) => {
        const queue = withIds(entries)
        const { start } = decide(queue, active, limits, 2)
        const started = start.flatMap((run) => queue.find((entry) => entry.run === run) ?? [])
        const after = [...active.map((each) => each.task), ...started.map((each) => each.task)]
        for (const { needs, notBefore, task } of started) {
          expect(needs.every(({ state }) => state === 'met')).toBe(true)
          expect(notBefore ?? 0).toBeLessThanOrEqual(2)
          expect(after.filter(({ name }) => name === task.name)).toHaveLength(1)
        }
        const before = {
          few: count(active, ({ concurrency }) => concurrency === 'few'),
          all: count(active, shares),
        }
        const few = after.filter(({ concurrency }) => concurrency === 'few').length
        expect(few).toBeLessThanOrEqual(Math.max(limits.groups.few, before.few))
        expect(after.filter(shares).length).toBeLessThanOrEqual(Math.max(limits.all, before.all))
      }),
    )
  })

  it('gets everything done when each started run ends and every need is met', () => {
    fc.assert(
      fc.property(anyQueue, anyLimits, (entries, limits) => {
        let queue = withIds(entries).map((entry) => ({ ...entry, needs: [] }))
        for (let rounds = 0; queue.length > 0; rounds++) {
          expect(rounds).toBeLessThan(20)
          const { wait } = decide(queue, [], limits, 10)
          queue = queue.filter(({ run }) => wait.some((each) => each.run === run))
        }
      }),
    )
  })

  it('is decided alike, in whatever order it is given', () => {
    fc.assert(
      fc.property(anyQueue, anyActive, anyLimits, (entries, active, limits) => {
        const queue = withIds(entries)
        expect(decide([...queue].reverse(), active, limits, 2)).toEqual(decide(queue, active, limits, 2))
      }),
    )
  })
})

const shares = ({ type }: QueuedTask) => type !== 'daemon'
const count = (active: readonly ActiveRun[], fits: (task: QueuedTask) => boolean) =>
  active.filter((each) => fits(each.task)).length
