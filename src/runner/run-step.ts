/** Runs one step: again where its rules say so, no longer than its timeout. */

import { asksVariable } from '../signals/hooks/asks-variable.ts'
import { runAgent } from './agent-step.ts'
import { backOffMs } from './back-off.ts'
import { CaptureFile } from './capture-file.ts'
import { interruptionOf, within } from './interruption.ts'
import { ProgressReader } from './read-progress.ts'
import { type CommandEnd, endProcesses, runCommand } from './run-command.ts'
import type { RunContext, StepEnd } from './run-context.ts'
import type { CommandAction, Step } from './task.ts'

/** @param until aborts with an {@link Interruption} */
export async function runStep(context: RunContext, index: number, until: AbortSignal): Promise<StepEnd> {
  const { task, keeper, clock, log } = context
  const step = required(task.steps, index)
  for (let attempt = 1; ; attempt++) {
    begin(context, step, index, attempt)
    const began = clock.now()
    const end = await runOnce(context, step, index, until)
    log.note(step.name, `${described(end)} after ${seconds(clock.now() - began)}`)
    const again = end.state === 'failed' && !until.aborted && attempt <= (step.retry?.times ?? 0)
    if (!again || !step.retry) return end
    await endProcesses(stepProcesses(context, step), task.stop)
    const wait = backOffMs(step.retry, attempt)
    const next = `step ${step.name} failed (${end.reason ?? ''}) and begins again, ${attempt} of ${step.retry.times} times`
    const nextAttemptAt = new Date(Date.now() + wait).toISOString()
    keeper.changeStep(
      index,
      { ...facts(end), state: 'retrying' },
      { state: 'retrying', reason: next, nextAttemptAt },
    )
    await clock.sleep(wait, until)
    if (until.aborted) return interruptionOf(until)
  }
}

/** What the record says of a step that is over. */
export function facts({ state, reason, exitCode, signal }: StepEnd) {
  return { state, reason, exitCode, signal, pid: undefined, escalation: undefined }
}

function begin({ keeper, log, task }: RunContext, step: Step, index: number, attempt: number): void {
  const again = attempt === 1 ? '' : `, try ${attempt}`
  log.note(step.name, `begins${again}`)
  keeper.changeStep(
    index,
    {
      ...{ state: 'running', attempt, startedAt: new Date().toISOString(), endedAt: undefined },
      ...{
        reason: undefined,
        exitCode: undefined,
        signal: undefined,
        progress: undefined,
        session: undefined,
      },
    },
    {
      state: 'running',
      reason: `step ${step.name} (${index + 1} of ${task.steps.length}) runs${again}`,
      nextAttemptAt: undefined,
    },
  )
}

async function runOnce(context: RunContext, step: Step, index: number, until: AbortSignal): Promise<StepEnd> {
  const { clock } = context
  const own = within(until)
  const { timeoutMs } = step
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : clock.after(timeoutMs, () =>
          own.abort({ state: 'failed', reason: `it took longer than ${seconds(timeoutMs)}` }),
        )
  try {
    const { action } = step
    if (action.kind === 'agent') return await runAgent(context, step, action, index, own.signal)
    const end = await runWatched(context, step, action, index, own.signal)
    return own.signal.aborted ? { ...end, ...interruptionOf(own.signal) } : judged(end)
  } finally {
    cancel()
    own.done()
  }
}

/** While its agent waits for an answer, it is blocked. */
async function runWatched(
  context: RunContext,
  step: Step,
  action: CommandAction,
  index: number,
  until: AbortSignal,
): Promise<CommandEnd> {
  const order = commandOrder(context, step, action, index)
  if (action.asks === undefined) return runCommand(order, until)
  const { keeper, log, task } = context
  // The reader of its records takes as long to load as all the rest of a task process.
  const { watchAsks } = await import('./watch-asks.ts')
  const stop = watchAsks(action.asks, (ask) => {
    const state = ask ? 'blocked' : 'running'
    const where =
      ask?.escalation === undefined
        ? 'the service, which is to ask somebody'
        : `an answer (${ask.escalation})`
    const reason = ask
      ? `the agent of step ${step.name} waits for ${where}: ${ask.text}`
      : `step ${step.name} (${index + 1} of ${task.steps.length}) runs`
    log.note(step.name, ask ? reason : 'the agent goes on')
    keeper.changeStep(index, { state, escalation: ask?.escalation }, { state, reason })
  })
  try {
    return await runCommand({ ...order, env: { ...order.env, [asksVariable]: action.asks } }, until)
  } finally {
    stop()
  }
}

function commandOrder(
  context: RunContext,
  step: Step,
  { run, capture, stdin }: CommandAction,
  index: number,
) {
  const { keeper, log, lines, task, secrets } = context
  const onOutput = (['stdout', 'stderr'] as const).map((name) => {
    const stream = log.stream(step.name, name)
    const progress = new ProgressReader()
    const see = lines.stream(step.name)
    const kept = capture && new CaptureFile(capture[name])
    const clean = secrets.stream()
    const take = (chunk: Buffer) => {
      if (chunk.length === 0) return
      kept?.push(chunk)
      stream.push(chunk)
      see(chunk)
      const said = progress.push(chunk)
      if (said !== undefined) keeper.showProgress(index, said ?? undefined)
    }
    return [
      name,
      {
        push: (chunk: Buffer) => take(clean.push(chunk)),
        end() {
          take(clean.end())
          stream.end()
          const lost = kept?.close()
          if (lost !== undefined) log.note(step.name, lost)
        },
      },
    ] as const
  })
  const streams = new Map(onOutput)
  return {
    ...{ run, stdin, cwd: step.cwd, env: { ...context.env, ...step.env }, stop: task.stop },
    mark: { run: context.id, step: step.name, since: context.since },
    onOutput: (name: 'stdout' | 'stderr', chunk: Buffer) => streams.get(name)?.push(chunk),
    onStart: (pid: number) => keeper.changeStep(index, { pid }),
    onEnd: () => {
      for (const stream of streams.values()) stream.end()
    },
  }
}

function stepProcesses({ id, since }: RunContext, step: Step) {
  return { run: id, step: step.name, ...(since === undefined ? {} : { since }) }
}

function judged(end: CommandEnd): StepEnd {
  const { problem, exitCode, signal } = end
  const base = {
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
  }
  if (problem !== undefined) return { ...base, state: 'failed', reason: problem }
  if (exitCode === 0) return { ...base, state: 'completed' }
  const reason =
    exitCode === undefined ? `${signal ?? 'a signal'} ended it` : `it ended with exit code ${exitCode}`
  return { ...base, state: 'failed', reason }
}

function described({ state, reason }: StepEnd): string {
  return reason === undefined ? state : `${state}: ${reason}`
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 1_000)} s`
}

function required<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`there is no step ${index}`)
  return item
}
