import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockHolder } from '../../src/service/ensure-service.ts'
import { binary } from '../cli/cli.ts'
import { Answerers, Asking, type Form, numberOf, policy } from '../support/escalation-answerers.ts'
import { escalationsIn, setPolicy, threadLines } from '../support/escalation-scene.ts'
import { RunningService } from '../support/running-service.ts'
import { seededRandom } from '../support/seeded-random.ts'

/** `npm run build && ESCALATION_KILLS=300 ESCALATION_SEED=$RANDOM npx vitest run test/escalation/killed.test.ts` for a long try. */
const kills = Number(process.env['ESCALATION_KILLS'] ?? 0)
const seed = Number(process.env['ESCALATION_SEED'] ?? 1)
const forms: Form[] = ['line', 'dialog', 'ruled', 'line']
/** A service that is to be killed lives for so long, in ms. */
const shortest = 50
const longest = 2_000
/** One of eight lives long enough to decide what became of an answer of which the screen shows nothing. */
const patient = 5_000

const service = new RunningService([process.execPath, binary, 'service', 'run'])
const { home } = service
const random = seededRandom(seed)
const agents = forms.map((form, index) => new Asking(service, `agent${index}`, form))
const answerers = new Answerers(service, agents, seededRandom(seed + 1))

beforeAll(async () => {
  if (kills === 0) return
  process.env['ITERM_ORCH_TERMINAL'] = 'host'
  await service.client()
  setPolicy(home, policy)
})

afterAll(() => service.stop())

describe.runIf(kills > 0)(
  `a service that is killed ${kills} times at any moment (ESCALATION_SEED=${seed})`,
  () => {
    it('has each question answered exactly once, told once, and lost never', async () => {
      for (const agent of agents) await agent.launch()
      const working = new AbortController()
      const work = answerers.work(working.signal)
      for (let kill = 0; kill < kills; kill++) await killOnce()
      for (const agent of agents) agent.stop()
      await answerers.untilAllAnswered()
      working.abort()
      await work
      const count = agents.map((agent) => agent.answered().length)
      console.log(`${kills} kills, ${count.reduce((sum, one) => sum + one)} questions answered`)
      for (const agent of agents) examine(agent)
      const left = readdirSync(home.escalations).filter((entry) => entry.endsWith('.json'))
      expect(left).toEqual([])
    }, 3_600_000)
  },
)

/** Half of them while they start and find out what the one before has left. */
async function killOnce(): Promise<void> {
  const started = service.client().catch(() => undefined)
  if (random() < 0.5) await started
  const most = random() < 0.125 ? patient : longest
  await delay(shortest + random() * (most - shortest))
  const pid = lockHolder(home)
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await started
}

function examine(agent: Asking): void {
  const { name } = agent
  const answered = agent.answered()
  expect(answered.map(({ n, answer }) => `${n} ${answer}`)).toEqual(
    answered.map((_, index) => `${index + 1} ${agent.wanted(index + 1)}`),
  )
  const records = escalationsIn(home).filter((escalation) => escalation.name === name)
  expect(records.filter(({ outcome }) => outcome !== 'answered')).toEqual([])
  expect(records.map(numberOf)).toEqual(answered.map((_, index) => index + 1))
  for (const record of records) {
    const verdicts = record.answers.map(({ verdict }) => verdict)
    expect(
      verdicts.filter((verdict) => verdict === 'taken'),
      JSON.stringify(record),
    ).toHaveLength(1)
    expect(verdicts).not.toContain('delivering')
  }
  const lines = threadLines(home, 'claude', name)
  const told = records.filter(({ told: all }) => all.length > 0).map(({ id }) => id)
  expect(idsOf(lines, ({ escalation, id }) => escalation === id)).toEqual(told)
  expect(idsOf(lines, ({ type }) => type === 'withdrawn', 'reply_to').sort()).toEqual(told.sort())
}

function idsOf(
  lines: Record<string, unknown>[],
  fits: (line: Record<string, unknown>) => boolean,
  key = 'id',
): string[] {
  return lines.filter(fits).map((line) => String(line[key]))
}
