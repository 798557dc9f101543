import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Escalation } from '../../src/escalation/escalation.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { useService } from '../support/use-service.ts'

const { service, client, reconnect } = useService()

/** `ESCALATION_KILLS=1000 npx vitest run test/escalation/killed.test.ts` for a long try. */
const kills = Number(process.env['ESCALATION_KILLS'] ?? 6)
const seed = Number(process.env['ESCALATION_SEED'] ?? 20_260_302)
const agents = 4
/** More than can be answered between the kills; each agent asks until it is told to stop. */
const asker = `#!/bin/sh
n=0
while [ ! -e "$1.stop" ]; do
  n=$((n + 1))
  printf 'QUESTION: agent %s asks number %s: which config? ' "$2" "$n"
  read answer || exit 1
  echo "$n $answer" >> "$1"
  echo "got it"
done
echo 'all is answered'
sleep 600
`

describe(`a service that is killed ${kills} times at any moment (ESCALATION_SEED=${seed})`, () => {
  it('has each question answered exactly once, told once, and lost never', async () => {
    const random = seededRandom(seed)
    const names = Array.from({ length: agents }, (_, index) => `agent${index}`)
    writeFileSync(join(service.work, 'asks.sh'), asker, { mode: 0o755 })
    await Promise.all(
      names.map((name) =>
        client().launch({
          ...{ task: name, name, cwd: service.work, env: { PATH: process.env['PATH'] ?? '' } },
          command: ['./asks.sh', join(service.work, `${name}.got`), name],
        }),
      ),
    )
    for (let kill = 0; kill < kills; kill++) {
      await answerUntil(Date.now() + 100 + random() * 1_200, random)
      const { pid } = await client().health()
      process.kill(pid, 'SIGKILL')
      await reconnect()
    }
    for (const name of names) writeFileSync(join(service.work, `${name}.got.stop`), '')
    await untilAllAnswered(names, random)

    for (const name of names) {
      const got = readFileSync(join(service.work, `${name}.got`), 'utf8').trim().split('\n')
      const wanted = got.map((_, index) => `${index + 1} config-${name}-${index + 1}`)
      expect(got).toEqual(wanted)
    }
    const all = (await client().escalations({ all: true })).escalations
    const unanswered = all.filter(({ outcome }) => outcome !== 'answered')
    expect(unanswered.map(({ text, outcome, closing }) => ({ text, outcome, closing }))).toEqual([])
    const asked = names.flatMap((name) =>
      readFileSync(join(service.work, `${name}.got`), 'utf8').trim().split('\n').map((_, n) => `${name} asks number ${n + 1}`),
    )
    expect(all.map(({ text }) => /agent\d asks number \d+/.exec(text)?.[0]).sort()).toEqual(asked.sort())
    for (const name of names) {
      const ids = lines(name).flatMap(({ type, id }) => (type === 'clarification' ? [id] : []))
      const mine = all.filter(({ task }) => task === name)
      expect(ids.sort()).toEqual(mine.filter(({ told }) => told.length > 0).map(({ id }) => id).sort())
      for (const { told, id } of mine) {
        const rounds = told.map(({ level, to, repeat }) => `${level} ${to} ${repeat}`)
        expect(new Set(rounds).size, id).toBe(rounds.length)
      }
    }
    const left = readdirSync(service.home.escalations).filter((entry) => entry.endsWith('.json'))
    expect(left).toEqual([])
  }, 600_000)
})

/** Answers whatever is open, through the command or the thread, and some of it twice. */
async function answerUntil(deadline: number, random: () => number): Promise<void> {
  while (Date.now() < deadline) {
    await answerOpen(random)
    await delay(20)
  }
}

async function answerOpen(random: () => number): Promise<number> {
  const { escalations } = await client().escalations({})
  for (const escalation of escalations) answerOne(escalation, random)
  return escalations.length
}

function answerOne({ id, name, text, answers, told }: Escalation, random: () => number): void {
  if (answers.some(({ verdict }) => verdict === 'delivering')) return
  const number = /number (\d+)/.exec(text)?.[1]
  const answer = `config-${name}-${number}`
  if (random() < 0.5 && told.some(({ state }) => state === 'told')) {
    const tries = answers.length
    const line = { id: `${id}-by-hand-${tries}`, from: 'desktop', ts: new Date().toISOString(), text: answer, reply_to: id }
    const path = threadOf(name)
    if (lines(name).every((written) => written['id'] !== line.id)) appendFileSync(path, `${JSON.stringify(line)}\n`)
    return
  }
  void client().answerEscalation(id, { text: answer }).catch(() => undefined)
}

async function untilAllAnswered(names: string[], random: () => number): Promise<void> {
  for (;;) {
    const open = await answerOpen(random)
    const sessions = await client().sessions()
    const asking = sessions.filter(({ name, waitsFor }) => names.includes(name) && waitsFor)
    if (open === 0 && asking.length === 0) {
      const screens = await Promise.all(names.map((name) => client().read(name)))
      if (screens.every(({ lines: rows }) => rows.join('\n').includes('all is answered'))) return
    }
    await delay(50)
  }
}

function threadOf(name: string): string {
  return join(service.home.comms, 'claude/instant_messaging/active', name, 'thread.jsonl')
}

function lines(name: string): Record<string, unknown>[] {
  if (!existsSync(threadOf(name))) return []
  return readFileSync(threadOf(name), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}
