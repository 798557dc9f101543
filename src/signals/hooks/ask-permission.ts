/**
 * `iterm-orch ask-permission`: the hook of an agent that works without a terminal and wants something that its
 * mode does not allow. Asks the service, waits for the answer however long, and gives it to the agent. A service
 * that is away is waited for; whatever fails otherwise is a denial that says why.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { errorMessage } from '../../lib/errors.ts'
import { resolveHome } from '../../lib/home.ts'
import { newTimeOrderedId } from '../../lib/ids.ts'
import { ownIdentity } from '../../lib/process-identity.ts'
import { runMark } from '../../lib/run-mark.ts'
import {
  type Ask,
  type AskDecision,
  AskState,
  askPlaces,
  asksPath,
  type TakenAsk,
  type WaitingAsk,
} from './ask-record.ts'
import { asksVariable } from './asks-variable.ts'
import { parsePayload } from './payload.ts'
import { readBounded } from './read-bounded.ts'
import { requestJson } from './request-json.ts'

/** The service holds a question back this long, in ms, before it says that there is no answer yet. */
const holdMs = 30_000
/** A request that takes so much longer than that is lost. */
const marginMs = 10_000
/** A service that is away is tried again this often. */
const againMs = 1_000
/** The agent gives up on its hook at its time limit; we are there before. */
const earlierMs = 5_000

export interface AskArguments {
  agent: string
  task: string
  /** How long the agent waits for its hook. */
  withinMs: number
}

/** @param argv `--agent NAME --task NAME --within MS` */
export async function askPermission(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  input: Readable & { isTTY?: boolean } = process.stdin,
  print: (text: string) => Promise<void> = printed,
): Promise<void> {
  const decision = await decide(readArguments(argv), env, input).catch(
    (error: unknown): Decided => ({
      behavior: 'deny',
      message: `Nobody could be asked: ${errorMessage(error)}`,
    }),
  )
  const { taken, behavior, message } = decision
  const said = { behavior, ...(behavior === 'deny' && message !== undefined && { message }) }
  await print(
    `${JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: said } })}\n`,
  )
  await taken?.()
}

type Decided = AskDecision & {
  /** Tells the service that the agent has it. */
  taken?: () => Promise<void>
}

async function decide(
  { agent, task, withinMs }: AskArguments,
  env: NodeJS.ProcessEnv,
  input: Readable & { isTTY?: boolean },
): Promise<Decided> {
  const deadline = Date.now() + withinMs - earlierMs
  const payload = parsePayload(input.isTTY ? '' : await readBounded(input))
  if (!payload) throw new Error('what the agent said to its hook could not be read')
  const run = env[runMark]
  if (!run) throw new Error('it works for no task')
  const at = new Date().toISOString()
  const cwd = typeof payload['cwd'] === 'string' ? payload['cwd'] : process.cwd()
  const ask: Ask = { id: newTimeOrderedId(), at, agent, run, task, cwd, process: ownIdentity(), payload }
  const file = new AskFile(env[asksVariable], ask)
  const { serviceSocket, state } = resolveHome(env)
  try {
    file.write()
    const decision = await waitForDecision(ask, serviceSocket, deadline, ({ escalation }) =>
      file.write(escalation),
    )
    if (!decision) return { behavior: 'deny', message: `Nobody answered within ${hours(withinMs)}.` }
    leaveTaken(askPlaces(state).taken, { id: ask.id, at: new Date().toISOString(), decision })
    return {
      ...decision,
      taken: async () => {
        await requestJson(serviceSocket, 'POST', `${asksPath}/${ask.id}/taken`, {}, marginMs).catch(() => {})
      },
    }
  } finally {
    file.remove()
  }
}

/** Undefined when the time is over. */
async function waitForDecision(
  ask: Ask,
  socket: string,
  deadline: number,
  onState: (state: AskState) => void,
): Promise<AskDecision | undefined> {
  let known = false
  while (Date.now() < deadline) {
    const hold = Math.max(0, Math.min(holdMs, deadline - Date.now()))
    const state: AskState | undefined = await told(ask, socket, known ? hold : undefined)
    // A service that does not know it (any more) is told again.
    known = state !== undefined
    if (state?.decision) return state.decision
    if (state) onState(state)
    else await delay(againMs)
  }
  return undefined
}

/** What the service says of it; undefined where it says nothing. @param hold it is known, and may be held so long */
async function told(ask: Ask, socket: string, hold: number | undefined): Promise<AskState | undefined> {
  try {
    const answer =
      hold === undefined
        ? await requestJson(socket, 'POST', asksPath, ask, marginMs)
        : await requestJson(socket, 'GET', waitPath(ask.id, hold), undefined, hold + marginMs)
    return answer.status === 200 ? AskState.parse(answer.body) : undefined
  } catch {
    return undefined
  }
}

function waitPath(id: string, hold: number): string {
  return `${asksPath}/${id}?waitMs=${Math.ceil(hold)}`
}

/** For a service that does not live to hear it; the one that runs removes it. */
function leaveTaken(directory: string, taken: TakenAsk): void {
  try {
    writeFileAtomic(join(directory, `${taken.id}.json`), JSON.stringify(taken))
  } catch {
    // Such as a full disk. The agent gets its answer all the same.
  }
}

/** The process of the run shows by it that its agent waits, and what for. */
class AskFile {
  readonly #path: string | undefined
  readonly #content: WaitingAsk

  constructor(directory: string | undefined, { id, at, payload, process: own }: Ask) {
    this.#path = directory && join(directory, `${id}.json`)
    const tool = payload['tool_name']
    this.#content = { id, at, text: typeof tool === 'string' ? tool : 'a permission', process: own }
    if (directory) mkdirSync(directory, { recursive: true, mode: 0o700 })
  }

  /** Nothing depends on it but what is shown. */
  write(escalation?: string): void {
    if (this.#path === undefined || (escalation !== undefined && this.#content.escalation === escalation))
      return
    if (escalation !== undefined) this.#content.escalation = escalation
    try {
      writeFileAtomic(this.#path, JSON.stringify(this.#content))
    } catch {
      // Such as a full disk.
    }
  }

  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { force: true })
  }
}

function readArguments(argv: readonly string[]): AskArguments {
  const value = (name: string) => argv[argv.indexOf(name) + 1]
  const has = (name: string) => argv.includes(name)
  const withinMs = has('--within') ? Number(value('--within')) : Number.NaN
  return {
    agent: (has('--agent') && value('--agent')) || 'unknown',
    task: (has('--task') && value('--task')) || 'a task',
    withinMs: Number.isFinite(withinMs) ? withinMs : 0,
  }
}

function hours(ms: number): string {
  return ms >= 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 1_000)} s`
}

function printed(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
