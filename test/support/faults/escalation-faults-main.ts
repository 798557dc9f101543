// Lets the service die at each of its calls that change a file, from the first blocker of an agent to its last, and
// goes on with another service. Arguments: who answers (`api` or `policy`), whether the session's record has the last
// answer (`remembered` or `forgotten`), number of the first call, how many calls further the next one is. Prints a line of JSON for each death: what is wrong then, in words.
import { setTimeout as delay } from 'node:timers/promises'
import { EscalationWorld, fateMs, type PlayedSession, permission } from '../escalation-world.ts'
import { underFault } from './faulty-fs.ts'

export interface DeathRun {
  at: number
  half: boolean
  call: string
  met: boolean
  problems: string[]
}

const [who = 'api', memory = 'remembered', first = '1', step = '1'] = process.argv.slice(2)
const asked = ['f1', 'f2', 'f3']

for (let at = Number(first), met = true; met; at += Number(step)) {
  const run = await dieAt(at, false)
  met = run.met
  process.stdout.write(`${JSON.stringify(run)}\n`)
  if (!met) break
  if (run.call.startsWith('write')) process.stdout.write(`${JSON.stringify(await dieAt(at, true))}\n`)
}
process.exit()

async function dieAt(at: number, half: boolean): Promise<DeathRun> {
  const policy = {
    at: new Date().toISOString(),
    action: 'approve',
    rule: 'r',
    reason: 'r',
    choice: { choice: 'approve' },
  }
  const world = new EscalationWorld(who === 'policy' ? { policy: () => policy } : {})
  const session = world.session()
  session.remembers = memory === 'remembered'
  const received: string[] = []
  session.inFront = permission('f1')
  session.onAnswer = async () => {
    received.push(session.inFront?.fingerprint ?? 'nothing')
    const next = asked[received.length]
    session.inFront = next === undefined ? undefined : permission(next)
  }
  const { met, call } = await underFault({ kind: 'dies', at, half }, async () => {
    await work(world, session)
    await world.escalations.stop()
  })
  await world.restart()
  if (received.length < asked.length || world.escalations.open().length > 0) await work(world, session)
  for (let turn = 0; turn < 3; turn++) {
    world.clock.pass(5_000)
    await settled()
  }
  const problems = examine(world, session, received)
  await world.escalations.stop()
  return { at, half, call, met, problems }
}

/** The watching sees what the agent shows, and somebody answers whatever is open, until all is answered. */
async function work(world: EscalationWorld, session: PlayedSession): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    look(world, session)
    await settled()
    for (const { id, answers } of world.escalations.open()) {
      const busy = answers.some(({ verdict }) => verdict === 'delivering')
      if (who === 'policy' && turn < 4) continue
      if (!busy)
        await world.escalations
          .answer(id, { choice: 'approve' }, { from: 'human', via: 'cli' })
          .catch(() => undefined)
      else await delay(fateMs)
    }
    if (
      session.inFront === undefined &&
      session.record.waitsFor === undefined &&
      world.escalations.open().length === 0
    )
      return
    world.clock.pass(500)
  }
}

function look(world: EscalationWorld, session: PlayedSession): void {
  const { inFront } = session
  const { waitsFor } = session.record
  if (waitsFor?.prompt?.fingerprint === inFront?.fingerprint) return
  if (waitsFor) world.gone(session)
  session.inFront = inFront
  if (inFront) world.ask(session, 'permission', inFront)
}

function examine(world: EscalationWorld, session: PlayedSession, received: string[]): string[] {
  const lines = world.lines()
  const { escalations, unreadable } = world.escalations.all()
  const questions = lines.filter(({ type }) => type === 'permission_request').map(({ id }) => String(id))
  const ends = lines.filter(({ type }) => type === 'withdrawn').map(({ reply_to }) => String(reply_to))
  const told = escalations.flatMap(({ id, told: all }) =>
    all.map(({ level, to, repeat }) => `${id} ${level} ${to} ${repeat}`),
  )
  return [
    ...(received.join() === asked.join() ? [] : [`the agent got ${received.join()}`]),
    ...(session.typed.length === asked.length ? [] : [`${session.typed.length} answers were typed`]),
    ...world.escalations.open().map(({ id }) => `${id} is open without its prompt`),
    ...unreadable.map(({ path, reason }) => `${path}: ${reason}`),
    ...doubled(questions).map((id) => `${id} is asked twice`),
    ...doubled(ends).map((id) => `${id} is taken back twice`),
    ...doubled(told).map((what) => `announced twice: ${what}`),
    ...questions.filter((id) => !ends.includes(id)).map((id) => `${id} is never taken back`),
    ...world.files().map((name) => `left in the way: ${name}`),
    ...asked.flatMap((fingerprint) => {
      const about = escalations.filter(({ prompt }) => prompt?.fingerprint === fingerprint)
      const outcomes = about.map(({ outcome }) => outcome).join()
      return outcomes === 'answered' ? [] : [`${fingerprint} ended as ${outcomes || 'nothing'}`]
    }),
  ]
}

function doubled(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

/** What follows from what was done is done by then: there is nothing in it that waits for longer. */
function settled(): Promise<void> {
  return delay(5)
}
