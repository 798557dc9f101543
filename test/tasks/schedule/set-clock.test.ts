// More turns of the clock: CLOCKS=500 npx vitest run test/tasks/schedule/set-clock.test.ts
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HomeWithTasks, noon } from './home-with-tasks.ts'

const numRuns = Number(process.env['CLOCKS'] ?? 5)
const minute = 60_000
const hour = 60 * minute
const every = 10 * minute

const turn = fc.record({
  /** Time passes, for everybody. */
  pass: fc.integer({ min: 0, max: 45 }),
  /** Then the clock is set, or the computer sleeps: in minutes. */
  set: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -170, max: 400 })),
  /** The service is killed, and another one comes. */
  dies: fc.boolean(),
})

function homeWith(schedule: string, catchUp: string): HomeWithTasks {
  return new HomeWithTasks(
    `tasks:\n  tick: { type: cron, ${schedule}, overlap: queue, catch_up: ${catchUp}, run: "true" }\n`,
  )
}

/** All slots that were taken, run or left out, in the order in which that happened. */
function taken(home: HomeWithTasks): number[] {
  return home.runs('tick').flatMap(({ cause: { scheduledFor = '' }, missed }) => {
    const last = Date.parse(scheduledFor)
    const first = missed ? Date.parse(missed.first) : last
    return Array.from({ length: (last - first) / every + 1 }, (_, index) => first + index * every)
  })
}

it.each(['none', 'last', 'all'])(
  'takes every slot once, however the clock is set and the service dies (catch_up: %s)',
  async (catchUp) => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 8 }), async (turns) => {
        const home = homeWith('schedule: "*/10 * * * *", timezone: UTC', catchUp)
        try {
          let scheduler = await home.start()
          let latest = noon
          for (const { pass, set, dies } of turns) {
            home.pass(pass * minute)
            latest = Math.max(latest, home.clock.now())
            if (dies) scheduler.stop()
            home.jump(set * minute)
            // Set back again and again, it would come to more than three hours, and count as wrong before.
            fc.pre(home.clock.now() > latest - 3 * hour)
            if (dies) scheduler = await home.start()
            home.pass(minute)
            latest = Math.max(latest, home.clock.now())
          }
          const slots = taken(home)
          const due = Math.floor((latest - noon) / every)
          expect(slots).toEqual(Array.from({ length: due }, (_, index) => noon + (index + 1) * every))
          for (const { missed } of home.runs('tick')) expect(missed?.count ?? 1).toBeGreaterThan(0)
        } finally {
          home.end()
        }
      }),
      { numRuns },
    )
  },
  30_000 + numRuns * 1_000,
)

it('makes up for the latest hundred only when the clock is set forth by a month, and goes on', async () => {
  const home = homeWith('schedule: "*/10 * * * *", timezone: UTC', 'all')
  try {
    await home.start()
    home.jump(30 * 24 * hour)
    home.pass(minute)
    expect(home.slots('tick')).toHaveLength(100)
    const [missed] = home.runs('tick').flatMap((run) => run.missed ?? [])
    expect(missed).toMatchObject({ atLeast: true })
    home.pass(10 * minute)
    expect(home.slots('tick')).toHaveLength(101)
  } finally {
    home.end()
  }
})

it('goes by what passes where the schedule is a distance: the clock set back holds nothing up', async () => {
  const home = homeWith('interval: 10m', 'last')
  try {
    await home.start()
    home.pass(25 * minute)
    home.jump(-2 * hour)
    home.pass(20 * minute)
    expect(home.slots('tick')).toHaveLength(4)
    home.jump(2 * hour)
    home.pass(10 * minute)
    expect(home.slots('tick').length).toBeGreaterThanOrEqual(5)
  } finally {
    home.end()
  }
})
