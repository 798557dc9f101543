/** Runs a step that an agent does: in a session of its own, which is watched and escalated like any other. */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { errorMessage } from '../lib/errors.ts'
import { runMark, stepMark } from '../lib/run-mark.ts'
import type { AgentLook, AgentOrder, AgentSessions } from './agent-sessions.ts'
import { CaptureFile } from './capture-file.ts'
import { interruptionOf, within } from './interruption.ts'
import type { RunContext, StepEnd } from './run-context.ts'
import type { AgentAction, Step } from './task.ts'

/** A file that the agent is to write is looked for this often; one that still grows is not finished. */
const fileLookMs = 500
/** An agent that is idle so long after its start, and was never seen working, was done before anybody looked. */
const idleFromTheStartMs = 15_000
/** A second look at a session that cannot be found: the service may only just have started. */
const lostMs = 5_000

export async function runAgent(
  context: RunContext,
  step: Step,
  action: AgentAction,
  index: number,
  until: AbortSignal,
): Promise<StepEnd> {
  const { keeper, id } = context
  const name = sessionName(context, step)
  // Before it is opened: people see where to look, whatever becomes of this process.
  keeper.changeStep(index, { session: { name } })
  const began = Date.now()
  let agents: AgentSessions
  let session: string
  try {
    agents = await context.agents()
    const order = {
      name,
      agent: action.agent,
      ...taskOf(action),
      cwd: step.cwd,
      env: environment(context, step),
      args: action.args ?? [],
      run: { id, task: context.task.name, step: step.name, record: keeper.path },
    }
    session = (await agents.launch(order, until)).id
  } catch (error) {
    return {
      state: 'failed',
      reason: `its agent cannot be started: ${context.secrets.redact(errorMessage(error)).replaceAll('\n', ' ')}`,
    }
  }
  keeper.changeStep(index, { session: { name, id: session } })
  context.log.note(step.name, `session ${session} of run ${id} is open`)
  const end = until.aborted
    ? interruptionOf(until)
    : await waitForEnd(context, agents, { step, action, index, session, began }, until)
  await leave(context, agents, { step, action }, session)
  return end
}

interface Work {
  step: Step
  action: AgentAction
  index: number
  session: string
  /** Ms since 1970, as files have it. */
  began: number
}

async function waitForEnd(
  context: RunContext,
  agents: AgentSessions,
  work: Work,
  until: AbortSignal,
): Promise<StepEnd> {
  const own = within(until)
  const files = watchFile(work, (end) => own.abort(end))
  const began = context.clock.now()
  let lostSince: number | undefined
  let trouble: string | undefined
  try {
    for await (const seen of agents.follow(work.session, own.signal)) {
      const look = withoutSecrets(seen, context)
      show(context, work, look)
      if (look.trouble !== undefined && look.trouble !== trouble) {
        context.log.note(work.step.name, `its mailbox cannot be read: ${look.trouble}`)
      }
      trouble = look.trouble
      lostSince = look.state === 'lost' ? (lostSince ?? context.clock.now()) : undefined
      const lost = lostSince !== undefined && context.clock.now() - lostSince >= lostMs
      const end = judge(look, work, context.clock.now() - began, lost)
      if (end) return end
    }
    // Ended by us, or by the file that was waited for.
    return endOf(own.signal)
  } finally {
    files()
    own.done()
  }
}

function endOf(signal: AbortSignal): StepEnd {
  const { reason }: { reason: unknown } = signal
  return isEnd(reason) ? reason : interruptionOf(signal)
}

function isEnd(value: unknown): value is StepEnd {
  return typeof value === 'object' && value !== null && 'state' in value && value.state === 'completed'
}

/** Undefined while it goes on. */
function judge(look: AgentLook, work: Work, sinceMs: number, lost: boolean): StepEnd | undefined {
  const { done } = work.action
  if (look.completed && (done.when === 'completion' || !look.completed.ok)) {
    const { ok, text } = look.completed
    return { state: ok ? 'completed' : 'failed', ...(text === '' ? {} : { reason: text }) }
  }
  if (done.when === 'idle' && look.state === 'idle' && (look.worked || sinceMs >= idleFromTheStartMs)) {
    return { state: 'completed', reason: 'the agent is idle' }
  }
  if (look.state === 'exited') return exited(look, work)
  if (look.state === 'closed') return { state: 'failed', reason: 'its session was closed' }
  if (lost) return { state: 'failed', reason: 'its session is gone: it was closed, or its terminal ended' }
  return undefined
}

function exited(look: AgentLook, { action: { done }, began, step }: Work): StepEnd {
  const { exitCode } = look
  const code = exitCode === undefined ? {} : { exitCode }
  if (done.when === 'exit' && (exitCode ?? 0) === 0) return { state: 'completed', ...code }
  if (done.when === 'exit')
    return { state: 'failed', ...code, reason: `the agent ended with exit code ${exitCode}` }
  if (done.when === 'file' && writtenSince(resolve(step.cwd, done.path), began) !== undefined) {
    return { state: 'completed', ...code }
  }
  const wanted = done.when === 'file' ? `before it wrote ${done.path}` : 'before it was done'
  return { state: 'failed', ...code, reason: `the agent ended ${wanted} (${look.reason})` }
}

/** Says in the record whether the agent waits for an answer. */
function show({ keeper, log, task }: RunContext, { step, index }: Work, look: AgentLook): void {
  const before = keeper.step(index)
  const { conversation = before.session?.conversation } = look
  if (before.session && conversation !== undefined && conversation !== before.session.conversation) {
    keeper.changeStep(index, { session: { ...before.session, conversation } })
  }
  const state = look.escalation === undefined ? 'running' : 'blocked'
  if (before.state === state && before.escalation === look.escalation) return
  const reason =
    state === 'blocked'
      ? `the agent of step ${step.name} waits for an answer (${look.escalation}): ${look.reason}`
      : `step ${step.name} (${index + 1} of ${task.steps.length}) runs`
  log.note(step.name, state === 'blocked' ? reason : 'the agent goes on')
  keeper.changeStep(index, { state, escalation: look.escalation }, { state, reason })
}

/** Calls back when the file is there, was written after the step began, and does not grow any more. */
function watchFile({ action: { done }, step, began }: Work, finished: (end: StepEnd) => void): () => void {
  if (done.when !== 'file') return () => {}
  const path = resolve(step.cwd, done.path)
  let before: string | undefined
  const timer = setInterval(() => {
    const now = writtenSince(path, began)
    if (now !== undefined && now === before)
      finished({ state: 'completed', reason: `${done.path} is written` })
    before = now
  }, fileLookMs)
  return () => clearInterval(timer)
}

/** What tells one content of the file from the next; undefined when it was not written since. */
function writtenSince(path: string, began: number): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  // File systems may keep whole seconds only.
  if (!found || found.mtimeMs < Math.floor(began / 1_000) * 1_000) return undefined
  return `${found.size} ${found.mtimeMs}`
}

/** What it says of itself may repeat what it was given. */
function withoutSecrets(look: AgentLook, { secrets }: RunContext): AgentLook {
  const { reason, completed } = look
  return {
    ...look,
    reason: secrets.redact(reason),
    ...(completed === undefined ? {} : { completed: { ...completed, text: secrets.redact(completed.text) } }),
  }
}

/** Keeps the end of its screen, and closes it: nothing is left behind. */
async function leave(
  context: RunContext,
  agents: AgentSessions,
  { step, action }: Pick<Work, 'step' | 'action'>,
  session: string,
): Promise<void> {
  try {
    const screen = context.log.stream(step.name, 'stdout')
    const lines = await agents.lastLines(session)
    const rows = context.secrets.redactRows(lines)
    const text = Buffer.from(rows.map((row) => `${row}\n`).join(''))
    screen.push(text)
    screen.end()
    if (action.screen !== undefined) keepScreen(context, step, action.screen, text)
  } catch (error) {
    context.log.note(step.name, `its screen cannot be read: ${errorMessage(error)}`)
  }
  try {
    await agents.close(session)
  } catch (error) {
    context.log.note(step.name, `its session cannot be closed: ${errorMessage(error)}`)
  }
}

function keepScreen({ log }: RunContext, step: Step, path: string, text: Buffer): void {
  const file = new CaptureFile(path)
  file.push(text)
  const lost = file.close()
  if (lost !== undefined) log.note(step.name, lost)
}

/** Nobody else's: a run that was killed may have left its own behind. */
function sessionName({ task, id }: RunContext, step: Step): string {
  return `${task.name}-${step.name}-${id.slice(-4)}`.slice(-60).replace(/^[^A-Za-z0-9]+/, '')
}

/** A launch takes only `.md` for files; what another one says is the prompt. */
function taskOf({ prompt, file }: AgentAction): Pick<AgentOrder, 'task' | 'literal'> {
  if (prompt === undefined && file?.endsWith('.md')) return { task: file, literal: false }
  return { task: prompt ?? (file === undefined ? '' : readFileSync(file, 'utf8')), literal: true }
}

/** An agent is no process of the run: pausing and ending go through its session. */
function environment({ env }: RunContext, step: Step): Record<string, string> {
  const all = { ...env, ...step.env }
  return Object.fromEntries(
    Object.entries(all).filter(
      (pair): pair is [string, string] =>
        pair[1] !== undefined && pair[0] !== runMark && pair[0] !== stepMark,
    ),
  )
}
