/** The story of the demo. Everything in it goes through the same service as every command. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import type { ServiceClient } from '../../service/client.ts'
import type { OrchEvent } from '../event-text.ts'
import { ownEnvironment } from '../own-environment.ts'
import { shortId } from '../session-text.ts'
import type { EventWaiter } from './event-waiter.ts'
import type { Narrator } from './narrator.ts'

export interface Stage {
  client: ServiceClient
  home: Home
  events: EventWaiter
  narrator: Narrator
}

/** The programs in examples/demo, and what is answered when they ask. */
const programs = [
  { name: 'migrate', asks: 'permission', answer: 'y', done: '3 tables migrated' },
  { name: 'deploy', asks: 'question', answer: 'staging', done: 'deployed with the config "staging"' },
  { name: 'test', done: 'all 168 tests passed' },
] as const

/** @throws {OrchError} when a step does not happen as it should. */
export async function tellStory(stage: Stage): Promise<void> {
  const { narrator, home } = stage
  const clock = join(home.root, 'demo-clock.jsonl')
  const [noticed] = await Promise.all([
    Promise.all(programs.map((program) => follow(program, stage, clock))),
    launchAll(stage, clock),
  ])
  narrator.step('All three have finished, each with exit code 0.')
  const threads = countThreadLines(home)
  narrator.step(
    `${threads.lines} lines about them are in ${threads.files} thread files, for agents that read mail.`,
    threads,
  )
  const times = noticed.flatMap((ms) => (ms === undefined ? [] : [ms]))
  narrator.step(`From printed to noticed: ${times.map(milliseconds).join(' and ')}.`, { noticedMs: times })
}

async function launchAll({ client }: Stage, clock: string): Promise<void> {
  const scripts = new URL('../../../examples/demo/', import.meta.url)
  const env = { ...ownEnvironment(), DEMO_CLOCK: clock }
  const launches = programs.map(({ name }) => {
    const command = [process.execPath, fileURLToPath(new URL(`${name}.mjs`, scripts))]
    return client.launch({ task: name, name, command, cwd: process.cwd(), env })
  })
  await Promise.all(launches)
}

/** Follows one program to its end; gives the milliseconds from its question to our notice, if it asked. */
async function follow(
  program: (typeof programs)[number],
  { client, events, narrator }: Stage,
  clock: string,
): Promise<number | undefined> {
  const { name } = program
  const launched = await events.first(`the launch of ${name}`, isOf(name, 'launched'))
  const id = launched.event.session
  narrator.step(`${name} is opened, in the session ${shortId({ id })}.`, { session: id, name })
  let noticedMs: number | undefined
  if ('asks' in program) {
    const { event, at } = await events.first(`the ${program.asks} of ${name}`, isOf(name, 'blocker'))
    const { kind, text } = event.blocker
    if (kind !== program.asks)
      throw new OrchError('failed', `${name} needs a ${program.asks}, but ${kind} was noticed`)
    noticedMs = at - printedAt(clock, text)
    narrator.step(`${name} is blocked: ${kind}. Noticed ${milliseconds(noticedMs)} after it was printed:`, {
      session: id,
      blocker: event.blocker,
      noticedMs,
    })
    narrator.detail(text)
    await answer(program, id, { client, narrator })
  }
  const complete = await events.first(`the end of the work of ${name}`, isOf(name, 'complete'))
  if (!complete.event.text.includes(program.done)) {
    throw new OrchError('failed', `${name} ended its work with "${complete.event.text}"`)
  }
  const { event } = await events.first(`the end of ${name}`, isOf(name, 'exited'))
  if (event.exitCode !== 0)
    throw new OrchError('failed', `${name} ended with exit code ${event.exitCode ?? 'unknown'}`)
  narrator.step(`${name} has finished: ${complete.event.text}`, { session: id, text: complete.event.text })
  return noticedMs
}

async function answer(
  { name, answer: text }: { name: string; answer: string },
  id: string,
  { client, narrator }: Pick<Stage, 'client' | 'narrator'>,
): Promise<void> {
  const before = performance.now()
  const { confirmed, evidence } = await client.inject(id, { text })
  const tookMs = performance.now() - before
  if (!confirmed) throw new OrchError('not-confirmed', `${name} did not take the answer: ${evidence}`)
  narrator.step(`"${text}" is typed into ${name}; the screen confirmed it after ${milliseconds(tookMs)}.`, {
    session: id,
    text,
    confirmed,
    evidence,
    tookMs,
  })
}

type SessionEventType = Exclude<OrchEvent['type'], 'terminal'>

function isOf<T extends SessionEventType>(name: string, type: T) {
  return (event: OrchEvent): event is Extract<OrchEvent, { type: T }> =>
    event.type === type && 'name' in event && event.name === name
}

/** When the program printed the line, as it has noted itself. */
function printedAt(clock: string, text: string): number {
  for (const line of readFileSync(clock, 'utf8').trim().split('\n')) {
    const noted: { line: string; at: number } = JSON.parse(line)
    if (text.includes(noted.line) || noted.line.includes(text)) return noted.at
  }
  throw new OrchError('failed', `nobody printed "${text}"`)
}

function countThreadLines(home: Home): { files: number; lines: number } {
  const active = join(home.comms, 'claude', 'instant_messaging', 'active')
  const threads = readdirSync(active).map((task) => readFileSync(join(active, task, 'thread.jsonl'), 'utf8'))
  return { files: threads.length, lines: threads.join('').split('\n').length - 1 }
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`
}
