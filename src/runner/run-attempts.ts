/** Runs a task to its end: all its steps, again after a failure where its rules say so; a daemon again and again. */
import { backOffMs } from './back-off.ts'
import { watchDaemon } from './daemon-probes.ts'
import { type Interruption, interruptionOf, within } from './interruption.ts'
import { endProcesses } from './run-command.ts'
import type { RunContext, StepEnd } from './run-context.ts'
import { runSteps } from './run-steps.ts'

/** Restarts that the record tells of. */
const restartsKept = 20

/** @param stop aborts when the run is to be stopped */
export async function runAttempts(context: RunContext, stop: AbortSignal): Promise<StepEnd> {
  const { keeper, clock, task, log } = context
  let again = 0
  for (let attempt = 1; ; attempt++) {
    keeper.change({ attempt, state: 'running', nextAttemptAt: undefined, ...fresh(context, attempt) })
    const began = clock.now()
    const end = await runAttempt(context, stop)
    if (task.daemon && clock.now() - began >= task.daemon.resetAfterMs) again = 0
    again++
    const next = stop.aborted ? undefined : nextAttempt(context, end, again)
    if (next === undefined) return end
    if (next.giveUp !== undefined) return { state: 'failed', reason: next.giveUp }
    log.note('', next.reason)
    await endProcesses(rest(context), task.stop)
    keeper.change({
      ...{ state: 'retrying', reason: next.reason, readyAt: undefined },
      nextAttemptAt: new Date(Date.now() + next.waitMs).toISOString(),
      ...(task.daemon ? { restarts: withRestart(context, end) } : {}),
    })
    await clock.sleep(next.waitMs, stop)
    if (stop.aborted) return interruptionOf(stop)
  }
}

/** All processes of the run but this one. */
export function rest({ id, since }: RunContext) {
  return { run: id, root: process.pid, ...(since === undefined ? {} : { since }) }
}

async function runAttempt(context: RunContext, stop: AbortSignal): Promise<StepEnd> {
  const { clock, task } = context
  const own = within(stop)
  const fail = (reason: string) => own.abort({ state: 'failed', reason } satisfies Interruption)
  const { timeoutMs } = task
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : clock.after(timeoutMs, () => fail(`the task took longer than ${timeoutMs / 1_000} s`))
  let probes: (() => void) | undefined
  try {
    return await runSteps(context, own.signal, () => {
      if (task.daemon) probes = watchDaemon(context, task.daemon, fail)
    })
  } finally {
    probes?.()
    cancel()
    own.done()
  }
}

interface Next {
  reason: string
  waitMs: number
  /** Why there is no next one, though there would have to be. */
  giveUp?: string
}

/** Undefined when it is over. @param again the how manieth time that it begins again */
function nextAttempt({ task }: RunContext, end: StepEnd, again: number): Next | undefined {
  const why = end.reason ?? 'all its steps are completed'
  const { daemon, retry } = task
  if (!daemon) {
    if (end.state !== 'failed' || !retry || again > retry.times) return undefined
    return {
      waitMs: backOffMs(retry, again),
      reason: `it failed (${why}) and is tried again, ${again} of ${retry.times} times`,
    }
  }
  if (daemon.policy === 'never' || (daemon.policy === 'on-failure' && end.state === 'completed'))
    return undefined
  if (daemon.limit !== undefined && again > daemon.limit) {
    return {
      reason: why,
      waitMs: 0,
      giveUp: `it was started again ${daemon.limit} times, and ended again: ${why}`,
    }
  }
  return { waitMs: backOffMs(daemon, again), reason: `it ended (${why}) and is started again` }
}

/** A new try begins with steps that nothing is known of. */
function fresh({ keeper, task }: RunContext, attempt: number) {
  const steps = task.steps.map(({ name }) => ({ name, state: 'pending' as const, attempt: 0 }))
  const reason = attempt === 1 ? 'it begins' : `try ${attempt} begins`
  return {
    steps,
    reason,
    progress: { done: 0, of: steps.length },
    probe: undefined,
    matches: keeper.run.matches,
  }
}

function withRestart({ keeper }: RunContext, end: StepEnd) {
  const restart = { at: new Date().toISOString(), reason: end.reason ?? 'all its steps were completed' }
  return [...keeper.run.restarts, restart].slice(-restartsKept)
}
